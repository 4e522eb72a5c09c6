/** Nodes of ONNX's own operators, of any version, as operators of a graph, which have the newest meaning. */
import type { Attribute, ValueName } from "../../graph/graph.ts";
import { integerTensor } from "../../graph/tensors.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { elementTypes, otherTypes } from "./data-types.ts";
import type { NodeWriter } from "./node.ts";
import { passThrough, withoutTail } from "./pass-through.ts";
import { convertRecurrent } from "./recurrent/convert.ts";

export type Converter = (writer: NodeWriter) => void;

/** Writes the node's operator with these inputs, and its outputs as they are. */
function finish(
  writer: NodeWriter,
  inputs: readonly ValueName[],
  attributes: Parameters<NodeWriter["emit"]>[2] = {},
  operator: string = writer.node.op,
): void {
  writer.emit(operator, withoutTail(inputs), { outputs: writer.node.outputs, ...attributes });
}

const at = (writer: NodeWriter, place: number): ValueName => writer.input(place) ?? "";

/** An attribute of old that is an input now. */
function listInput(writer: NodeWriter, attribute: string): ValueName | undefined {
  const list = writer.attributes.integers(attribute);
  return list === undefined ? undefined : writer.constant(integerTensor(list), attribute);
}

function float(value: number): Tensor {
  return { type: "float32", shape: [], data: Float32Array.of(value) };
}

/** Before version `since`, axes are an attribute. */
const axesAsInput =
  (since: number): Converter =>
  (writer) => {
    if (writer.version >= since) return passThrough(writer);
    const { attributes } = writer;
    const axes = listInput(writer, "axes");
    const keep = attributes.integer("keepdims");
    finish(writer, axes === undefined ? [at(writer, 0)] : [at(writer, 0), axes], {
      attributes: keep === undefined ? {} : { keepdims: keep },
    });
  };

/** Before version 13 the axes from `axis` on count as one. */
const overAxis: Converter = (writer) => {
  const axis = writer.attributes.integer("axis") ?? (writer.version >= 13 ? -1 : 1);
  if (writer.version >= 13 || axis === -1) {
    finish(writer, [at(writer, 0)], { attributes: { axis } });
    return;
  }
  const x = at(writer, 0);
  const [shape = ""] = writer.emit("Shape", [x]);
  const [flat = ""] = writer.emit("Flatten", [x], { attributes: { axis } });
  const [result = ""] = writer.emit(writer.node.op, [flat], { attributes: { axis: -1 } });
  finish(writer, [result, shape], {}, "Reshape");
};

/** Two inputs; before version 7 they are of one shape, or the second is stretched as `broadcast` and `axis` say. */
const elementwise: Converter = (writer) => {
  const { attributes, version } = writer;
  attributes.ignore("consumed_inputs");
  if (version >= 7) return passThrough(writer);
  if (attributes.has("axis") && attributes.integer("axis") !== -1)
    writer.fail("attribute axis of versions before 7 is not supported; convert the file to a newer operator set");
  attributes.ignore("broadcast", "axis");
  finish(writer, writer.node.inputs);
};

const constant: Converter = (writer) => {
  const { attributes } = writer;
  const output = writer.output(0);
  const given = (["value", "value_float", "value_int", "value_floats", "value_ints"] as const).filter((name) =>
    attributes.has(name),
  );
  const [name] = given;
  if (given.length !== 1 || name === undefined) writer.fail("it must have one value, of numbers");
  const value = ((): Tensor | undefined => {
    switch (name) {
      case "value":
        return attributes.tensor(name);
      case "value_float":
        return float(attributes.number(name) ?? 0);
      case "value_int":
        return integerTensor(attributes.integer(name) ?? 0);
      case "value_floats": {
        const data = Float32Array.from(attributes.numbers(name) ?? []);
        return { type: "float32", shape: [data.length], data };
      }
      case "value_ints":
        return integerTensor(attributes.integers(name) ?? []);
      default:
        return undefined;
    }
  })();
  if (output !== undefined) writer.namedConstant(output, value ?? writer.fail("its value is missing"));
};

const clip: Converter = (writer) => {
  if (writer.version >= 11) return passThrough(writer);
  const { attributes } = writer;
  attributes.ignore("consumed_inputs");
  const bound = (name: string): ValueName => {
    const value = attributes.number(name);
    return value === undefined ? "" : writer.constant(float(value), name);
  };
  finish(writer, [at(writer, 0), bound("min"), bound("max")]);
};

const pad: Converter = (writer) => {
  if (writer.version >= 11) return passThrough(writer);
  const { attributes } = writer;
  const pads = listInput(writer, writer.version < 2 ? "paddings" : "pads") ?? writer.fail("attribute pads is missing");
  const value = writer.constant(float(attributes.number("value") ?? 0), "value");
  finish(writer, [at(writer, 0), pads, value], { attributes: { mode: attributes.text("mode") ?? "constant" } });
};

const slice: Converter = (writer) => {
  if (writer.version >= 10) return passThrough(writer);
  const starts = listInput(writer, "starts") ?? writer.fail("attribute starts is missing");
  const ends = listInput(writer, "ends") ?? writer.fail("attribute ends is missing");
  finish(writer, [at(writer, 0), starts, ends, listInput(writer, "axes") ?? ""]);
};

const split: Converter = (writer) => {
  const axis = writer.attributes.integer("axis") ?? 0;
  if (writer.version >= 18) return passThrough(writer);
  if (writer.version >= 13) return finish(writer, writer.node.inputs, { attributes: { axis } });
  const sizes = listInput(writer, "split") ?? writer.input(1) ?? "";
  finish(writer, [at(writer, 0), sizes], { attributes: { axis } });
};

/** Only its use is known here, not how it is trained. */
const dropout: Converter = (writer) => {
  const { attributes } = writer;
  attributes.ignore("ratio", "consumed_inputs", "seed", "is_test");
  const training = writer.version >= 12 ? at(writer, 2) : "";
  finish(writer, training === "" ? [at(writer, 0)] : [at(writer, 0), "", training]);
};

const batchNormalization: Converter = (writer) => {
  const { attributes } = writer;
  attributes.ignore("momentum", "consumed_inputs", "is_test");
  if (writer.version < 9 && (attributes.integer("spatial") ?? 1) !== 1) writer.fail("spatial = 0 is not supported");
  if ((attributes.integer("training_mode") ?? 0) !== 0) writer.fail("it is told to train");
  if (writer.node.outputs.slice(1).some((name) => name !== "")) writer.fail("only its first output is supported");
  finish(writer, writer.node.inputs, {
    attributes: { epsilon: attributes.number("epsilon") ?? Math.fround(1e-5) },
    outputs: writer.node.outputs.slice(0, 1),
  });
};

/** A number of a type as the type's name; float16 is computed in float32. */
export function typeNamed(writer: NodeWriter, number: number): string {
  return elementTypes[number] ?? writer.fail(`the type ${otherTypes[number] ?? number} is not supported`);
}

const cast: Converter = (writer) => {
  const { attributes } = writer;
  attributes.ignore("saturate", "round_mode");
  const oldNames: Readonly<Record<string, number>> = {
    FLOAT: 1,
    UINT8: 2,
    INT8: 3,
    INT32: 6,
    INT64: 7,
    BOOL: 9,
    DOUBLE: 11,
  };
  const to = writer.version < 6 ? oldNames[attributes.text("to") ?? ""] : attributes.integer("to");
  finish(writer, [at(writer, 0)], {
    attributes: { to: typeNamed(writer, to ?? writer.fail("attribute to is missing")) },
  });
};

const reshape: Converter = (writer) => {
  if (writer.version >= 5) return passThrough(writer);
  writer.attributes.ignore("consumed_inputs");
  finish(writer, [at(writer, 0), listInput(writer, "shape") ?? writer.fail("attribute shape is missing")]);
};

const topK: Converter = (writer) => {
  if (writer.version >= 10) return passThrough(writer);
  const k = writer.attributes.integer("k") ?? writer.fail("attribute k is missing");
  const axis = writer.attributes.integer("axis") ?? -1;
  finish(writer, [at(writer, 0), writer.constant(integerTensor([k]), "k")], { attributes: { axis } });
};

const gemm: Converter = (writer) => {
  if (writer.version < 7) writer.attributes.ignore("broadcast");
  passThrough(writer);
};

const scan: Converter = (writer) => {
  if (writer.version < 9) writer.fail("its version 8 is not supported; convert the file to operator set 9 or newer");
  passThrough(writer);
};

const groupNormalization: Converter = (writer) => {
  if (writer.version < 21) writer.fail("its version 18 is not supported; convert the file to operator set 21 or newer");
  passThrough(writer);
};

const renamed =
  (operator: string): Converter =>
  (writer) =>
    passThrough(writer, operator);

const inPlace: Converter = (writer) => {
  writer.attributes.ignore("consumed_inputs");
  passThrough(writer);
};

/** Before version 7 a slope has a number for all or for each channel, and lies along axis 1; since then it is broadcast as anything else. */
const prelu: Converter = (writer) => {
  const slope = writer.constantOf(at(writer, 1));
  if (writer.version < 7 && slope?.data.length !== 1)
    writer.fail("a slope of more than one number means something else before version 7, which Recurra does not read");
  inPlace(writer);
};

/** Whole numbers less their zero points, convolved; float64 has the sums as they are. */
const convInteger: Converter = (writer) => {
  const wide = (name: ValueName): ValueName =>
    writer.emit("Cast", [name], { attributes: { to: "float64" } })[0] ?? name;
  const centred = (place: number, zero: ValueName | undefined): ValueName => {
    const value = wide(at(writer, place));
    return zero === undefined ? value : (writer.emit("Sub", [value, wide(zero)])[0] ?? value);
  };
  // A zero point for each output channel lies along axis 0 of the weights.
  const ofChannels = (zero: ValueName): ValueName => {
    if ((writer.constantOf(zero)?.data.length ?? 1) === 1) return zero;
    const rank = writer.constantOf(at(writer, 1))?.shape.length ?? writer.fail("its weights must be constants");
    const axes = writer.constant(integerTensor(Array.from({ length: rank - 1 }, (_, axis) => axis + 1)), "axes");
    return writer.emit("Unsqueeze", [zero, axes])[0] ?? zero;
  };
  const zero = writer.input(3);
  const attributes: Record<string, Attribute> = {};
  for (const name of ["dilations", "kernel_shape", "pads", "strides"]) {
    const list = writer.attributes.integers(name);
    if (list !== undefined) attributes[name] = list;
  }
  const [group, auto] = [writer.attributes.integer("group"), writer.attributes.text("auto_pad")];
  const [sums = ""] = writer.emit(
    "Conv",
    [centred(0, writer.input(2)), centred(1, zero === undefined ? undefined : ofChannels(zero))],
    {
      attributes: {
        ...attributes,
        ...(group === undefined ? {} : { group }),
        ...(auto === undefined ? {} : { auto_pad: auto }),
      },
    },
  );
  finish(writer, [sums], { attributes: { to: "int32" } }, "Cast");
};

const reduced = Object.fromEntries(
  ["Mean", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSum", "LogSumExp"].map((name): [string, Converter] => [
    `Reduce${name}`,
    axesAsInput(18),
  ]),
);
const ofOld = Object.fromEntries(
  [
    "Abs",
    "Ceil",
    "Elu",
    "Exp",
    "Floor",
    "HardSigmoid",
    "LeakyRelu",
    "Log",
    "Neg",
    "Reciprocal",
    "Relu",
    "Selu",
    "Sigmoid",
    "Sqrt",
    "Tanh",
    "Max",
    "Min",
    "Mean",
    "Sum",
    "InstanceNormalization",
  ].map((name): [string, Converter] => [name, inPlace]),
);
const stretched = Object.fromEntries(
  ["Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "Equal", "Greater", "Less"].map(
    (name): [string, Converter] => [name, elementwise],
  ),
);

/** Operators whose nodes differ between versions; all others are written as they stand. */
export const converters: ReadonlyMap<string, Converter> = new Map<string, Converter>(
  Object.entries({
    ...reduced,
    ...ofOld,
    ...stretched,
    ReduceSum: axesAsInput(13),
    Squeeze: axesAsInput(13),
    Unsqueeze: axesAsInput(13),
    Softmax: overAxis,
    LogSoftmax: overAxis,
    Hardmax: overAxis,
    Constant: constant,
    Clip: clip,
    PRelu: prelu,
    ConvInteger: convInteger,
    Pad: pad,
    Slice: slice,
    Split: split,
    Dropout: dropout,
    BatchNormalization: batchNormalization,
    Cast: cast,
    Reshape: reshape,
    TopK: topK,
    Gemm: gemm,
    Scan: scan,
    GroupNormalization: groupNormalization,
    Scatter: renamed("ScatterElements"),
    RNN: (writer) => convertRecurrent(writer, "RNN"),
    GRU: (writer) => convertRecurrent(writer, "GRU"),
    LSTM: (writer) => convertRecurrent(writer, "LSTM"),
  } satisfies Record<string, Converter>),
);

/** Operators of ONNX Runtime's own domain, com.microsoft, that its tools put into recurrent models. */
import type { Converter } from "./converters.ts";
import type { NodeWriter } from "./node.ts";
import { passThrough } from "./pass-through.ts";
import { writeRecurrent } from "./recurrent/convert.ts";
import type { ValueName } from "../../graph/graph.ts";
import { integerTensor } from "../../graph/tensors.ts";

/** An LSTM whose weights are bytes `[D, I, 4H]`, with a scale and a zero point for each direction, or for each column of it. */
const dynamicQuantizeLstm: Converter = (writer) => {
  const need = (at: number): ValueName => writer.input(at) ?? writer.fail(`input ${at} is missing`);
  const weights = (at: number, scale: number, zero: number): ValueName => {
    const axis = writer.constant(integerTensor([1]));
    const rank =
      writer.constantOf(need(scale))?.shape.length ?? writer.fail("its scales and zero points must be constants");
    const raise = (name: ValueName): ValueName => {
      // [D] for all of a direction, [D, 4H] for each column.
      const axes = rank === 1 ? writer.constant(integerTensor([1, 2])) : axis;
      return writer.emit("Unsqueeze", [name, axes])[0]!;
    };
    const cast = (name: ValueName): ValueName => writer.emit("Cast", [name], { attributes: { to: "float32" } })[0]!;
    const [centred = ""] = writer.emit("Sub", [cast(need(at)), raise(cast(need(zero)))]);
    const [scaled = ""] = writer.emit("Mul", [centred, raise(need(scale))]);
    return writer.emit("Transpose", [scaled], { attributes: { perm: [0, 2, 1] } })[0]!;
  };
  void writer.attributes.integer("hidden_size");
  writeRecurrent(writer, "LSTM", {
    x: need(0),
    w: weights(1, 8, 9),
    r: weights(2, 10, 11),
    b: writer.input(3),
    lengths: writer.input(4),
    h: writer.input(5),
    c: writer.input(6),
    p: writer.input(7),
  });
};

/** alpha A B, either turned. */
const fusedMatMul: Converter = (writer) => {
  const { attributes } = writer;
  for (const name of ["transBatchA", "transBatchB"])
    if ((attributes.integer(name) ?? 0) !== 0) writer.fail(`${name} is not supported`);
  const turned = (at: number, attribute: string): ValueName => {
    const name = writer.input(at) ?? writer.fail(`input ${at} is missing`);
    if ((attributes.integer(attribute) ?? 0) === 0) return name;
    const rank = writer.constantOf(name)?.shape.length ?? writer.fail(`${attribute} needs a constant`);
    const perm = Array.from({ length: rank }, (_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
    return writer.emit("Transpose", [name], { attributes: { perm } })[0]!;
  };
  const inputs = [turned(0, "transA"), turned(1, "transB")];
  const alpha = attributes.number("alpha") ?? 1;
  if (alpha === 1) {
    writer.emit("MatMul", inputs, { outputs: writer.node.outputs });
    return;
  }
  const [product = ""] = writer.emit("MatMul", inputs);
  const factor = writer.constant({ type: "float32", shape: [], data: Float32Array.of(alpha) });
  writer.emit("Mul", [product, factor], { outputs: writer.node.outputs });
};

export const microsoftConverters: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ["DynamicQuantizeLSTM", dynamicQuantizeLstm],
  ["FusedMatMul", fusedMatMul],
  ["Gelu", (writer: NodeWriter) => passThrough(writer)],
  ["QuantizeLinear", (writer: NodeWriter) => passThrough(writer)],
  ["DequantizeLinear", (writer: NodeWriter) => passThrough(writer)],
]);

/** RNN, GRU and LSTM nodes as recurrent nodes, with operators around them that take their weights apart and put their outputs together. */
import type { ValueName } from "../../../graph/graph.ts";
import { integerTensor } from "../../../graph/tensors.ts";
import { cellOf } from "../../../network/index.ts";
import type { NodeWriter } from "../node.ts";
import { activationTakes, cellFor, gatesOf, peepholes, usualActivations } from "./equations.ts";
import type { Activation, EquationOptions, RecurrentKind } from "./equations.ts";

export interface RecurrentInputs {
  /** `[T, B, I]`, or `[B, T, I]` with layout 1. */
  readonly x: ValueName;
  /** `[D, gates × H, I]`. */
  readonly w: ValueName;
  /** `[D, gates × H, H]`. */
  readonly r: ValueName;
  /** `[D, 2 × gates × H]`. */
  readonly b: ValueName | undefined;
  readonly lengths: ValueName | undefined;
  readonly h: ValueName | undefined;
  readonly c: ValueName | undefined;
  /** `[D, 3 × H]`. */
  readonly p: ValueName | undefined;
}

/** Writes a node of one of ONNX's recurrent operators. */
export function convertRecurrent(writer: NodeWriter, kind: RecurrentKind): void {
  const need = (at: number): ValueName => writer.input(at) ?? writer.fail(`input ${at} is missing`);
  if (writer.node.inputs.length > (kind === "LSTM" ? 8 : 6)) writer.fail(`it has ${writer.node.inputs.length} inputs`);
  writeRecurrent(writer, kind, {
    x: need(0),
    w: need(1),
    r: need(2),
    b: writer.input(3),
    lengths: writer.input(4),
    h: writer.input(5),
    c: writer.input(6),
    p: writer.input(7),
  });
}

/** The same, of inputs that stand elsewhere. */
export function writeRecurrent(writer: NodeWriter, kind: RecurrentKind, inputs: RecurrentInputs): void {
  const { attributes } = writer;
  const direction = attributes.text("direction") ?? "forward";
  if (!["forward", "reverse", "bidirectional"].includes(direction))
    writer.fail(`there is no direction ${JSON.stringify(direction)}`);
  const directions = direction === "bidirectional" ? 2 : 1;
  const size = sizeOf(writer, inputs.r);
  const layout = attributes.integer("layout") ?? 0;
  if (layout !== 0 && layout !== 1) writer.fail(`there is no layout ${layout}`);
  const activations = readActivations(writer, kind, directions);
  const clip = attributes.number("clip");
  if (clip !== undefined && !(clip > 0 && Number.isFinite(clip))) writer.fail(`clip is ${clip}, but must be above 0`);
  const common = {
    clip,
    hasPeepholes: inputs.p !== undefined,
    inputForget: kind === "LSTM" && (attributes.integer("input_forget") ?? 0) !== 0,
    linearBeforeReset: kind === "GRU" && (attributes.integer("linear_before_reset") ?? 0) !== 0,
  };
  // Said by the oldest files; which outputs are asked for is seen from their names.
  attributes.ignore("output_sequence");
  const isTurned = layout === 1;
  const turn = (name: ValueName): ValueName =>
    isTurned ? writer.emit("Transpose", [name], { attributes: { perm: [1, 0, 2] } })[0]! : name;
  const x = turn(inputs.x);
  const firsts = {
    h: inputs.h === undefined ? undefined : turn(inputs.h),
    c: inputs.c === undefined ? undefined : turn(inputs.c),
  };
  const stateNames = kind === "LSTM" ? (["h", "c"] as const) : (["h"] as const);
  const sequences: ValueName[] = [];
  const finals: Record<"h" | "c", ValueName[]> = { h: [], c: [] };
  const usesY = writer.output(0) !== undefined;
  for (let d = 0; d < directions; d++) {
    const isBackward = direction === "reverse" || d === 1;
    const part = isBackward ? "backward" : "forward";
    const options: EquationOptions = { ...common, activations: activations[d]! };
    const cell = cellFor(kind, options);
    const parameters = writeParameters(writer, { kind, inputs, direction: d, part, size });
    const states = Object.fromEntries(
      stateNames.flatMap((name) => {
        const first = firsts[name];
        return first === undefined ? [] : [[name, pick(writer, first, d)]];
      }),
    );
    const sequence = usesY ? writer.fresh(`${part}_Y`) : undefined;
    if (sequence !== undefined) sequences.push(sequence);
    const outputs: Record<string, ValueName> = {};
    for (const [at, name] of stateNames.entries()) {
      if (writer.output(at + 1) === undefined) continue;
      outputs[name] = writer.fresh(`${part}_Y_${name}`);
      finals[name].push(outputs[name]);
    }
    const wanted = new Set(cellOf(cell).parameters.map((parameter) => parameter.name));
    writer.recurrent(
      {
        cell,
        size,
        direction: isBackward ? "backward" : "forward",
        input: x,
        parameters: Object.fromEntries(Object.entries(parameters).filter(([name]) => wanted.has(name))),
        states,
        ...(inputs.lengths === undefined ? {} : { lengths: inputs.lengths }),
        outputs: { ...(sequence === undefined ? {} : { sequence }), states: outputs },
      },
      directions === 2 ? part : "",
    );
  }
  joinOutputs(writer, { sequences, finals, isTurned });
}

/** The hidden size: the attribute, or what the recurrent weights show. */
function sizeOf(writer: NodeWriter, r: ValueName): number {
  const told = writer.attributes.integer("hidden_size") ?? writer.constantOf(r)?.shape.at(-1);
  if (told === undefined) return writer.fail("attribute hidden_size is missing");
  return told >= 1 ? told : writer.fail(`hidden_size is ${told}`);
}

/** Numbers in the order in which they are given go to those activations that have one. */
function readActivations(
  writer: NodeWriter,
  kind: RecurrentKind,
  directions: number,
): readonly (readonly Activation[])[] {
  const usual = usualActivations[kind];
  const names = writer.attributes.texts("activations") ?? Array.from({ length: directions }, () => usual).flat();
  if (names.length !== usual.length * directions)
    writer.fail(`it has ${names.length} activations, but needs ${usual.length * directions}`);
  const alphas = [...(writer.attributes.numbers("activation_alpha") ?? [])];
  const betas = [...(writer.attributes.numbers("activation_beta") ?? [])];
  const all = names.map((name): Activation => {
    const takes = activationTakes(name) ?? writer.fail(`there is no activation ${JSON.stringify(name)}`);
    const [alpha, beta] = [takes.alpha ? alphas.shift() : undefined, takes.beta ? betas.shift() : undefined];
    if (![alpha ?? 0, beta ?? 0].every(Number.isFinite)) writer.fail(`the numbers of ${name} are ${alpha}, ${beta}`);
    return { name, alpha, beta };
  });
  return Array.from({ length: directions }, (_, d) => all.slice(d * usual.length, (d + 1) * usual.length));
}

/** One direction's part of a tensor whose first axis is that of directions. */
function pick(writer: NodeWriter, name: ValueName, direction: number): ValueName {
  const at = writer.constant(integerTensor(direction));
  return writer.emit("Gather", [name, at], { attributes: { axis: 0 } })[0]!;
}

interface ParameterOptions {
  readonly kind: RecurrentKind;
  readonly inputs: RecurrentInputs;
  readonly direction: number;
  readonly part: string;
  readonly size: number;
}

/** The values of all parameters that the equations may have, by name. */
function writeParameters(
  writer: NodeWriter,
  { kind, inputs, direction, part, size }: ParameterOptions,
): Record<string, ValueName> {
  const gates = gatesOf[kind];
  const parameters: Record<string, ValueName> = {};
  const named = (letter: string, gate: string): string => (gate === "" ? letter : `${letter}_${gate}`);
  const split = (name: ValueName, letters: readonly string[]): readonly ValueName[] => {
    const whole = pick(writer, name, direction);
    if (letters.length === 1) return [whole];
    const sizes = writer.constant(integerTensor(letters.map(() => size)));
    return writer.emit("Split", [whole, sizes], {
      attributes: { axis: 0 },
      outputs: letters.map((letter) => writer.fresh(`${part}_${letter}`)),
    });
  };
  const put = (names: readonly string[], values: readonly ValueName[]): void => {
    for (const [at, name] of names.entries()) parameters[name] = values[at]!;
  };
  const names = (letter: string): string[] => gates.map((gate) => named(letter, gate));
  put(names("W"), split(inputs.w, names("W")));
  put(names("U"), split(inputs.r, names("U")));
  const zeros = (): ValueName =>
    writer.constant({
      type: writer.constantOf(inputs.r)?.type ?? "float32",
      shape: [size],
      data: writer.constantOf(inputs.r)?.type === "float64" ? new Float64Array(size) : new Float32Array(size),
    });
  const biases =
    inputs.b === undefined ? undefined : split(inputs.b, [...names("b"), ...gates.map((gate) => named("v", gate))]);
  const keepsApart = kind === "GRU" && (writer.attributes.integer("linear_before_reset") ?? 0) !== 0;
  for (const [at, gate] of gates.entries()) {
    const name = named("b", gate);
    if (biases === undefined) {
      parameters[name] = zeros();
      if (keepsApart && gate === "n") parameters["v_n"] = zeros();
    } else if (keepsApart && gate === "n") {
      parameters[name] = biases[at]!;
      parameters["v_n"] = biases[at + gates.length]!;
    } else
      [parameters[name] = ""] = writer.emit("Add", [biases[at]!, biases[at + gates.length]!], {
        outputs: [writer.fresh(`${part}_${name}`)],
      });
  }
  if (inputs.p !== undefined)
    put(
      peepholes.map((gate) => `p_${gate}`),
      split(
        inputs.p,
        peepholes.map((gate) => `p_${gate}`),
      ),
    );
  return parameters;
}

interface JoinOptions {
  readonly sequences: readonly ValueName[];
  readonly finals: Readonly<Record<"h" | "c", readonly ValueName[]>>;
  readonly isTurned: boolean;
}

/** Y `[T, D, B, H]` and the final states `[D, B, H]`, or with layout 1 `[B, T, D, H]` and `[B, D, H]`. */
function joinOutputs(writer: NodeWriter, { sequences, finals, isTurned }: JoinOptions): void {
  const join = (parts: readonly ValueName[], axis: number, output: ValueName): void => {
    const axes = writer.constant(integerTensor([axis]));
    if (parts.length === 1) {
      writer.emit("Unsqueeze", [parts[0]!, axes], { outputs: [output] });
      return;
    }
    const raised = parts.map((part) => writer.emit("Unsqueeze", [part, axes])[0]!);
    writer.emit("Concat", raised, { attributes: { axis }, outputs: [output] });
  };
  const y = writer.output(0);
  if (y !== undefined) {
    // With the axis of directions where it will stand, only members and steps change places.
    const whole = isTurned ? writer.fresh("Y") : y;
    join(sequences, isTurned ? 2 : 1, whole);
    if (isTurned) writer.emit("Transpose", [whole], { attributes: { perm: [1, 0, 2, 3] }, outputs: [y] });
  }
  for (const [at, name] of (["h", "c"] as const).entries()) {
    const output = writer.output(at + 1);
    if (output !== undefined) join(finals[name], isTurned ? 1 : 0, output);
  }
}

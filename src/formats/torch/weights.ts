/** The tensors of PyTorch's recurrent modules and the parameters of our cells: the order of gates, and two biases where ours have one. */

/** Our cell for each kind, and the suffixes of its gates in the order in which PyTorch stacks them. */
export const torchCells = {
  "rnn-tanh": { cell: "rnn", gates: [""] },
  "rnn-relu": { cell: "rnn-relu", gates: [""] },
  lstm: { cell: "lstm", gates: ["_i", "_f", "_g", "_o"] },
  "lstm-projection": { cell: "lstm-projection", gates: ["_i", "_f", "_g", "_o"] },
  gru: { cell: "gru", gates: ["_r", "_z", "_n"] },
} as const;

export type TorchCellKind = keyof typeof torchCells;

/** The one gate whose recurrent bias stays by itself, because the reset gate multiplies it: n of the GRU. */
const apart = "_n";

/** One layer in one direction, each tensor stacked gate by gate; biases may be absent. */
export interface TorchLayer {
  /** `[gates × H, I]`, `[gates × H, P or H]` */
  readonly weight_ih: Float32Array;
  readonly weight_hh: Float32Array;
  readonly bias_ih?: Float32Array | undefined;
  readonly bias_hh?: Float32Array | undefined;
  /** `[P, H]`: of a projection. */
  readonly weight_hr?: Float32Array | undefined;
}

/** A layer as parameters of the cell, by their names in its equations. */
export function parametersOf(kind: TorchCellKind, layer: TorchLayer, hidden: number): Record<string, Float32Array> {
  const { gates } = torchCells[kind];
  const result: Record<string, Float32Array> = {};
  const part = (stack: Float32Array, gate: number): Float32Array => {
    const length = stack.length / gates.length;
    return stack.slice(gate * length, (gate + 1) * length);
  };
  gates.forEach((suffix, gate) => {
    result[`W${suffix}`] = part(layer.weight_ih, gate);
    result[`U${suffix}`] = part(layer.weight_hh, gate);
    const none = new Float32Array(hidden);
    const input = layer.bias_ih === undefined ? none : part(layer.bias_ih, gate);
    const recurrent = layer.bias_hh === undefined ? none : part(layer.bias_hh, gate);
    if (kind === "gru" && suffix === apart) {
      result[`b${suffix}`] = input;
      result[`v${suffix}`] = recurrent;
    }
    // What is zero is left out of the sum, so that -0 stays what it is.
    else result[`b${suffix}`] = input.map((value, i) => (recurrent[i] === 0 ? value : value + (recurrent[i] ?? 0)));
  });
  if (layer.weight_hr !== undefined) result["V"] = layer.weight_hr;
  return result;
}

/** Parameters of a cell as a layer of PyTorch: our bias is its first, and the second one zero. */
export function layerOf(kind: TorchCellKind, parameters: Readonly<Record<string, Float32Array>>): TorchLayer {
  const { gates } = torchCells[kind];
  const stack = (letter: string): Float32Array => {
    const parts = gates.map((gate) => parameters[`${letter}${gate}`] ?? new Float32Array(0));
    const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      result.set(part, at);
      at += part.length;
    }
    return result;
  };
  const bias = stack("b");
  const second = new Float32Array(bias.length);
  if (kind === "gru")
    second.set(parameters[`v${apart}`] ?? [], (bias.length / gates.length) * gates.indexOf(apart as never));
  const projection = parameters["V"];
  return {
    weight_ih: stack("W"),
    weight_hh: stack("U"),
    bias_ih: bias,
    bias_hh: second,
    ...(kind === "lstm-projection" && projection !== undefined ? { weight_hr: projection } : {}),
  };
}

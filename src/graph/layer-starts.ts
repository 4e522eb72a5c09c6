/** Where the states of a recurrent node start, as a layer has it: at zero, learned, or from an encoder. */
import { cellOf, shapeOf } from "../network/index.ts";
import type { RecurrentNode, ValueName } from "./graph.ts";
import { joinDirections } from "./layer-ends.ts";
import { inputOf, sizeOf } from "./layer-values.ts";
import type { Chain, LayerValue, Root, SignalValue } from "./layer-values.ts";

export interface Start {
  readonly initialState?: "learned" | "encoder";
  readonly parameters?: Readonly<Record<string, Float32Array>>;
  readonly from?: Chain | undefined;
  /** Inputs that states start from. */
  readonly givens: readonly Root[];
}

/** Where states start: all in the same way. Undefined where no layer's states start so. */
export function startOf(
  node: RecurrentNode,
  values: ReadonlyMap<ValueName, LayerValue>,
  input: SignalValue,
): Start | undefined {
  const learned: Record<string, Float32Array> = {};
  const froms: (Chain | undefined)[] = [];
  const givens: Root[] = [];
  const { states } = cellOf(node.cell);
  const starts = node.cell.options.initialStates ?? {};
  for (const state of states) {
    const { name } = state;
    const value = node.states[name] === undefined ? undefined : values.get(node.states[name] ?? "");
    const [size = 1] = shapeOf(state, { ...node.sizes, H: node.size, I: sizeOf(input.chain) ?? 1 });
    if (value === undefined) continue;
    const root = inputOf(value);
    if (root === input.chain.root) return undefined;
    if (root !== undefined) {
      givens.push(root);
      continue;
    }
    if (value.kind === "start" || value.kind === "constant") {
      const numbers = rowOf(value.tensor);
      if (numbers === undefined) return undefined;
      if (
        numbers.every((number) => number === (starts[name] ?? 0)) &&
        !(value.kind === "start" && value.tensor.data.length > 1)
      )
        continue;
      learned[`initial.${name}`] =
        numbers.length === 1 && size > 1 ? new Float32Array(size).fill(numbers[0] ?? 0) : numbers;
      continue;
    }
    const { last, stack } = value.kind === "signal" ? value : {};
    if (last?.state !== name || stack !== undefined) return undefined;
    const [from, other] = last.chains;
    if (from === undefined || last.chains.length > 2) return undefined;
    froms.push(other === undefined ? from : joinDirections(from, other));
  }
  const count = Object.keys(learned).length;
  if (count + froms.length === 0) return { givens };
  if (count === states.length) return { initialState: "learned", parameters: learned, givens };
  const [from] = froms;
  const isOne = from !== undefined && froms.every((one) => one !== undefined && isSameLayer(one, from));
  return froms.length === states.length && isOne ? { initialState: "encoder", from, givens } : undefined;
}

/** The row that is the same for all members. */
function rowOf(tensor: {
  readonly shape: readonly number[];
  readonly data: unknown;
  readonly type: string;
}): Float32Array | undefined {
  if (tensor.type !== "float32") return undefined;
  const data = tensor.data as Float32Array;
  const size = tensor.shape.at(-1) ?? 1;
  const row = data.slice(0, size);
  return data.every((value, i) => Object.is(value, row[i % size])) ? row : undefined;
}

/** Whether a layer is another one, or one direction of it. */
export function isSameLayer(whole: Chain, part: Chain): boolean {
  return whole === part || (whole.parent === part.parent && whole.node === part.node);
}

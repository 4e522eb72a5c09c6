/** Whether a converted model computes what the one it was made of does: every output, and every layer where both have the same. */
import { alignTable, createRandom } from "../node.ts";
import type { GraphModel, GraphTensor, GraphTensorData } from "../node.ts";

/** How far two arrays are apart. */
export interface Difference {
  readonly what: string;
  readonly shape: readonly number[];
  readonly largest: number;
  readonly mean: number;
  /** The largest number of the first, for scale. */
  readonly scale: number;
}

export function compare(
  what: string,
  shape: readonly number[],
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): Difference {
  let [largest, sum, scale] = [0, 0, 0];
  for (let n = 0; n < a.length; n++) {
    const apart = Math.abs(a[n]! - b[n]!);
    // What is no number in one and a number in the other is as wrong as can be.
    const own = Number.isNaN(apart) ? (Number.isNaN(a[n]!) && Number.isNaN(b[n]!) ? 0 : Infinity) : apart;
    largest = Math.max(largest, own);
    sum += own;
    scale = Math.max(scale, Math.abs(a[n]!));
  }
  return {
    what,
    shape,
    largest: a.length === b.length ? largest : Infinity,
    mean: a.length === 0 ? 0 : sum / a.length,
    scale,
  };
}

/** float32's rounding in each of the thousands of operations that two ways of computing the same do in another order. */
export const tolerance = 1e-4;

export function isClose({ largest, scale }: Difference): boolean {
  return largest <= tolerance * (1 + scale);
}

export interface Inputs {
  readonly [name: string]: { readonly shape: readonly number[]; readonly data: GraphTensorData };
}

/** Inputs for a graph from a fixed seed: sizes that are open are small, whole numbers are zeros and ones where it is not told below which they must lie. */
export function drawInputs({ inputs }: GraphModel, tokens: ReadonlyMap<string, number> = new Map()): Inputs {
  const random = createRandom(1);
  const sizes = new Map<string, number>();
  const sizeOf = (size: number | string): number => {
    if (typeof size === "number") return size;
    const known = sizes.get(size) ?? (/batch|^[bn]$/i.test(size) ? 2 : 5);
    sizes.set(size, known);
    return known;
  };
  return Object.fromEntries(
    inputs
      .filter((info) => info.default === undefined)
      .map(({ name, type, shape }) => {
        const own = (shape ?? [1]).map(sizeOf);
        const length = own.reduce((product, size) => product * size, 1);
        const data =
          type === "float32" || type === "float64"
            ? Float32Array.from({ length }, () => random.normal())
            : Float32Array.from({ length }, () => random.integer(tokens.get(name) ?? 2));
        return [name, { shape: own, data }];
      }),
  );
}

export interface CompareOptions {
  readonly inputs: Inputs;
  /** Numbers to hold outputs of the second to, instead of those of the first. */
  readonly recorded?: ReadonlyMap<string, GraphTensor> | undefined;
}

/** All outputs of both for the same inputs, and the sequences of recurrent layers that both have, by name. */
export async function compareGraphs(
  source: GraphModel,
  result: GraphModel,
  { inputs, recorded = new Map() }: CompareOptions,
): Promise<readonly Difference[]> {
  const written = new Set(result.graph.nodes.flatMap((node) => (node.kind === "operator" ? node.outputs : [])));
  const shared = sequenceNames(source).filter((name) => written.has(name) || sequenceNames(result).includes(name));
  const only = [...shared, ...source.outputs.map(({ name }) => name)];
  const [one, other] = [await source.run(inputs, { only }), await result.run(inputs, { only })];
  return only.map((name) => {
    const { shape, data } = recorded.get(name) ?? one[name]!;
    return compare(
      shared.includes(name) ? `layer ${name}` : `${name}${recorded.has(name) ? " (recorded)" : ""}`,
      shape,
      Array.from(data as ArrayLike<number>, Number),
      Array.from(other[name]!.data as ArrayLike<number>, Number),
    );
  });
}

/** Sequences of recurrent layers that are no outputs themselves. */
function sequenceNames({ graph }: GraphModel): readonly string[] {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  return graph.nodes.flatMap((node) =>
    node.kind === "recurrent" && node.outputs.sequence !== undefined && !outputs.has(node.outputs.sequence)
      ? [node.outputs.sequence]
      : [],
  );
}

/** A table of differences, a line each. */
export function printDifferences(differences: readonly Difference[]): string {
  const number = (value: number): string => (value === 0 ? "0" : value.toExponential(1));
  return alignTable(
    differences.map(({ what, shape, largest, mean, scale }) => ({
      what,
      shape: `[${shape.join(", ")}]`,
      largest: number(largest),
      mean: number(mean),
      scale: scale.toPrecision(3),
    })),
    [
      { key: "what", title: "compared" },
      { key: "shape", title: "shape" },
      { key: "largest", title: "largest difference" },
      { key: "mean", title: "mean" },
      { key: "scale", title: "largest number" },
    ],
  );
}

/** Networks of one registered cell, to be looked into, and what the reference says of them. */
import { createReference } from "../../src/codegen/reference/reference.ts";
import type { Reference, ReferenceOutput } from "../../src/codegen/reference/reference.ts";
import type { CellTrace, Trace } from "../../src/inspect/index.ts";
import type { Cell } from "../../src/language/index.ts";
import { cellOf, describeNetwork, sizesOf, specOf } from "../../src/network/index.ts";
import type { CellLayer, NetworkSpec } from "../../src/network/index.ts";
import { createRandom } from "../../src/util/random.ts";

export interface InspectCase {
  readonly spec: NetworkSpec;
  readonly parameters: Readonly<Record<string, Float64Array>>;
  readonly inputs: Float64Array;
  /** Where the cell attends to something. */
  readonly source?: Float64Array;
}

export interface CaseOptions {
  readonly steps: number;
  readonly direction?: CellLayer["direction"];
  readonly seed?: number;
}

/** Steps of what attending cells attend to. */
const rows = 5;
const features = 3;

/** A layer of one cell of four units over three features, with an encoder for a cell that attends; random parameters. */
export function createCase(cell: Cell, { steps, direction = "forward", seed = 1 }: CaseOptions): InspectCase {
  const isOpen = cell.dimensions.includes("P") && cell.options.sizes?.["P"] === undefined;
  const layer: CellLayer = {
    kind: "cell",
    cell: specOf(cell),
    size: 4,
    direction,
    ...(isOpen ? { sizes: { P: 2 } } : {}),
  };
  const input = { kind: "features", size: features } as const;
  const encoder = {
    input,
    layers: [{ kind: "cell", cell: { name: "e", text: "h' = tanh(W x + U h)", options: {} }, size: features }],
  } as const;
  const attends = cell.memories.length > 0;
  const spec: NetworkSpec = { input, layers: [layer], ...(attends ? { encoder } : {}) };
  const random = createRandom(seed);
  const draw = (length: number, scale: number): Float64Array =>
    Float64Array.from({ length }, () => random.normal(0, scale));
  const parameters = Object.fromEntries(
    describeNetwork(spec).parameters.map(({ name, shape }) => {
      const columns = shape.length === 2 ? shape[1]! : 1;
      return [
        name,
        draw(
          shape.reduce((product, n) => product * n, 1),
          0.8 / Math.sqrt(columns),
        ),
      ];
    }),
  );
  const inputs = draw(steps * features, 1);
  return { spec, parameters, inputs, ...(attends ? { source: draw(rows * features, 1) } : {}) };
}

/** The parameters of a traced cell by its own names. */
export function parametersOf(
  { parameters }: Pick<InspectCase, "parameters">,
  { path, cell }: CellTrace,
): Readonly<Record<string, Float64Array>> {
  return Object.fromEntries(cell.parameters.map(({ name }) => [name, parameters[`${path}.${name}`]!]));
}

/** The reference over what a traced cell of layer 0 read. */
export function runAsTraced(
  one: InspectCase,
  trace: Trace,
  traced: CellTrace,
): { readonly reference: Reference; readonly result: ReferenceOutput } {
  const layer = one.spec.layers[0] as CellLayer;
  const sizes = sizesOf(layer, describeNetwork(one.spec).layers[0]!);
  const cell = cellOf(layer.cell);
  const reference = createReference(cell, sizes);
  const memory = Object.fromEntries(cell.memories.map(({ name }) => [name, trace.encoder.at(-1)!.output.values]));
  const result = reference.forward({
    steps: trace.input.steps,
    batch: 1,
    inputs: { x: one.inputs },
    parameters: parametersOf(one, traced),
    memory,
    reverse: traced.reverse,
  });
  return { reference, result };
}

/** The largest difference of two arrays, relative to 1 + what is expected. */
export function apart(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (values.length !== expected.length) return Infinity;
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(values[i], expected[i])) continue;
    const difference = Math.abs(values[i]! - expected[i]!) / (1 + Math.abs(expected[i]!));
    if (!(difference <= most)) most = Number.isNaN(difference) ? Infinity : difference;
  }
  return most;
}

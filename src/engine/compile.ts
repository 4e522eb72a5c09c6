/** One cell, ready to run over sequences on a backend, forwards and backwards. */
import { resolveSizes } from "../language/index.ts";
import type { Cell, Shape } from "../language/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { Backend, BackendName } from "./backend.ts";
import { chooseBackend } from "./backends.ts";
import { countOf } from "./compiled-cell.ts";
import type { CellShapes, CompiledCell, NamedShape } from "./compiled-cell.ts";
import type { ThreadCount } from "./thread-count.ts";
import { runKernels } from "./run-kernels.ts";
import { runReference } from "./run-reference.ts";

export interface CompileOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Sizes of the cell's other dimensions, and of its extra inputs' own, by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** `auto` takes the fastest that works here. */
  readonly backend?: "auto" | BackendName;
  /** Most threads that share the work: one if absent, with `auto` as many as there are cores, up to eight. The numbers are the same for any. */
  readonly threads?: ThreadCount;
  /** From the last step to the first. */
  readonly reverse?: boolean;
  /** Steps between checkpoints of the gradient: memory falls, the forward pass is computed twice. */
  readonly checkpoint?: number;
}

/** Compiles a cell for these sizes. Kernels for a number of steps and members are made when they are first asked for. */
export async function compile(cell: Cell, options: CompileOptions): Promise<CompiledCell> {
  const { backend } = chooseBackend(options.backend ?? "auto", { threads: options.threads });
  return compileOn(backend.name === "reference" ? undefined : backend, cell, options);
}

/** Compiles a cell to kernels of one backend, or, with none, for the evaluation straight from its equations. */
export function compileOn(backend: Backend | undefined, cell: Cell, options: CompileOptions): CompiledCell {
  if (options.checkpoint !== undefined && (!Number.isInteger(options.checkpoint) || options.checkpoint < 1))
    throw new RecurraError(
      "engine/bad-option",
      `checkpoint must be a whole number of at least 1, but is ${options.checkpoint}.`,
    );
  const sizes = resolveSizes(cell, { ...options.sizes, I: options.inputSize, H: options.hiddenSize });
  const shapeOf = (shape: Shape): number[] =>
    shape.map((dimension) => (typeof dimension === "number" ? dimension : known(sizes[dimension], dimension)));
  const named = (list: readonly { readonly name: string; readonly shape: Shape }[]): NamedShape[] =>
    list.map(({ name, shape }) => ({ name, shape: shapeOf(shape) }));
  const shapes: CellShapes = {
    inputs: named(cell.inputs),
    parameters: named(cell.parameters),
    states: named(cell.states),
    memories: named(cell.memories),
    outputSize: countOf(shapeOf(cell.output.shape)),
  };
  const common = { cell, sizes, shapes, reverse: options.reverse ?? false };
  const runner =
    backend === undefined ? runReference(common) : runKernels({ ...common, checkpoint: options.checkpoint, backend });
  return {
    get backend() {
      return backend?.name ?? "reference";
    },
    parameters: shapes.parameters,
    states: shapes.states,
    memories: shapes.memories,
    outputSize: shapes.outputSize,
    ...runner,
  };
}

/**
 * A cell over a sequence, as statements. Forwards, for each segment of steps:
 *
 *     prior maps                        values shared by all steps and members
 *     before:  maps, products           over all rows (steps × members) at once
 *     for t:   maps, products           over the members of one step
 *     after:   maps, products           over all rows at once
 *
 * and backwards the same with the stages of the gradient, t descending, then the weight gradients, one outer product a group. With
 * checkpointing only states and outputs outlive a segment; the way back runs each segment forwards again first.
 */
import { deriveCell } from "../derive/index.ts";
import type { Derivation, Stage } from "../derive/index.ts";
import type { Cell } from "../language/index.ts";
import { known } from "../util/errors.ts";
import type { ProgramBuilder } from "./builder.ts";
import type { BufferId, BufferRole, LoopId, Statement } from "./ir.ts";
import type { Location, TimeRange } from "./location.ts";
import { accumulateOuter, multiply, packSideBySide, packStacked } from "./matrix.ts";
import type { MatrixWork } from "./matrix.ts";
import { createPlaces } from "./places.ts";
import type { Places } from "./places.ts";
import { lowerMaps } from "./stage-maps.ts";

export interface LowerCellOptions {
  readonly builder: ProgramBuilder;
  /** Prefix of names of buffers and statements: `layer0`. */
  readonly name: string;
  readonly cell: Cell;
  /** A number for every dimension: I, H and the cell's own. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly steps: number;
  readonly batch: number;
  /** From the last step to the first. */
  readonly reverse?: boolean;
  readonly inputs: Readonly<Record<string, Location>>;
  /** Each parameter's value and, where it is to be trained, its gradient (which is added to). Row-major, exact. */
  readonly parameters: Readonly<Record<string, { readonly value: BufferId; readonly gradient?: BufferId }>>;
  /** First values of states; a number where absent (see `CellOptions.initialStates`). */
  readonly initialStates?: Readonly<Record<string, Location>>;
  /** Steps of each member, as floats, at least 1. Outputs past them are zero, states stand still. Inputs past them must be finite. */
  readonly lengths?: BufferId;
  /** Whether `backward` will be called, and the inputs whose gradients it is to deliver. */
  readonly gradient?: { readonly inputs: readonly string[] };
  /** Steps between checkpoints; without it everything the way back needs is kept. */
  readonly segment?: number;
  /** Where the output should go; by default a place of the cell's own. */
  readonly output?: Location;
  /** A word that holds the number of steps done before this sequence (streams); zero if absent. */
  readonly clock?: BufferId;
  /** `persistent` where packed weights outlive a call (sessions). */
  readonly packedRole?: BufferRole;
}

export interface LoweredCell {
  readonly output: Location;
  /** Final states: step 0 of each location. */
  readonly finalStates: Readonly<Record<string, Location>>;
  /** Packs of weights: to be run before `forward`, and again when the weights have changed. */
  readonly packs: readonly Statement[];
  readonly forward: readonly Statement[];
  backward(options: BackwardOptions): LoweredGradient;
}

export interface BackwardOptions {
  /** Gradient of the output; zero if absent. */
  readonly output?: Location;
  /** Gradients of the final states; zero where absent. */
  readonly finalStates?: Readonly<Record<string, Location>>;
  /** Where the gradients of inputs go, and whether they are added to what is there. */
  readonly inputs: Readonly<Record<string, { readonly to: Location; readonly mode: "set" | "add" }>>;
}

export interface LoweredGradient {
  readonly packs: readonly Statement[];
  readonly statements: readonly Statement[];
  /** Gradients of the initial states: step 0 of each location; absent where the output does not depend on the state. */
  readonly initialStates: Readonly<Record<string, Location>>;
}

/** What all parts of one cell's lowering share. */
export interface CellWork extends MatrixWork {
  readonly options: LowerCellOptions;
  readonly derivation: Derivation;
  readonly places: Places;
}

/** Lowers a cell over a sequence. Parameters not given a gradient are taken as fixed. */
export function lowerCell(options: LowerCellOptions): LoweredCell {
  const trained = Object.entries(options.parameters).filter(([, parameter]) => parameter.gradient !== undefined);
  const derivation = deriveCell(options.cell, {
    gradient: options.gradient !== undefined,
    wanted: { inputs: new Set(options.gradient?.inputs), parameters: new Set(trained.map(([name]) => name)) },
  });
  const packs: Statement[] = [];
  const places = createPlaces(options, derivation);
  const shared = { builder: options.builder, batch: options.batch, packedRole: options.packedRole ?? "scratch", options, derivation, places };
  const work: CellWork = { ...shared, packs };
  const run = stageRunner(work, derivation.forward, "forward");
  const forward = [...places.initialise(), ...run.prior(), ...overSegments(options, false, (range) => run.range(range))];
  return {
    output: places.output,
    finalStates: places.finalStates,
    packs,
    forward,
    backward: (back) => lowerBackward({ ...shared, packs: [] }, run, back),
  };
}

function lowerBackward(work: CellWork & { packs: Statement[] }, forward: StageRunner, back: BackwardOptions): LoweredGradient {
  const { options, derivation, places } = work;
  const gradient = places.beginGradient(back);
  const run = stageRunner(work, derivation.backward, "backward");
  const checkpointed = segmentSteps(options) < options.steps;
  const statements = [
    ...gradient.initialise(),
    ...run.prior(),
    ...overSegments(options, true, (range) => [
      ...(checkpointed ? forward.range(range) : []),
      ...run.range(range),
      ...weightGradients(work, range, false),
    ]),
    ...run.once(),
    ...weightGradients(work, { first: 0, count: 1 }, true),
  ];
  return { packs: work.packs, statements, initialStates: gradient.initialStates };
}

/** Steps of a segment: the whole sequence without checkpointing. */
export function segmentSteps(options: Pick<LowerCellOptions, "segment" | "steps">): number {
  return Math.min(options.segment ?? options.steps, options.steps);
}

/** Code for each segment, in the order of processing: a loop over whole segments, and the steps left over as a shorter last one. */
function overSegments(options: LowerCellOptions, backwards: boolean, emit: (range: TimeRange) => readonly Statement[]): readonly Statement[] {
  const { steps, builder } = options;
  const length = segmentSteps(options);
  if (length === steps) return emit({ first: 0, count: steps });
  const count = Math.floor(steps / length);
  const rest = steps - count * length;
  const descending = (options.reverse ?? false) !== backwards;
  const whole = builder.loop(`${options.name}.segments`, { count, reverse: descending }, (loop) =>
    emit({ first: 0, count: length, segment: { loop, steps: length } }),
  );
  const last = rest === 0 ? [] : emit({ first: count * length, count: rest });
  return descending ? [...last, whole] : [whole, ...last];
}

interface StageRunner {
  prior(): readonly Statement[];
  range(range: TimeRange): readonly Statement[];
  once(): readonly Statement[];
}

/** Emits the stages of one direction. Weights are packed once, however often stages are emitted. */
function stageRunner(work: CellWork, stages: readonly Stage[], direction: "forward" | "backward"): StageRunner {
  const { builder, options } = work;
  const products = new Map<Stage, ReturnType<typeof lowerProducts>>();
  for (const stage of stages) products.set(stage, lowerProducts(work, stage, `${options.name}.${direction}`));
  const single: TimeRange = { first: 0, count: 1 };
  const emit = (phase: Stage["phase"], range: TimeRange, loop?: LoopId): readonly Statement[] =>
    stages
      .filter((stage) => stage.phase === phase)
      .flatMap((stage) => [...lowerMaps(work, stage, range, loop), ...known(products.get(stage), "products")(range, loop)]);
  const descending = (options.reverse ?? false) !== (direction === "backward");
  return {
    prior: () => emit("prior", single),
    once: () => emit("once", single),
    range: (range) => {
      const inLoop = stages.some((stage) => stage.phase === "loop")
        ? [builder.loop(`${options.name}.${direction}`, { count: range.count, reverse: descending }, (loop) => emit("loop", range, loop))]
        : [];
      return [...emit("before", range), ...inLoop, ...emit("after", range)];
    },
  };
}

/** Packs the matrices of a stage's products, and gives the products over any range. */
function lowerProducts(work: CellWork, stage: Stage, prefix: string): (range: TimeRange, loop: LoopId | undefined) => readonly Statement[] {
  const { places } = work;
  const emitters: ((range: TimeRange, loop: LoopId | undefined) => readonly Statement[])[] = [];
  for (const { operand, terms } of stage.groups) {
    const matrices = terms.map((term) => places.matrix(term.matrix));
    const name = `${prefix}.${matrices.map((matrix) => matrix.name).join("+")}`;
    const { packed, depth, columns } = packSideBySide(work, name, matrices);
    const runs = [{ packed, depth, segments: 1, segmentStride: 0, first: 0 }];
    const c = places.productGroup(terms.map((term) => term.node));
    emitters.push((range, loop) => multiply(rowsOf(work, stage), range, loop, { name, a: places.of(operand), runs, c, columns }));
  }
  for (const id of stage.pullbacks) {
    const { group, terms } = places.pullback(id);
    const matrices = terms.map((term) => places.matrix(term.matrix));
    const name = `${prefix}.${matrices.map((matrix) => `${matrix.name}ᵀ`).join("+")}`;
    const runs = packStacked(work, name, matrices);
    const c = places.of(id);
    const columns = Math.ceil(c.columns / 4) * 4;
    emitters.push((range, loop) => multiply(rowsOf(work, stage), range, loop, { name, a: group, runs, c, columns }));
  }
  return (range, loop) => emitters.flatMap((emit) => emit(range, loop));
}

/** Shared values have a single row. */
function rowsOf(work: CellWork, stage: Stage): MatrixWork {
  return stage.phase === "prior" || stage.phase === "once" ? { ...work, batch: 1 } : work;
}

/** dM += adjointᵀ · operand over all rows of a range, one outer product for each group of products with one operand. */
function weightGradients(work: CellWork, range: TimeRange, once: boolean): readonly Statement[] {
  const { derivation, places, options } = work;
  const rows = once ? { ...work, batch: 1 } : work;
  return (once ? derivation.onceProducts : derivation.products).flatMap(({ operand, terms }, index) => {
    const { location, firsts } = places.slots(index, once);
    const parts = terms.flatMap(({ matrix }, term) => {
      const { gradient, rows: height } = places.matrix(matrix);
      return gradient === undefined ? [] : [{ gradient, rows: height, at: firsts[term]! }];
    });
    if (parts.length === 0) return [];
    const name = `${options.name}.d${terms.map(({ matrix }) => places.matrix(matrix).name).join("+")}`;
    return accumulateOuter(rows, range, { name, a: location, b: places.of(operand), parts });
  });
}

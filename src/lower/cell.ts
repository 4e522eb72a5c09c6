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
 *
 * Where members differ in length, they come longest first: each step is over those whose sequence is not over, and so is what is over all rows, step
 * by step or member by member (`active.ts`). Past its end nothing of a member is computed, and nothing read.
 */
import { deriveCell } from "../derive/index.ts";
import type { Derivation, Stage } from "../derive/index.ts";
import { known } from "../util/errors.ts";
import { segmentSteps } from "./cell-options.ts";
import type { BackwardOptions, LowerCellOptions } from "./cell-options.ts";
import type { CellWork } from "./cell-work.ts";
import type { LoopId, Statement } from "./ir.ts";
import { padTo4 } from "./location.ts";
import type { Location, TimeRange } from "./location.ts";
import { lowerKeys } from "./keys.ts";
import { createPlaces } from "./places/index.ts";
import { rowSizes } from "./places/memories.ts";
import { lowerMaps } from "./stage-maps.ts";
import { lowerMemories, lowerRowGradients } from "./stage-memories.ts";
import { lowerProducts, lowerWeightGradients } from "./stage-products.ts";

export interface LoweredCell {
  readonly output: Location;
  /** Final states: step 0 of each location. */
  readonly finalStates: Readonly<Record<string, Location>>;
  /** Packs of weights: to be run before `forward`, and again when the weights have changed. */
  readonly packs: readonly Statement[];
  /** What is made of the memories alone: to be run after `packs` and before `forward`, and again when a memory has changed. */
  readonly begin: readonly Statement[];
  readonly forward: readonly Statement[];
  /** How much each row of a memory counts, by the memory's name: `[steps, batch, rows]`. */
  readonly attention: ReadonlyMap<string, Location>;
  backward(options: BackwardOptions): LoweredGradient;
}

export interface LoweredGradient {
  readonly packs: readonly Statement[];
  readonly statements: readonly Statement[];
  /** Gradients of the initial states: step 0 of each location. */
  readonly initialStates: Readonly<Record<string, Location>>;
}

/** Lowers a cell over a sequence. Parameters not given a gradient are taken as fixed. */
export function lowerCell(given: LowerCellOptions): LoweredCell {
  const trained = Object.entries(given.parameters).filter(([, parameter]) => parameter.gradient !== undefined);
  const derivation = deriveCell(given.cell, {
    gradient: given.gradient !== undefined,
    wanted: {
      inputs: new Set(given.gradient?.inputs),
      parameters: new Set(trained.map(([name]) => name)),
      memories: new Set(Object.entries(given.memories ?? {}).flatMap(([name, one]) => (one.gradient ? [name] : []))),
    },
  });
  const sizes = { ...given.sizes, ...rowSizes(given) };
  const options = { ...given, sizes, ...chooseSegment(given, derivation) };
  const places = createPlaces(options, derivation);
  const packs: Statement[] = [];
  const { builder, batch, packedRole = "scratch", weights = "float32" } = options;
  const { members } = places;
  const work: CellWork = {
    builder,
    batch,
    members,
    packedRole,
    weights,
    packs,
    options,
    derivation,
    places,
    gradient: undefined,
  };
  const run = createStageRunner(work, derivation.forward, "forward");
  const keys = lowerKeys(work, lowerCell);
  const forward = [...places.start, ...run.prior(), ...overSegments(options, false, (range) => run.range(range))];
  return {
    output: places.output.location,
    finalStates: places.states.finals,
    packs: [...packs, ...keys.packs],
    begin: keys.begin,
    forward,
    attention: places.memories.attention,
    backward: (back) => {
      const backWork = { ...work, packs: [], gradient: places.gradient(back) };
      const { statements, ...lowered } = lowerBackward(backWork, run);
      const ofKeys = keys.backward(backWork);
      return {
        ...lowered,
        packs: [...lowered.packs, ...ofKeys.packs],
        statements: [...statements, ...ofKeys.statements],
      };
    },
  };
}

/** Words of products, made for all steps of a segment at once, that should still be in a second-level cache when the loop comes to them. */
const segmentWords = 128 * 1024;
/** Rows that a product should have, to be worth the way to its weights. */
const segmentRows = 64;

/** Where nothing is kept for a way back, a segment is as long as its products stay near; a divisor of the steps, if there is one of about that size. */
function chooseSegment(options: LowerCellOptions, { forward, nodes }: Derivation): { readonly segment?: number } {
  const { steps, batch, sizes, segment, gradient, lengths } = options;
  if (segment !== undefined || gradient !== undefined || lengths !== undefined) return {};
  const products = forward.filter(({ phase }) => phase === "before").flatMap(({ groups }) => groups);
  const columns = products
    .flatMap(({ terms }) => terms)
    .reduce((sum, { node }) => {
      const [size = 1] = nodes[node]!.shape;
      return sum + padTo4(typeof size === "number" ? size : known(sizes[size], size));
    }, 0);
  if (steps * batch * columns <= 2 * segmentWords) return {};
  const most = Math.max(Math.floor(segmentWords / (batch * columns)), Math.ceil(segmentRows / batch));
  const divisor = Array.from({ length: most }, (_, n) => most - n).find((n) => steps % n === 0) ?? 1;
  return { segment: 2 * divisor >= most ? divisor : most };
}

/** `forward` runs segments again where they are not kept. */
function lowerBackward(work: CellWork, forward: StageRunner): LoweredGradient {
  const { options, derivation } = work;
  const gradient = known(work.gradient, "the places of the way back");
  const run = createStageRunner(work, derivation.backward, "backward");
  const isCheckpointed = segmentSteps(options) < options.steps;
  const statements = [
    ...gradient.start,
    ...run.prior(),
    ...overSegments(options, true, (range) => [
      ...(isCheckpointed ? forward.range(range) : []),
      ...run.range(range),
      ...lowerWeightGradients(work, range, false),
      ...lowerRowGradients(work, range),
    ]),
    ...run.once(),
    ...lowerWeightGradients(work, { first: 0, count: 1 }, true),
  ];
  return { packs: work.packs, statements, initialStates: gradient.carries.firsts };
}

/** Code for each segment, in the order of processing: a loop over whole segments, and the steps left over as a shorter last one. */
function overSegments(
  options: LowerCellOptions,
  backwards: boolean,
  emit: (range: TimeRange) => readonly Statement[],
): readonly Statement[] {
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
function createStageRunner(work: CellWork, stages: readonly Stage[], direction: "forward" | "backward"): StageRunner {
  const { builder, options } = work;
  const name = `${options.name}.${direction}`;
  const lowered = stages.map((stage) => ({ stage, products: lowerProducts(work, stage, name) }));
  const emit = (phase: Stage["phase"], range: TimeRange, loop?: LoopId): readonly Statement[] =>
    lowered
      .filter(({ stage }) => stage.phase === phase)
      .flatMap(({ stage, products }) => [
        ...lowerMaps(work, stage, { range, loop }),
        ...products({ range, loop }),
        ...lowerMemories(work, stage, { range, loop }),
      ]);
  const reverse = (options.reverse ?? false) !== (direction === "backward");
  const single: TimeRange = { first: 0, count: 1 };
  return {
    prior: () => emit("prior", single),
    once: () => emit("once", single),
    range: (range) => {
      const hasLoop = stages.some((stage) => stage.phase === "loop");
      const loop = hasLoop
        ? [builder.loop(name, { count: range.count, reverse }, (index) => emit("loop", range, index))]
        : [];
      return [...emit("before", range), ...loop, ...emit("after", range)];
    },
  };
}

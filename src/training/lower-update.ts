/** The update of all parameters as one map over their arena, with the gradient clipped on the way, and the gradient's norm. */
import { at, gradientArena, parameterArena } from "../lower/index.ts";
import type { BufferId, MapBuilder, ProgramBuilder, Statement, ValueId, View } from "../lower/index.ts";
import type { Node } from "../language/index.ts";
import { assert, known, RecurraError } from "../util/errors.ts";
import type { OptimiserPlan } from "./optimisers.ts";

/** Limits on the gradient, as plain data. */
export type ClipSpec =
  /** The gradient of all parameters together is scaled down to this 2-norm (Pascanu, Mikolov and Bengio 2013). */
  | { readonly kind: "norm"; readonly most: number }
  /** Each number is limited to ±most. */
  | { readonly kind: "value"; readonly most: number };

/** Added to the norm before dividing by it, as PyTorch does. */
const clipEpsilon = 1e-6;

/** Throws `training/bad-clip`. */
export function checkClip(clip: ClipSpec): void {
  if ((clip.kind === "norm" || clip.kind === "value") && clip.most > 0 && clip.most < Infinity) return;
  throw new RecurraError(
    "training/bad-clip",
    `The clipping is ${JSON.stringify(clip)}; give { kind: "norm", most: 1 } or { kind: "value", most: 0.5 } with a limit above 0.`,
  );
}

/** Numbers summed in one row: short sums of short sums lose less to rounding than one long one. */
const normChunk = 1024;

/** ‖g‖₂ over all gradients, to one word. The order of additions is fixed by the sizes alone. */
export function lowerNorm(builder: ProgramBuilder, to: BufferId): readonly Statement[] {
  const { first, length } = gradientArena(builder.buffers);
  const gradient = known(first, "a gradient");
  const whole = Math.floor(length / normChunk);
  const rest = length - whole * normChunk;
  const count = whole + (rest === 0 ? 0 : 1);
  const sums = builder.buffer({ name: "gradient.sums", length: count, role: "scratch" });
  const sumSquares = (name: string, start: number, rows: number, columns: number): Statement =>
    builder.map(name, { rows, columns }, (map) => {
      const g = map.load({ buffer: gradient, offset: at(start * normChunk), rowStride: columns, columnStride: 1 });
      const sum = map.reduce("sum", map.apply("multiply", g, g));
      map.store({ buffer: sums, offset: at(start), rowStride: 1, columnStride: 0 }, sum);
    });
  return [
    ...(whole === 0 ? [] : [sumSquares("gradient.squares", 0, whole, normChunk)]),
    ...(rest === 0 ? [] : [sumSquares("gradient.squares.rest", whole, 1, rest)]),
    builder.map("gradient.norm", { rows: 1, columns: count }, (map) => {
      const sum = map.reduce("sum", map.load({ buffer: sums, offset: at(0), rowStride: 0, columnStride: 1 }));
      map.store(word(to), map.apply("sqrt", sum));
    }),
  ];
}

/** Buffers of an optimiser: its moments, and what the host writes. */
export interface UpdateBuffers {
  /** By name, each as long as the parameter arena. */
  readonly moments: ReadonlyMap<string, BufferId>;
  /** The optimiser's numbers, in its order. */
  readonly numbers: BufferId;
  /** Weight decay of each element, where it differs. */
  readonly decay: BufferId | undefined;
}

/** Gives an optimiser its buffers; the parameters must have theirs. */
export function declareUpdate(builder: ProgramBuilder, plan: OptimiserPlan): UpdateBuffers {
  const { length } = parameterArena(builder.buffers);
  const declare = (name: string): BufferId => builder.buffer({ name: `moment.${name}`, length, role: "moment" });
  return {
    moments: new Map(Object.keys(plan.moments).map((name) => [name, declare(name)])),
    numbers: builder.buffer({ name: "optimiser", length: plan.numbers.length, role: "port" }),
    decay: plan.matrixDecay === undefined ? undefined : declare("decay"),
  };
}

export interface LowerUpdateOptions {
  readonly builder: ProgramBuilder;
  readonly plan: OptimiserPlan;
  readonly buffers: UpdateBuffers;
  readonly clip: ClipSpec | undefined;
  /** The word that `lowerNorm` wrote. */
  readonly norm: BufferId;
}

/** The optimiser's equations for every element of the parameters at once. */
export function lowerUpdate({ builder, plan, buffers, clip, norm }: LowerUpdateOptions): readonly Statement[] {
  const parameters = parameterArena(builder.buffers);
  const gradients = gradientArena(builder.buffers);
  const all = (buffer: BufferId): View => ({ buffer, offset: at(0), rowStride: 0, columnStride: 1 });
  const placeOf = (state: string): View =>
    all(state === "w" ? known(parameters.first, "a parameter") : known(buffers.moments.get(state), `moment ${state}`));
  return [
    builder.map("update", { rows: 1, columns: parameters.length }, (map) => {
      const leaf = (node: Node): ValueId => {
        if (node.kind === "state") return map.load(placeOf(node.name));
        assert(node.kind === "input", "an optimiser reads its states and inputs");
        if (node.name === "g")
          return clipGradient(map, map.load(all(known(gradients.first, "a gradient"))), clip, norm);
        if (node.name === "decay") return map.load(all(known(buffers.decay, "the decay by element")));
        return map.load(word(buffers.numbers, plan.numbers.indexOf(node.name)));
      };
      const values = emitNodes(map, plan.cell.graph.nodes, leaf);
      for (const [state, node] of plan.cell.graph.next) map.store(placeOf(state), known(values[node], state));
    }),
  ];
}

/**
 *     by norm:    g · min(1, most / (‖g‖ + 1e-6))
 *     by value:   min(most, max(-most, g))
 */
function clipGradient(map: MapBuilder, gradient: ValueId, clip: ClipSpec | undefined, norm: BufferId): ValueId {
  if (clip === undefined) return gradient;
  const most = map.constant(clip.most);
  if (clip.kind === "value") return map.apply("min", most, map.apply("max", map.constant(-clip.most), gradient));
  const factor = map.apply("divide", most, map.apply("add", map.load(word(norm)), map.constant(clipEpsilon)));
  return map.apply("multiply", gradient, map.apply("min", map.constant(1), factor));
}

/** Elementwise nodes as values of a map. */
function emitNodes(map: MapBuilder, nodes: readonly Node[], leaf: (node: Node) => ValueId): readonly ValueId[] {
  const values: ValueId[] = [];
  for (const node of nodes) {
    if (node.kind === "constant") values.push(map.constant(node.value));
    else if (node.kind === "apply")
      values.push(map.apply(node.operation, ...node.args.map((arg) => known(values[arg], "an argument"))));
    else values.push(leaf(node));
  }
  return values;
}

function word(buffer: BufferId, at_ = 0): View {
  return { buffer, offset: at(at_), rowStride: 0, columnStride: 0 };
}

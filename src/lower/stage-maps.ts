/** The elementwise work of one stage: a map for each dimension, all of its values fused. */
import type { Export, Stage } from "../derive/index.ts";
import type { Dimension, NodeId } from "../language/index.ts";
import { known } from "../util/errors.ts";
import type { MapBuilder } from "./builder.ts";
import type { CellWork } from "./cell.ts";
import type { BufferId, LoopId, Statement, ValueId, View } from "./ir.ts";
import { viewAt, viewOver } from "./location.ts";
import type { Location, TimeRange } from "./location.ts";
import { isLeafOf } from "./places.ts";

/** Thrown inside a map that was tried over all rows at once and needs its steps apart. */
const needsSteps = Symbol("needs steps");

/** The maps of a stage: for one step of `loop`, or for all steps of the range, in one map where the places lie evenly. */
export function lowerMaps(work: CellWork, stage: Stage, range: TimeRange, loop: LoopId | undefined): readonly Statement[] {
  const byHome = new Map<Dimension | undefined, Export[]>();
  for (const one of stage.exports) {
    if (isInPlace(work, one)) continue;
    byHome.set(one.home, [...(byHome.get(one.home) ?? []), one]);
  }
  return [...byHome].map(([home, exports]) => lowerMap(work, stage, home, exports, range, loop));
}

/** Whether a value is where it should go already. */
function isInPlace({ places, derivation }: CellWork, { node, to }: Export): boolean {
  const { gradient, nodes } = derivation;
  switch (to.kind) {
    case "output":
      return places.outputIsState;
    case "carry":
      return places.carry(to.state).isPullback;
    case "value":
      if (places.outputIsKept && node === derivation.cell.graph.output) return true;
      return nodes[node]!.shape.length > 0 && derivation.products.some(({ terms }) => terms.some((term) => term.adjoint === node));
    case "slot":
      return !places.slots(to.group, to.once).isOwner;
    case "input":
      return nodes[node]!.kind === "pullback" && places.of(node) === places.inputGradient(to.name)?.to;
    case "parameter":
      return gradient.shared.some((one) => isLeafOf(nodes, node, one.node) && nodes[one.node]!.kind === "parameter");
    default:
      return false;
  }
}

function lowerMap(work: CellWork, stage: Stage, home: Dimension | undefined, exports: readonly Export[], range: TimeRange, loop: LoopId | undefined): Statement {
  const { builder, options } = work;
  const columns = home === undefined ? 1 : typeof home === "number" ? home : known(options.sizes[home], `the size of ${home}`);
  const name = `${options.name}.${stage.backward ? "backward" : "forward"}.${stage.phase}${stage.level}`;
  const single = stage.phase === "prior" || stage.phase === "once";
  const batch = single ? 1 : work.batch;
  const fill = (inner: LoopId | undefined, flat: boolean) => (map: MapBuilder) => {
    const emitter = createEmitter({ work, stage, range, loop: inner, flat }, map);
    for (const one of exports) emitter.write(one);
  };
  const atStep = (inner: LoopId | undefined): Statement => builder.map(name, { rows: batch, columns }, fill(inner, false));
  if (loop !== undefined || single) return atStep(loop);
  try {
    return builder.map(name, { rows: range.count * batch, columns }, fill(undefined, true));
  } catch (error) {
    if (error !== needsSteps) throw error;
  }
  const descending = (options.reverse ?? false) !== stage.backward;
  return builder.loop(`${name}.steps`, { count: range.count, reverse: descending }, (inner) => [atStep(inner)]);
}

interface Context {
  readonly work: CellWork;
  readonly stage: Stage;
  readonly range: TimeRange;
  readonly loop: LoopId | undefined;
  /** Over all rows of the range at once. */
  readonly flat: boolean;
}

/** Emits values and stores of one map. */
function createEmitter({ work, stage, range, loop, flat }: Context, map: MapBuilder): { write(one: Export): void } {
  const { places, derivation, options } = work;
  const { nodes, placements, stored, forwardCount } = derivation;
  const values = new Map<NodeId, ValueId>();

  const view = (location: Location): View => {
    const found = flat ? viewOver(location, range, work.batch) : viewAt(location, { range, loop });
    if (found === undefined) throw needsSteps;
    return found;
  };
  const load = (location: Location): ValueId => map.load(view(location));

  const position = (): ValueId => {
    if (flat && (range.count > 1 || range.segment !== undefined)) throw needsSteps;
    let index = map.constant(range.first);
    if (loop !== undefined) index = map.apply("add", index, map.loopIndex(loop));
    if (range.segment !== undefined) {
      index = map.apply("add", index, map.apply("multiply", map.loopIndex(range.segment.loop), map.constant(range.segment.steps)));
    }
    return index;
  };
  const length = (buffer: number): ValueId => map.load({ buffer, offset: { constant: 0, terms: [] }, rowStride: 1, columnStride: 0 });
  const word = (buffer: BufferId): ValueId => map.load({ buffer, offset: { constant: 0, terms: [] }, rowStride: 0, columnStride: 0 });
  // The step number counts from where a member's sequence starts in the direction of processing.
  const stepNumber = (): ValueId => {
    if (!options.reverse) return options.clock === undefined ? position() : map.apply("add", position(), word(options.clock));
    const steps = options.lengths === undefined ? map.constant(options.steps) : length(options.lengths);
    return map.apply("subtract", map.apply("subtract", steps, map.constant(1)), position());
  };
  // Past a member's length nothing happens: states and their gradients pass through, outputs and their gradients are zero.
  const active = (): ValueId | undefined => {
    if (options.lengths === undefined) return undefined;
    if (flat) throw needsSteps;
    return map.apply("less", position(), length(options.lengths));
  };
  const whereActive = (value: ValueId, otherwise: () => ValueId): ValueId => {
    const condition = active();
    return condition === undefined ? value : map.apply("select", condition, value, otherwise());
  };
  const zero = (): ValueId => map.constant(0);

  const isHere = (id: NodeId): boolean => {
    const place = placements[id];
    return place !== undefined && id >= forwardCount === stage.backward && place.phase === stage.phase && place.level === stage.level;
  };

  const compute = (id: NodeId): ValueId => {
    const node = nodes[id]!;
    switch (node.kind) {
      case "constant":
        return map.constant(node.value);
      case "size":
        return map.constant(typeof node.dimension === "number" ? node.dimension : known(options.sizes[node.dimension], `the size of ${node.dimension}`));
      case "position":
        return map.columnIndex();
      case "step":
        return stepNumber();
      case "adjoint": {
        const location = places.find(id);
        if (location === undefined) return zero();
        return node.of === "shared" ? load(location) : whereActive(load(location), zero);
      }
      case "apply":
        return isHere(id) || !stored.has(id) ? map.apply(node.operation, ...node.args.map(value)) : load(places.of(id));
      case "reduce":
        return isHere(id) ? map.reduce(node.operation, value(node.arg)) : load(places.of(id));
      default:
        return load(places.of(id));
    }
  };
  const value = (id: NodeId): ValueId => {
    const before = values.get(id);
    if (before !== undefined) return before;
    const result = compute(id);
    values.set(id, result);
    return result;
  };

  const write = ({ node, to }: Export): void => {
    const result = value(node);
    switch (to.kind) {
      case "value":
        return map.store(view(places.of(node)), result);
      case "next":
        return map.store(view(places.next(to.state)), whereActive(result, () => load(places.previous(to.state))));
      case "output":
        return map.store(view(places.output), whereActive(result, zero));
      case "slot": {
        const { location, firsts } = places.slots(to.group, to.once);
        return map.store(view({ ...location, offset: location.offset + firsts[to.term]! }), result);
      }
      case "carry": {
        const { read, write: target } = places.carry(to.state);
        return map.store(view(target), whereActive(result, () => load(read)));
      }
      case "input": {
        const { to: target, mode } = known(places.inputGradient(to.name), `the gradient of ${to.name}`);
        return map.store(view(target), result, mode);
      }
      case "shared":
        return map.store(view(places.sharedSum(to.of)), result, "add");
      case "parameter":
        return map.store(view(places.parameterGradient(to.name)), result, "add");
    }
  };
  return { write };
}

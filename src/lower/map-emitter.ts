/** The values and stores of one map of a stage. */
import { isReadable, isSameStage } from "../derive/index.ts";
import type { Stage } from "../derive/index.ts";
import type { NodeId } from "../language/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { MapBuilder } from "./builder.ts";
import type { CellWork } from "./cell-work.ts";
import type { ValueId, View } from "./ir.ts";
import { viewAt, viewOver } from "./location.ts";
import type { Location, Moment } from "./location.ts";
import { createMapTime } from "./map-time.ts";
import { memoryNamed } from "./places/memories.ts";
import { gradientOf } from "./stage-stores.ts";
import type { StageStore } from "./stage-stores.ts";

export interface EmitterContext {
  readonly work: CellWork;
  readonly stage: Stage;
  readonly moment: Moment;
  /**
   * Given for a map over all rows of the range at once, and called if it needs its steps apart: if something does not lie evenly, or differs from
   * step to step. What is emitted is then of no use.
   */
  readonly needSteps: (() => void) | undefined;
}

export interface Emitter {
  write(node: NodeId, to: StageStore): void;
}

export function createEmitter({ work, stage, moment, needSteps }: EmitterContext, map: MapBuilder): Emitter {
  const { places, derivation, options } = work;
  const { nodes, timings } = derivation;
  const time = createMapTime(map, options, moment, needSteps);
  const values = new Map<NodeId, ValueId>();

  const view = (location: Location): View => {
    const over = needSteps === undefined ? undefined : viewOver(location, moment.range, work.batch);
    if (over === undefined) needSteps?.();
    return over ?? viewAt(location, moment);
  };
  const load = (location: Location): ValueId => map.load(view(location));

  const isComputedHere = (id: NodeId): boolean => {
    const timing = timings[id];
    return timing !== undefined && isSameStage(timing, stage);
  };

  const compute = (id: NodeId): ValueId => {
    const node = nodes[id]!;
    switch (node.kind) {
      case "constant":
        return map.constant(node.value);
      case "size":
        return map.constant(
          typeof node.dimension === "number"
            ? node.dimension
            : known(options.sizes[node.dimension], `the size of ${node.dimension}`),
        );
      case "position":
        return map.columnIndex();
      case "step":
        return time.stepNumber();
      case "adjoint": {
        const location = gradientOf(work).leaf(node);
        return location === undefined ? map.constant(0) : load(location);
      }
      case "apply": {
        if (!isComputedHere(id) && isReadable(derivation, id, stage)) return load(places.of(id));
        const sum = places.products.sumOf(id);
        return sum === undefined ? map.apply(node.operation, ...node.args.map(value)) : load(places.of(sum));
      }
      case "reduce":
        return isComputedHere(id) ? map.reduce(node.operation, value(node.arg)) : load(places.of(id));
      case "length": {
        const { lengths, steps } = memoryNamed(options, node.memory);
        return lengths === undefined ? map.constant(steps) : time.ofMember(lengths);
      }
      case "memory":
      case "keys":
        throw new RecurraError("internal/impossible", "a map does not read the rows of a memory");
      case "score":
      case "mix":
      case "score-gradient":
      case "input":
      case "state":
      case "parameter":
      case "product":
      case "pullback":
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

  return {
    write: (node, { location, mode }) => {
      const result = value(node);
      map.store(view(location()), result, mode);
    },
  };
}

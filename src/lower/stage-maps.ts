/** The elementwise work of one stage: a map for each dimension, all of its values fused. */
import type { Export, Stage } from "../derive/index.ts";
import type { Dimension, NodeId } from "../language/index.ts";
import { known } from "../util/errors.ts";
import { goesByMember, windowAt } from "./active.ts";
import type { MapBuilder } from "./builder.ts";
import type { CellWork } from "./cell-work.ts";
import type { LoopId, Statement } from "./ir.ts";
import type { Moment } from "./location.ts";
import { createEmitter } from "./map-emitter.ts";
import { storeOf } from "./stage-stores.ts";
import type { StageStore } from "./stage-stores.ts";

interface Write {
  readonly node: NodeId;
  readonly to: StageStore;
}

/**
 * The maps of a stage: for one step of the moment's loop, or for all steps of its range, in one map where the places lie evenly and all members are
 * as long.
 */
export function lowerMaps(work: CellWork, stage: Stage, moment: Moment): readonly Statement[] {
  const byHome = new Map<Dimension | undefined, Write[]>();
  for (const one of stage.exports) {
    const to = storeOf(work, one);
    if (to !== undefined) byHome.set(one.home, [...(byHome.get(one.home) ?? []), { node: one.node, to }]);
  }
  return [...byHome].map(([home, writes]) => lowerMap(work, stage, moment, { columns: columnsOf(work, home), writes }));
}

function columnsOf({ options }: CellWork, home: Export["home"]): number {
  if (home === undefined) return 1;
  return typeof home === "number" ? home : known(options.sizes[home], `the size of ${home}`);
}

interface MapParts {
  readonly columns: number;
  readonly writes: readonly Write[];
}

function lowerMap(work: CellWork, stage: Stage, { range, loop }: Moment, { columns, writes }: MapParts): Statement {
  const { builder, options } = work;
  const name = `${options.name}.${stage.backward ? "backward" : "forward"}.${stage.phase}${stage.level}`;
  const isShared = stage.phase === "prior" || stage.phase === "once";
  const batch = isShared ? 1 : work.batch;
  const fill = (moment: Moment, needSteps?: () => void) => (map: MapBuilder) => {
    const emitter = createEmitter({ work, stage, moment, needSteps }, map);
    for (const { node, to } of writes) emitter.write(node, to);
  };
  const of = (moment: Moment, rows: number): Statement => {
    const window = isShared ? undefined : windowAt(work.members, moment);
    return builder.map(name, { rows, columns, window }, fill(moment));
  };
  if (loop !== undefined || isShared) return of({ range, loop }, batch);

  if (work.members !== undefined && goesByMember(work.members, range)) {
    const ofMember = (member: LoopId): Statement => of({ range, loop: undefined, member }, range.count);
    return builder.loop(`${name}.members`, { count: batch }, (member) => [ofMember(member)]);
  }
  let needsSteps = work.members !== undefined;
  const ofRange = builder.map(
    name,
    { rows: range.count * batch, columns },
    fill({ range, loop: undefined }, () => (needsSteps = true)),
  );
  if (!needsSteps) return ofRange;
  const reverse = (options.reverse ?? false) !== stage.backward;
  return builder.loop(`${name}.steps`, { count: range.count, reverse }, (inner) => [of({ range, loop: inner }, batch)]);
}

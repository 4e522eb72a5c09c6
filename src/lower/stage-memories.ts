/**
 * What a stage does over the rows of memories, a few rows at a time, for all members of a step:
 *
 *     score           score_s = q · k_s, or v · tanh(q + k_s)
 *     mix             c = Σ_s α_s m_s
 *     score-gradient  dq = Σ_s d_s v (1 - tanh²(q + k_s)),  dv = Σ_s d_s tanh(q + k_s)
 *
 * and, after all steps of a range, what follows for the rows: dk_s += d_s q, dm_s += α_s dc, dk_s += d_s v (1 - tanh²(q + k_s)). The last has the same
 * tanh as the gradients of the score, and so is done with them.
 */
import type { RowsTerm, Stage } from "../derive/index.ts";
import type { Node, NodeId } from "../language/index.ts";
import { assert, known, RecurraError } from "../util/errors.ts";
import { windowAt } from "./active.ts";
import { plus, shift } from "./builder.ts";
import type { MapBuilder } from "./builder.ts";
import type { CellWork } from "./cell-work.ts";
import type { LoopId, Statement, ValueId, View } from "./ir.ts";
import { viewAt } from "./location.ts";
import type { Location, Moment, TimeRange } from "./location.ts";
import { gradientOf } from "./stage-stores.ts";

type NodeOf<K extends Node["kind"]> = Extract<Node, { readonly kind: K }>;

/** Rows of a memory that one map goes over: as many as keep a processor's sums apart. */
const rowsAtOnce = 4;

/** A row of a memory within a map: `constant`, further by `rowsAtOnce` in each turn of the loop. */
interface RowIndex {
  readonly constant: number;
  readonly loop: LoopId | undefined;
}

/** The work of a stage over memories, for one step of the moment's loop or for all steps of its range. */
export function lowerMemories(work: CellWork, stage: Stage, moment: Moment): readonly Statement[] {
  const nodes = stage.memories.map((id) => ({ id, node: work.derivation.nodes[id]! }));
  const seen = new Set<string>();
  return nodes.flatMap(({ id, node }) => {
    switch (node.kind) {
      case "score":
        return overSteps(work, nameOf(work, id), moment, (one) => lowerScore(work, { id, node, moment: one }));
      case "mix":
        return overSteps(work, nameOf(work, id), moment, (one) => lowerMix(work, { id, node, moment: one }));
      case "score-gradient": {
        if (seen.has(keyOf(node))) return [];
        seen.add(keyOf(node));
        const ids = gradientsOf(work, node).filter((other) => stage.memories.includes(other));
        return overSteps(work, nameOf(work, id), moment, (one) => lowerScoreGradient(work, { ids, node, moment: one }));
      }
      default:
        throw new RecurraError("internal/impossible", `${node.kind} is not over the rows of a memory`);
    }
  });
}

/** What the rows of memories are given by the steps of a range, but for what has been done with the gradients of scores. */
export function lowerRowGradients(work: CellWork, range: TimeRange): readonly Statement[] {
  const { derivation } = work;
  return derivation.rows.flatMap(({ rows, terms }) =>
    terms.flatMap((term): readonly Statement[] => {
      const moment: Moment = { range, loop: undefined };
      const name = `${work.options.name}.d.rows${rows}`;
      if (term.kind === "outer") return overSteps(work, name, moment, (one) => lowerOuterTerm(work, rows, term, one));
      const node = { rows, ...term };
      if (gradientsOf(work, node).length > 0) return [];
      return overSteps(work, name, moment, (one) => lowerScoreGradient(work, { ids: [], node, moment: one }));
    }),
  );
}

/** The stored gradients of one score, towards its query and its weights. */
function gradientsOf({ derivation }: CellWork, score: ScoreParts): readonly NodeId[] {
  return [...derivation.stored.keys()]
    .filter((id) => {
      const node = derivation.nodes[id]!;
      return node.kind === "score-gradient" && keyOf(node) === keyOf(score);
    })
    .toSorted((a, b) => a - b);
}

type ScoreParts = Pick<NodeOf<"score-gradient">, "rows" | "query" | "weights" | "adjoint">;

function keyOf({ rows, query, weights, adjoint }: ScoreParts): string {
  return [rows, query, weights, adjoint].join();
}

function nameOf({ options }: CellWork, id: NodeId): string {
  return `${options.name}.rows${id}`;
}

function overSteps(
  { builder }: CellWork,
  name: string,
  { range, loop }: Moment,
  emit: (moment: Moment) => readonly Statement[],
): readonly Statement[] {
  if (loop !== undefined || (range.count === 1 && range.segment === undefined)) return emit({ range, loop });
  return [builder.loop(`${name}.steps`, { count: range.count }, (inner) => emit({ range, loop: inner }))];
}

interface RowMap {
  readonly name: string;
  readonly rows: Location;
  readonly moment: Moment;
  /** The values of some rows of the memory; `isFirst` of those before which nothing has been done. */
  readonly fill: (map: MapBuilder, rows: readonly RowIndex[], isFirst: boolean) => void;
}

/** Maps over members × columns of a row, for some rows of a memory at a time: those that are left over first, then a loop. */
function overMemory(work: CellWork, count: number, { name, rows, moment, fill }: RowMap): readonly Statement[] {
  const { builder, batch, members } = work;
  const window = windowAt(members, moment);
  const some = (first: number, length: number, loop: LoopId | undefined, isFirst: boolean): Statement =>
    builder.map(name, { rows: batch, columns: rows.columns, window }, (map) => {
      const indices = Array.from({ length }, (_, n): RowIndex => ({ constant: first + n, loop }));
      fill(map, indices, isFirst);
    });
  const head = count % rowsAtOnce === 0 ? rowsAtOnce : count % rowsAtOnce;
  const turns = (count - head) / rowsAtOnce;
  if (turns === 0) return [some(0, head, undefined, true)];
  const rest = builder.loop(`${name}.rows`, { count: turns }, (loop) => [some(head, rowsAtOnce, loop, false)]);
  return [some(0, head, undefined, true), rest];
}

/** All members' parts of one row of a memory. */
function rowAt(location: Location, { constant, loop }: RowIndex): View {
  const view = viewAt(unpadded(location), { range: { first: 0, count: 1 }, loop: undefined });
  const offset = shift(view.offset, constant * location.stepStride);
  return { ...view, offset: loop === undefined ? offset : plus(offset, loop, rowsAtOnce * location.stepStride) };
}

/** One number of each member's row. */
function elementAt(location: Location, moment: Moment, { constant, loop }: RowIndex): View {
  const view = viewAt(unpadded(location), moment);
  const offset = shift(view.offset, constant);
  return { ...view, columnStride: 0, offset: loop === undefined ? offset : plus(offset, loop, rowsAtOnce) };
}

function unpadded(location: Location): Location {
  return { ...location, padded: false };
}

/** The place of a value that is read; of a gradient that is handed in, its copy. */
function placeOf(work: CellWork, id: NodeId): Location {
  const node = work.derivation.nodes[id]!;
  return node.kind === "adjoint" ? gradientOf(work).handed(id) : work.places.of(id);
}

function countOf({ derivation, options }: CellWork, rows: NodeId): number {
  const [dimension] = derivation.nodes[rows]!.shape;
  return known(options.sizes[known(dimension, "a dimension")], "the rows of a memory");
}

interface Lowered<N> {
  readonly id: NodeId;
  readonly node: N;
  readonly moment: Moment;
}

function lowerScore(work: CellWork, { id, node, moment }: Lowered<NodeOf<"score">>): readonly Statement[] {
  const { places } = work;
  const rows = places.memories.of(node.rows);
  const fill: RowMap["fill"] = (map, indices) => {
    const query = map.load(viewAt(placeOf(work, node.query), moment));
    for (const index of indices) {
      const key = map.load(rowAt(rows, index));
      const each =
        node.weights === undefined
          ? map.apply("multiply", query, key)
          : map.apply(
              "multiply",
              map.load(viewAt(placeOf(work, node.weights), moment)),
              map.apply("tanh", map.apply("add", query, key)),
            );
      map.store(elementAt(places.of(id), moment, index), map.reduce("sum", each));
    }
  };
  return overMemory(work, countOf(work, node.rows), { name: nameOf(work, id), rows, moment, fill });
}

function lowerMix(work: CellWork, { id, node, moment }: Lowered<NodeOf<"mix">>): readonly Statement[] {
  const rows = work.places.memories.of(node.rows);
  const weights = placeOf(work, node.weights);
  const fill: RowMap["fill"] = (map, indices, isFirst) => {
    const each = indices.map((index) =>
      map.apply("multiply", map.load(elementAt(weights, moment, index)), map.load(rowAt(rows, index))),
    );
    store(map, viewAt(unpadded(work.places.of(id)), moment), sum(map, each), isFirst);
  };
  return overMemory(work, countOf(work, node.rows), { name: nameOf(work, id), rows, moment, fill });
}

function sum(map: MapBuilder, values: readonly ValueId[]): ValueId {
  return values.reduce((total, value) => map.apply("add", total, value));
}

function store(map: MapBuilder, view: View, value: ValueId, isFirst: boolean): void {
  map.store(view, value, isFirst ? "set" : "add");
}

interface LoweredScoreGradient {
  /** The nodes that are wanted. */
  readonly ids: readonly NodeId[];
  readonly node: ScoreParts;
  readonly moment: Moment;
}

function lowerScoreGradient(work: CellWork, { ids, node, moment }: LoweredScoreGradient): readonly Statement[] {
  const { places, derivation } = work;
  const rows = places.memories.of(node.rows);
  const isWanted = derivation.rows.some(({ rows: id, terms }) =>
    terms.some((term) => term.kind === "score" && keyOf({ rows: id, ...term }) === keyOf(node)),
  );
  // Once, if its gradients stand in different stages.
  const wantsRows = isWanted && ids[0] === gradientsOf(work, node)[0];
  const fill: RowMap["fill"] = (map, indices, isFirst) => {
    const [query, weights] = [node.query, node.weights].map((id) => map.load(viewAt(placeOf(work, id), moment)));
    const adjoint = placeOf(work, node.adjoint);
    const each = indices.map((index) => {
      const tanh = map.apply("tanh", map.apply("add", query!, map.load(rowAt(rows, index))));
      const slope = map.apply("subtract", map.constant(1), map.apply("multiply", tanh, tanh));
      const d = map.load(elementAt(adjoint, moment, index));
      const toQuery = map.apply("multiply", d, map.apply("multiply", weights!, slope));
      return { index, toQuery, toWeights: map.apply("multiply", d, tanh) };
    });
    for (const id of ids) {
      const { kind, of } = derivation.nodes[id] as NodeOf<"score-gradient">;
      assert(kind === "score-gradient", "the gradient of a score");
      const total = sum(
        map,
        each.map(({ toQuery, toWeights }) => (of === "query" ? toQuery : toWeights)),
      );
      store(map, viewAt(unpadded(places.of(id)), moment), total, isFirst);
    }
    if (!wantsRows) return;
    const to = gradientOf(work).rows.of(node.rows);
    for (const { index, toQuery } of each) map.store(rowAt(to, index), toQuery, "add");
  };
  const name = `${work.options.name}.d.score${node.rows}`;
  return overMemory(work, countOf(work, node.rows), { name, rows, moment, fill });
}

/** dk_s += weights_s row. */
function lowerOuterTerm(
  work: CellWork,
  rows: NodeId,
  term: Extract<RowsTerm, { readonly kind: "outer" }>,
  moment: Moment,
): readonly Statement[] {
  const to = gradientOf(work).rows.of(rows);
  const weights = placeOf(work, term.weights);
  const fill: RowMap["fill"] = (map, indices) => {
    const row = map.load(viewAt(placeOf(work, term.row), moment));
    for (const index of indices) {
      const weight = map.load(elementAt(weights, moment, index));
      map.store(rowAt(to, index), map.apply("multiply", weight, row), "add");
    }
  };
  return overMemory(work, countOf(work, rows), { name: `${work.options.name}.d.rows${rows}`, rows: to, moment, fill });
}

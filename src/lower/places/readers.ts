/** Which maps read each value from its place, found by following every export the way its map will compute it. */
import { isReadable, isSameStage, readsMemory, valueArguments, valuesOf } from "../../derive/index.ts";
import type { Derivation, Stage } from "../../derive/index.ts";
import { argumentsOf } from "../../language/index.ts";
import type { Dimension, NodeId } from "../../language/index.ts";

/** A map: a stage has one for each dimension that it computes along. */
export interface StageMap {
  readonly stage: Stage;
  /** Absent for lone numbers. */
  readonly home: Dimension | undefined;
}

export interface Readers {
  of(id: NodeId): readonly StageMap[];
  /** Whether a product or a sum of outer products reads it. */
  isOperand(id: NodeId): boolean;
}

export function isSameMap(one: StageMap, other: StageMap): boolean {
  return isSameStage(one.stage, other.stage) && one.home === other.home;
}

export function findReaders(derivation: Derivation): Readers {
  const { nodes, timings, forward, backward } = derivation;
  const readers = new Map<NodeId, Set<StageMap>>();
  const follow = (id: NodeId, map: StageMap, seen: Set<NodeId>): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const { stage } = map;
    const node = nodes[id]!;
    const timing = timings[id];
    const isHere = timing !== undefined && isSameStage(timing, stage);
    const isComputed =
      (node.kind === "apply" && (isHere || !isReadable(derivation, id, stage))) || (node.kind === "reduce" && isHere);
    if (isComputed) for (const arg of argumentsOf(node)) follow(arg, map, seen);
    else readers.set(id, (readers.get(id) ?? new Set()).add(map));
  };
  for (const stage of [...forward, ...backward]) {
    for (const home of new Set(stage.exports.map((one) => one.home))) {
      const [map, seen] = [{ stage, home }, new Set<NodeId>()];
      for (const one of stage.exports) if (one.home === home) follow(one.node, map, seen);
    }
  }
  const operands = new Set([
    ...nodes.flatMap((node) => {
      if (node.kind === "product") return [node.vector];
      if (readsMemory(node)) return valueArguments(node);
      return node.kind === "pullback" ? node.terms.map(({ vector }) => vector) : [];
    }),
    ...[...derivation.products, ...derivation.onceProducts].map(({ operand }) => operand),
    ...derivation.rows.flatMap(({ terms }) => terms.flatMap(valuesOf)),
  ]);
  return { of: (id) => [...(readers.get(id) ?? [])], isOperand: (id) => operands.has(id) };
}

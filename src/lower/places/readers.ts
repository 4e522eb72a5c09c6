/** Which stages read each value from its place, found by following every export the way its map will compute it. */
import { isReadable, isSameStage } from "../../derive/index.ts";
import type { Derivation, Stage } from "../../derive/index.ts";
import { argumentsOf } from "../../language/index.ts";
import type { NodeId } from "../../language/index.ts";

export interface Readers {
  /** The stages whose maps read the value. */
  of(id: NodeId): readonly Stage[];
  /** Whether a product or a sum of outer products reads it. */
  isOperand(id: NodeId): boolean;
}

export function findReaders(derivation: Derivation): Readers {
  const { nodes, timings, forward, backward } = derivation;
  const readers = new Map<NodeId, Set<Stage>>();
  const follow = (id: NodeId, stage: Stage, seen: Set<NodeId>): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const node = nodes[id]!;
    const timing = timings[id];
    const isHere = timing !== undefined && isSameStage(timing, stage);
    const isComputed =
      (node.kind === "apply" && (isHere || !isReadable(derivation, id, stage))) || (node.kind === "reduce" && isHere);
    if (isComputed) for (const arg of argumentsOf(node)) follow(arg, stage, seen);
    else readers.set(id, (readers.get(id) ?? new Set()).add(stage));
  };
  for (const stage of [...forward, ...backward]) {
    const seen = new Set<NodeId>();
    for (const { node } of stage.exports) follow(node, stage, seen);
  }
  const operands = new Set([
    ...nodes.flatMap((node) => {
      if (node.kind === "product") return [node.vector];
      return node.kind === "pullback" ? node.terms.map(({ vector }) => vector) : [];
    }),
    ...[...derivation.products, ...derivation.onceProducts].map(({ operand }) => operand),
  ]);
  return { of: (id) => [...(readers.get(id) ?? [])], isOperand: (id) => operands.has(id) };
}

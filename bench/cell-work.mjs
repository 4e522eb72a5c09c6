/** The multiply-adds of the products in a training step of any cell, counted from its equations. */
import { loadRecurra } from "./recurra.mjs";

const { describeNetwork, network } = await loadRecurra();

/** @typedef {import("../src/node.ts").Cell} Cell */
/** @typedef {import("./workloads.mjs").Sizes} Sizes */

/**
 * A product is done forwards, for the gradient of its matrix where that is learned, and for the gradient of its operand where anything learned
 * lies behind that: not for the inputs of the first layer, nor within a frozen reservoir.
 * @param {Cell} cell
 * @param {Pick<Sizes, "B" | "T" | "I" | "H">} sizes
 */
export function countMultiplyAdds(cell, { B, T, I, H }) {
  const shapes = new Map(
    describeNetwork(network({ features: I }).recurrent(cell, { size: H }).build()).parameters.map(({ name, shape }) => [
      name.replace(/^0\./, ""),
      shape,
    ]),
  );
  const learned = findLearned(cell);
  const { nodes } = cell.graph;
  return nodes.reduce((sum, node) => {
    if (node.kind !== "product") return sum;
    const matrix = nodes[node.matrix];
    const shape = matrix?.kind === "parameter" ? shapes.get(matrix.name) : undefined;
    const elements = shape?.reduce((product, size) => product * size, 1) ?? 0;
    const passes = 1 + (learned.has(node.matrix) ? 1 : 0) + (learned.has(node.vector) ? 1 : 0);
    return sum + B * T * elements * passes;
  }, 0);
}

/** The nodes through which a gradient goes: what depends on something learned, in this step or an earlier one. @param {Cell} cell */
function findLearned({ graph: { nodes, next }, options: { frozen = [] } }) {
  /** @type {Set<number>} */
  const learned = new Set();
  for (let before = -1; before < learned.size;) {
    before = learned.size;
    nodes.forEach((node, id) => {
      if (isLearned(node, { learned, next, frozen })) learned.add(id);
    });
  }
  return learned;
}

/**
 * @param {Cell["graph"]["nodes"][number]} node
 * @param {{ learned: ReadonlySet<number>, next: ReadonlyMap<string, number>, frozen: readonly string[] }} known
 */
function isLearned(node, { learned, next, frozen }) {
  switch (node.kind) {
    case "parameter":
      return !frozen.includes(node.name);
    case "state":
      return learned.has(next.get(node.name) ?? -1);
    case "apply":
      return node.args.some((id) => learned.has(id));
    case "reduce":
      return learned.has(node.arg);
    case "product":
      return learned.has(node.matrix) || learned.has(node.vector);
    default:
      return false;
  }
}

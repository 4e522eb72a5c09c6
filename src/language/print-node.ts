/** Prints a value of a graph as text for people, such as a derived gradient. */
import { known } from "../util/errors.ts";
import { argumentsOf } from "./arguments.ts";
import type { Graph, Node, NodeId } from "./graph.ts";
import type { Piece } from "./print-expression.ts";
import { applied, atom, atomPrecedence, bracketed, multiplied } from "./print-expression.ts";

/** Operations inside one another on one line; what is deeper gets a line of its own. */
const deepest = 30;

/**
 * How a node is computed, in the language's notation: values with names by their names, others in place. A value without a name that is
 * used more than once gets one, `v1 = …`, on a line before; the last line is the node itself. A gradient handed in is `dy` or `dh'`,
 * a transposed matrix `Uᵀ`. As long as the part of the graph it shows.
 */
export function printNode({ nodes, names }: Pick<Graph, "nodes"> & Partial<Pick<Graph, "names">>, id: NodeId): string {
  const named = new Map([...(names ?? [])].map(([name, node]): [NodeId, string] => [node, name]));
  named.delete(id);
  const uses = countUses(nodes, id, named);
  const taken = new Set([...named.values(), ...nodes.map((node) => ("name" in node ? node.name : ""))]);
  const lines: string[] = [];
  const pieces = new Map<NodeId, Piece & { readonly depth: number }>();
  let count = 0;

  for (const shown of [...uses.keys()].toSorted((a, b) => a - b)) {
    const name = named.get(shown);
    const node = known(nodes[shown], "node");
    const depth = 1 + Math.max(-1, ...argumentsOf(node).map((arg) => pieces.get(arg)?.depth ?? 0));
    const piece =
      name === undefined ? pieceOf(node, (arg) => known(pieces.get(arg), "piece of an argument")) : atom(name);
    const isShared =
      name === undefined && depth > 0 && shown !== id && ((uses.get(shown) ?? 0) > 1 || depth >= deepest);
    if (!isShared) {
      pieces.set(shown, { ...piece, depth: name === undefined ? depth : 0 });
      continue;
    }
    do count++;
    while (taken.has(`v${count}`));
    lines.push(`v${count} = ${piece.text}`);
    pieces.set(shown, { ...atom(`v${count}`), depth: 0 });
  }
  return [...lines, known(pieces.get(id), "piece").text].join("\n");
}

/** How often each node that is shown is used by others that are; a named one hides what it is made of. */
function countUses(nodes: readonly Node[], root: NodeId, named: ReadonlyMap<NodeId, string>): Map<NodeId, number> {
  const uses = new Map<NodeId, number>([[root, 0]]);
  for (let id = root; id >= 0; id--) {
    if (!uses.has(id) || named.has(id)) continue;
    for (const arg of argumentsOf(known(nodes[id], "node"))) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  }
  return uses;
}

function pieceOf(node: Node, piece: (id: NodeId) => Piece): Piece {
  switch (node.kind) {
    case "input":
    case "state":
    case "parameter":
      return atom(node.name);
    case "constant":
      return node.value < 0 ? applied("negate", [atom(String(-node.value))]) : atom(String(node.value));
    case "step":
      return atom("t");
    case "position":
      return atom(`position(${node.shape.join()})`);
    case "size":
      return atom(`size(${node.dimension})`);
    case "adjoint":
      return atom(node.of === "output" ? "dy" : node.of === "next" ? `d${node.name}'` : `d${node.name}`);
    case "apply":
      return applied(node.operation, node.args.map(piece));
    case "memory":
      return atom(node.name);
    case "length":
      return atom(`length(${node.memory})`);
    case "keys":
      return multiplied(piece(node.matrix), piece(node.memory));
    case "score": {
      if (node.weights === undefined) return multiplied(bracketedRows(node.rows, piece), piece(node.query));
      return scored("score", [node.rows, node.query, node.weights], piece);
    }
    case "mix":
      return multiplied(atom(`${bracketedRows(node.rows, piece).text}ᵀ`), piece(node.weights));
    case "score-gradient": {
      const { of, rows, query, weights, adjoint } = node;
      return scored(`dscore_${of}`, [rows, query, weights, adjoint], piece);
    }
    case "reduce":
      return atom(`${node.operation === "sum" ? "sum" : "largest"}(${piece(node.arg).text})`);
    case "product":
      return multiplied(piece(node.matrix), piece(node.vector));
    case "pullback":
      return node.terms
        .map(({ matrix, vector }) => multiplied(atom(`${piece(matrix).text}ᵀ`), piece(vector)))
        .reduce((a, b) => applied("add", [a, b]));
  }
}

/** A memory as the matrix of its rows; keys in brackets. */
function bracketedRows(rows: NodeId, piece: (id: NodeId) => Piece): Piece {
  return atom(bracketed(piece(rows), atomPrecedence));
}

function scored(name: string, args: readonly NodeId[], piece: (id: NodeId) => Piece): Piece {
  return atom(`${name}(${args.map((arg) => piece(arg).text).join(", ")})`);
}

/** The gradient of a cell's step as equations that people read. */
import { argumentsOf, elementwiseOperations, printNode } from "../language/index.ts";
import type { Cell, Node, NodeId } from "../language/index.ts";
import { known } from "../util/errors.ts";
import { dependsOn, neededBy, sharedNodes } from "./dependence.ts";
import { deriveGradient } from "./gradient.ts";
import { valuesOf } from "./ends.ts";
import type { ProductGradient, RowsTerm, StepGradient } from "./gradient.ts";

/** Operations inside one another in one equation; what is deeper gets a name of its own. */
const deepest = 20;

/**
 * One equation a line, each after those it needs: the gradients of named values (`do`) and of results of products (`d(U h)`), from the
 * end of the step to its beginning; then those of previous states and of inputs; then those of the parameters.
 *
 * Handed in are `dy`, of the output, and `dh'`, of a next state by the step after; `total dh'` is all that reaches it. `Σ` sums over steps
 * and members. `direct dk` is the part of a parameter's gradient that does not come through other values made of parameters alone. What is
 * needed more than once, has no name and is more than one cheap operation is called `v1`, `v2`, ….
 */
export function printGradient(cell: Cell): string {
  return new GradientPrinter(cell).print();
}

interface Line {
  readonly name: string;
  readonly id: NodeId;
}

class GradientPrinter {
  readonly #cell: Cell;
  readonly #gradient: StepGradient;
  /** How nodes are called, both ways. */
  readonly #names = new Map<NodeId, string>();
  readonly #ids = new Map<string, NodeId>();
  readonly #helpers: readonly Line[];
  readonly #step: readonly Line[];

  constructor(cell: Cell) {
    this.#cell = cell;
    this.#gradient = deriveGradient(cell.graph);
    for (const [name, id] of cell.graph.names) if (!this.#isLeaf(id)) this.#call(id, name);
    this.#helpers = this.#nameHelpers();
    this.#step = this.#nameStep();
  }

  print(): string {
    const { states, inputs, once, nodes } = this.#gradient;
    const sums = this.#nameSums();
    const isLate = dependsOn(nodes, (node) => node.kind === "adjoint" && node.of === "shared");
    // What no gradient reaches has none.
    const isReached = dependsOn(nodes, (node) => node.kind === "adjoint");
    const helpers = (late: boolean): Line[] => this.#helpers.filter(({ id }) => isLate[id] === late);
    const define = ({ name, id }: Line): string => {
      const called = this.#names.get(id);
      return `${name} = ${called === undefined || called === name ? this.#value(id) : called}`;
    };
    const end = (name: string, id: NodeId | undefined): string =>
      `d${name} = ${id !== undefined && isReached[id] ? this.#text(id) : "0"}`;
    return [
      ...[...helpers(false), ...this.#step].toSorted((a, b) => a.id - b.id).map(define),
      ...this.#cell.states.map(({ name }) => end(name, states.get(name))),
      ...this.#cell.inputs.map(({ name }) => end(name, inputs.get(name))),
      ...this.#rowLines(),
      ...sums,
      ...helpers(true).map(define),
      ...this.#cell.parameters.map(({ name, shape }) =>
        shape.length === 2 ? this.#matrixLine(name) : end(name, once.parameters.get(name)),
      ),
      "",
    ].join("\n");
  }

  /** Names what the equations below need more than once, and what is too deep for one line; in the order of computing. */
  #nameHelpers(): Line[] {
    const { nodes, states, inputs, once, products } = this.#gradient;
    const uses = nodes.map(() => 0);
    const use = (id: NodeId): void => void uses[id]!++;
    for (const id of [...states.values(), ...inputs.values(), ...once.parameters.values()]) use(id);
    for (const { adjoint } of this.#sums()) use(adjoint);
    for (const { operand } of [...products, ...once.products]) use(operand);
    for (const { terms } of this.#gradient.rows) terms.flatMap(valuesOf).forEach(use);
    const roots = new Set(this.#stepRoots().map(({ id }) => id));
    for (let id = nodes.length - 1; id >= 0; id--) {
      if ((uses[id]! > 0 || roots.has(id)) && !this.#names.has(id)) argumentsOf(nodes[id]!).forEach(use);
    }
    const taken = new Set([...this.#ids.keys(), ...nodes.map((node) => ("name" in node ? node.name : ""))]);
    const depths: number[] = [];
    const helpers: Line[] = [];
    nodes.forEach((node, id) => {
      const depth = 1 + Math.max(-1, ...argumentsOf(node).map((arg) => depths[arg]!));
      const isNamed = this.#names.has(id) || roots.has(id);
      const isCheap = depth === 1 && node.kind === "apply" && elementwiseOperations[node.operation].cost === "cheap";
      const isHelper = !isNamed && depth > 0 && ((uses[id]! > 1 && !isCheap) || (uses[id]! > 0 && depth >= deepest));
      depths.push(isHelper || isNamed ? 0 : depth);
      if (!isHelper) return;
      let number = helpers.length + 1;
      while (taken.has(`v${number}`)) number++;
      taken.add(`v${number}`);
      helpers.push({ name: `v${number}`, id });
    });
    for (const { name, id } of helpers) this.#call(id, name);
    return helpers;
  }

  /** The gradients within the step that have equations of their own. */
  #stepRoots(): readonly { readonly id: NodeId; readonly name: () => string }[] {
    const { nodes, adjoints, products, forwardCount } = this.#gradient;
    const isShared = sharedNodes(nodes.slice(0, forwardCount));
    const values = [...this.#cell.graph.names].flatMap(([name, of]) => {
      const id = adjoints.get(of);
      const isNext = name.endsWith("'");
      if (id === undefined || this.#isLeaf(of) || isShared[of] || (isNext && this.#isLeaf(id))) return [];
      return [{ id, name: () => `${isNext ? "total d" : "d"}${name}` }];
    });
    const results = products.flatMap(({ operand, terms }) =>
      terms.map(({ matrix, adjoint: id }) => ({
        id,
        name: () => `d(${this.#text(matrix)} ${this.#operand(operand)})`,
      })),
    );
    const own = new Map([...results].reverse().map((result) => [result.id, result]));
    for (const { id } of values) own.delete(id);
    return [...values, ...results.filter((result) => own.get(result.id) === result && !this.#isLeaf(result.id))];
  }

  /** Two values with one gradient give two lines, of which the first has the equation. */
  #nameStep(): Line[] {
    const lines: Line[] = [];
    for (const { id, name } of this.#stepRoots()) {
      if (lines.some((line) => line.name === name())) continue;
      if (this.#text(id) !== name()) lines.push({ name: name(), id });
      if (!this.#names.has(id) && !this.#isLeaf(id)) this.#call(id, name());
    }
    return lines;
  }

  /** What is summed over steps and members on the way to parameters: a value that they share, its gradient, and the leaf for the sum. */
  #sums(): readonly { readonly node: NodeId; readonly adjoint: NodeId; readonly leaf: NodeId }[] {
    const { nodes, shared, once } = this.#gradient;
    const roots = [
      ...once.parameters.values(),
      ...once.products.flatMap(({ terms }) => terms.map(({ adjoint }) => adjoint)),
    ];
    const isNeeded = neededBy(nodes, roots);
    return shared
      .map(({ node, adjoint }) => {
        const isLeafOf = (other: Node): boolean =>
          other.kind === "adjoint" && other.of === "shared" && other.name === String(node);
        return { node, adjoint, leaf: nodes.findIndex(isLeafOf) };
      })
      .filter(({ leaf }) => isNeeded[leaf]);
  }

  /** Names those sums; one that is a parameter's whole gradient stands for itself, the others get equations. */
  #nameSums(): string[] {
    const { nodes, once, forwardCount } = this.#gradient;
    const isShared = sharedNodes(nodes);
    const isArgument = new Set(
      nodes.slice(0, forwardCount).flatMap((node, id) => (isShared[id] ? argumentsOf(node) : [])),
    );
    const lines: string[] = [];
    for (const { node, adjoint, leaf } of this.#sums()) {
      const value = nodes[node]!;
      const sum = `Σ ${this.#isSum(adjoint) ? `(${this.#text(adjoint)})` : this.#text(adjoint)}`;
      if (value.kind === "parameter" && once.parameters.get(value.name) === leaf) {
        this.#call(leaf, sum);
        continue;
      }
      const text = this.#names.has(node) || this.#isLeaf(node) ? this.#text(node) : `(${this.#text(node)})`;
      const name = `${isArgument.has(node) ? "direct " : ""}d${text}`;
      this.#call(leaf, name);
      lines.push(`${name} = ${sum}`);
    }
    return lines;
  }

  /** Of memories and of keys, as matrices of rows: `dmemory = Σ α d(mix)ᵀ + d(K memory) K`. */
  #rowLines(): string[] {
    const { rows, nodes } = this.#gradient;
    const term = (id: NodeId, one: RowsTerm): string =>
      one.kind === "outer"
        ? `Σ ${this.#operand(one.weights)} ${this.#operand(one.row)}ᵀ`
        : `Σ dscore_rows(${[id, one.query, one.weights, one.adjoint].map((arg) => this.#text(arg)).join(", ")})`;
    const lines = rows.map(({ rows: id, terms }) => {
      const through = rows.flatMap(({ rows: other }) => {
        const node = known(nodes[other], "rows");
        return node.kind === "keys" && node.memory === id ? [`d(${this.#text(other)}) ${this.#text(node.matrix)}`] : [];
      });
      const isKeys = known(nodes[id], "rows").kind === "keys";
      const name = isKeys ? `d(${this.#text(id)})` : `d${this.#text(id)}`;
      return { isKeys, text: `${name} = ${[...terms.map((one) => term(id, one)), ...through].join(" + ")}` };
    });
    // Keys first: memories are given what keys are.
    return lines.toSorted((a, b) => Number(b.isKeys) - Number(a.isKeys)).map(({ text }) => text);
  }

  /** `dU = Σ d(U h) hᵀ`; without Σ where the matrix multiplies what all steps and members share. */
  #matrixLine(name: string): string {
    const { products, once } = this.#gradient;
    const terms = (groups: readonly ProductGradient[], sign: string): string[] =>
      groups.flatMap((group) =>
        group.terms
          .filter(({ matrix }) => this.#text(matrix) === name)
          .map(({ adjoint }) => {
            const result = this.#text(adjoint);
            const isWhole = this.#names.has(adjoint) || this.#isLeaf(adjoint);
            return `${sign}${isWhole ? result : `(${result})`} ${this.#operand(group.operand)}ᵀ`;
          }),
      );
    const keys = this.#gradient.rows.flatMap(({ rows }) => {
      const node = known(this.#gradient.nodes[rows], "rows");
      if (node.kind !== "keys" || this.#text(node.matrix) !== name) return [];
      return [`d(${this.#text(rows)})ᵀ ${this.#text(node.memory)}`];
    });
    const all = [...terms(products, "Σ "), ...terms(once.products, ""), ...keys];
    return `d${name} = ${all.length === 0 ? "0" : all.join(" + ")}`;
  }

  #operand(id: NodeId): string {
    const text = this.#text(id);
    return this.#names.has(id) || this.#isLeaf(id) ? text : `(${text})`;
  }

  /** The node by its name, or what it is made of. */
  #text(id: NodeId): string {
    return this.#names.get(id) ?? this.#value(id);
  }

  #value(id: NodeId): string {
    return printNode({ nodes: this.#gradient.nodes, names: this.#ids }, id);
  }

  #call(id: NodeId, name: string): void {
    this.#names.set(id, name);
    this.#ids.set(name, id);
  }

  #isSum(id: NodeId): boolean {
    const node = known(this.#gradient.nodes[id], "node");
    if (this.#names.has(id)) return false;
    if (node.kind === "pullback") return node.terms.length > 1;
    return node.kind === "apply" && (node.operation === "add" || node.operation === "subtract");
  }

  #isLeaf(id: NodeId): boolean {
    return isLeaf(known(this.#gradient.nodes[id], "node"));
  }
}

function isLeaf(node: Node): boolean {
  return argumentsOf(node).length === 0;
}

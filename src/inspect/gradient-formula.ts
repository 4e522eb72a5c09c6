/**
 * The gradient of a cell's step as LaTeX, read off its derived graph. dv stands for ∂loss/∂v: what is handed in is dy_t and, from the step after,
 * the gradient of each next state; what comes out is the gradient of inputs, previous states and, summed over the steps, parameters.
 */
import type { ProductGradient, StepGradient } from "../derive/index.ts";
import { dependsOn, deriveGradient, valuesOf } from "../derive/index.ts";
import { argumentsOf } from "../language/index.ts";
import type { Cell, Expression, Node, NodeId, OperationName } from "../language/index.ts";
import { known } from "../util/errors.ts";
import { alignLatex } from "./formula.ts";
import { bracketLatex, latexTarget, printLatexName } from "./latex.ts";
import { describeName, printMath } from "./math.ts";
import { createRoles } from "./roles.ts";
import type { Rank, Roles } from "./roles.ts";
import { splitName } from "./symbol.ts";

interface Row {
  readonly left: string;
  readonly right: string;
}

const nowhere = { line: 1, column: 1, length: 1 } as const;

/** Operations inside one another in one row; what is deeper gets a row of its own. */
const deepest = 12;

class GradientPrinter {
  readonly #cell: Cell;
  readonly #gradient: StepGradient;
  readonly #roles: Roles;
  /** Names of nodes: those of the equations, and those given here. */
  readonly #names = new Map<NodeId, string>();
  /** Names given here, in the order of their rows. */
  readonly #given: NodeId[] = [];
  readonly #taken: Set<string>;
  /** What stands for a node in an expression, and how it prints. */
  readonly #leaves = new Map<Expression, string>();
  readonly #ranks = new Map<Expression, Rank>();

  constructor(cell: Cell, gradient: StepGradient) {
    this.#cell = cell;
    this.#gradient = gradient;
    const roles = createRoles(cell);
    const rankOf = (e: Expression): Rank => this.#ranks.get(e) ?? roles.rankOf(e);
    this.#roles = { ...roles, rankOf };
    for (const [key, id] of cell.graph.names) {
      const next = key.endsWith("'");
      const name = next ? key.slice(0, -1) : key;
      if (!isLeaf(this.#node(id))) this.#names.set(id, latexTarget.name(describeName(name, next, roles)));
    }
    const named = [...cell.parameters, ...cell.inputs, ...cell.memories, ...cell.states].map(({ name }) =>
      latexTarget.name(describeName(name, false, roles)),
    );
    this.#taken = new Set([...named, ...this.#names.values()]);
    this.#nameProducts();
    this.#nameShared();
  }

  print(): string {
    const { inputs, states } = this.#gradient;
    // What waits for the sums over all steps comes after them.
    const late = dependsOn(this.#gradient.nodes, (node) => node.kind === "adjoint" && node.of === "shared");
    const write = (id: NodeId): Row => ({
      left: known(this.#names.get(id), "name"),
      right: this.#printExpression(this.#write(id)),
    });
    const carried = [...states, ...inputs].map(([name, id]): Row => ({
      left: this.#differential(name, false),
      right: this.#inline(id),
    }));
    const { others, parameters } = this.#sums();
    const given = (isLate: boolean): readonly Row[] => this.#given.filter((id) => late[id] === isLate).map(write);
    return alignLatex([...given(false), ...carried, ...this.#rowSums(), ...others, ...given(true), ...parameters]);
  }

  /** What the rows of memories and keys are given, summed over the steps. */
  #rowSums(): readonly Row[] {
    return this.#gradient.rows.map(({ rows, terms }) => {
      const texts = terms.map((term) =>
        term.kind === "outer"
          ? `${this.#factor(term.weights)} ${transpose(this.#factor(term.row))}`
          : this.#applied(scoreGradient("rows"), [rows, term.query, term.weights, term.adjoint]),
      );
      const through = this.#gradient.rows.flatMap(({ rows: id }) => {
        const node = this.#node(id);
        return node.kind === "keys" && node.memory === rows
          ? [` + ${this.#ofRows(id)} ${this.#factor(node.matrix)}`]
          : [];
      });
      return { left: this.#ofRows(rows), right: `\\sum_t ${joinTerms(texts)}${through.join("")}` };
    });
  }

  /** The gradient of all rows of a memory or of keys. */
  #ofRows(id: NodeId): string {
    return `\\mathrm{d}${this.#factor(id)}`;
  }

  /** What is summed over the steps: values that parameters alone decide, then parameters in the cell's order. */
  #sums(): { readonly others: readonly Row[]; readonly parameters: readonly Row[] } {
    const { shared, products, once } = this.#gradient;
    const rows = new Map<string, Row>();
    const others: Row[] = [];
    const add = (id: NodeId, right: string): void => {
      const node = this.#node(id);
      const row = { left: `\\mathrm{d}${this.#inline(id)}`, right };
      if (node.kind === "parameter") rows.set(node.name, row);
      else others.push(row);
    };
    for (const [matrix, terms] of this.#groupByMatrix(products)) add(matrix, `\\sum_t ${joinTerms(terms)}`);
    const leads = dependsOn(this.#gradient.nodes, ({ kind }) => kind === "parameter");
    for (const { node, adjoint } of shared) if (leads[node]) add(node, `\\sum_t ${bracketSum(this.#inline(adjoint))}`);
    for (const [matrix, terms] of this.#groupByMatrix(once.products)) add(matrix, joinTerms(terms));
    for (const { rows: id } of this.#gradient.rows) {
      const node = this.#node(id);
      if (node.kind === "keys")
        add(node.matrix, `${transpose(bracketLatex(this.#ofRows(id)))} ${this.#factor(node.memory)}`);
    }
    for (const [name, id] of once.parameters)
      if (!rows.has(name)) rows.set(name, { left: this.#differential(name, false), right: this.#inline(id) });
    return { others, parameters: this.#cell.parameters.flatMap(({ name }) => rows.get(name) ?? []) };
  }

  #node(id: NodeId): Node {
    return known(this.#gradient.nodes[id], "node");
  }

  #differential(name: string, next: boolean): string {
    return `\\mathrm{d}${latexTarget.name(describeName(name, next, this.#roles))}`;
  }

  /** What is wanted in the end, each once. */
  #roots(): readonly NodeId[] {
    const { inputs, states, shared, products, once } = this.#gradient;
    const terms = [...products, ...once.products].flatMap((group) => [
      group.operand,
      ...group.terms.map(({ adjoint }) => adjoint),
    ]);
    return [
      ...new Set([
        ...states.values(),
        ...inputs.values(),
        ...shared.map(({ adjoint }) => adjoint),
        ...once.parameters.values(),
        ...terms,
        ...this.#gradient.rows.flatMap((one) => one.terms.flatMap(valuesOf)),
      ]),
    ];
  }

  /** The gradient of a matrix product is called δ, with the subscripts of its matrix. */
  #nameProducts(): void {
    for (const { terms } of [...this.#gradient.products, ...this.#gradient.once.products]) {
      for (const { matrix, adjoint } of terms) {
        const node = this.#node(matrix);
        if (this.#names.has(adjoint) || isLeaf(this.#node(adjoint)) || node.kind !== "parameter") continue;
        const { subscripts } = splitName(node.name);
        const numbered = (number: number): readonly string[] =>
          number === 1 ? subscripts : [...subscripts, String(number)];
        this.#give(adjoint, "delta", numbered);
      }
    }
  }

  /** Names a node with the first of these subscripts that no other name has. */
  #give(id: NodeId, base: string, subscripts: (number: number) => readonly string[]): void {
    let name: string;
    let number = 1;
    do name = printLatexName({ symbol: { base, subscripts: subscripts(number++) }, letters: this.#roles.letters });
    while (this.#taken.has(name));
    this.#taken.add(name);
    this.#names.set(id, name);
    this.#given.push(id);
  }

  /** Values that are used more than once get a name: γ if they are gradients, v if not. */
  #nameShared(): void {
    const nodes = this.#gradient.nodes;
    const uses = new Map<NodeId, number>();
    for (const root of this.#roots()) uses.set(root, 1);
    for (let id = nodes.length - 1; id >= 0; id--) {
      if (!uses.has(id) || (this.#names.has(id) && !this.#given.includes(id))) continue;
      for (const arg of argumentsOf(this.#node(id))) uses.set(arg, (uses.get(arg) ?? 0) + 1);
    }
    const depths = new Map<NodeId, number>();
    const gradients = dependsOn(nodes, ({ kind }) => kind === "adjoint");
    for (const id of [...uses.keys()].toSorted((a, b) => a - b)) {
      const node = this.#node(id);
      const depth = isLeaf(node) ? 0 : 1 + Math.max(0, ...argumentsOf(node).map((arg) => depths.get(arg) ?? 0));
      const gradient = gradients[id] === true;
      const worthy = depth >= deepest || ((uses.get(id) ?? 0) > 1 && depth >= (gradient ? 1 : 2));
      if (worthy && !this.#names.has(id)) this.#give(id, gradient ? "gamma" : "v", (number) => [String(number)]);
      depths.set(id, this.#names.has(id) ? 0 : depth);
    }
    this.#given.sort((a, b) => a - b);
  }

  /** Terms δ vᵀ by matrix. */
  #groupByMatrix(products: readonly ProductGradient[]): ReadonlyMap<NodeId, readonly string[]> {
    const result = new Map<NodeId, string[]>();
    for (const { operand, terms } of products) {
      for (const { matrix, adjoint } of terms) {
        const text = `${this.#factor(adjoint)} ${transpose(this.#factor(operand))}`;
        result.set(matrix, [...(result.get(matrix) ?? []), text]);
      }
    }
    return result;
  }

  #factor(id: NodeId): string {
    const text = this.#inline(id);
    return this.#names.has(id) || isLeaf(this.#node(id)) ? text : bracketLatex(text);
  }

  /** A node by its name, or written out. */
  #inline(id: NodeId): string {
    return this.#printExpression(this.#toExpression(id));
  }

  #printExpression(e: Expression): string {
    return printMath(e, { roles: this.#roles, target: latexTarget, replace: (part) => this.#leaves.get(part) });
  }

  #toExpression(id: NodeId): Expression {
    const name = this.#names.get(id);
    return name === undefined ? this.#write(id) : this.#leaf(name, id);
  }

  #leaf(text: string, id: NodeId): Expression {
    const leaf: Expression = { kind: "name", name: text, next: false, place: nowhere };
    this.#leaves.set(leaf, text);
    this.#ranks.set(leaf, Math.min(2, this.#node(id).shape.length) as Rank);
    return leaf;
  }

  #call(operation: OperationName, args: readonly Expression[], id: NodeId): Expression {
    const e: Expression = { kind: "call", operation, args, place: nowhere };
    this.#ranks.set(e, Math.min(2, this.#node(id).shape.length) as Rank);
    return e;
  }

  #write(id: NodeId): Expression {
    const node = this.#node(id);
    switch (node.kind) {
      case "memory":
      case "input":
      case "state":
      case "parameter":
        return { kind: "name", name: node.name, next: false, place: nowhere };
      case "step":
        return { kind: "name", name: "t", next: false, place: nowhere };
      case "constant": {
        const size: Expression = { kind: "number", value: Math.abs(node.value), place: nowhere };
        return node.value < 0 ? this.#call("negate", [size], id) : size;
      }
      case "position":
        return this.#leaf("\\operatorname{position}", id);
      case "size":
        return this.#leaf(String(node.dimension), id);
      case "adjoint":
        return this.#leaf(this.#nameAdjoint(node), id);
      case "apply":
        return this.#call(
          node.operation,
          node.args.map((arg) => this.#toExpression(arg)),
          id,
        );
      case "reduce":
        return this.#call(node.operation === "sum" ? "sum" : "largest", [this.#toExpression(node.arg)], id);
      case "product":
        return {
          kind: "product",
          matrix: this.#toExpression(node.matrix),
          vector: this.#toExpression(node.vector),
          place: nowhere,
        };
      case "pullback":
        return this.#writePullback(node, id);
      case "length":
        return this.#leaf(`|${this.#symbolOf(node.memory)}|`, id);
      case "keys":
        return this.#leaf(`${this.#factor(node.memory)} ${transpose(this.#factor(node.matrix))}`, id);
      case "score":
        return node.weights === undefined
          ? this.#leaf(`${this.#factor(node.rows)} ${this.#factor(node.query)}`, id)
          : this.#leaf(this.#applied("\\operatorname{score}", [node.rows, node.query, node.weights]), id);
      case "mix":
        return this.#leaf(`${transpose(this.#factor(node.rows))} ${this.#factor(node.weights)}`, id);
      case "score-gradient": {
        const { of, rows, query, weights, adjoint } = node;
        return this.#leaf(this.#applied(scoreGradient(of), [rows, query, weights, adjoint]), id);
      }
    }
  }

  #symbolOf(name: string): string {
    return latexTarget.name(describeName(name, false, this.#roles));
  }

  #applied(operator: string, args: readonly NodeId[]): string {
    return `${operator}${bracketLatex(args.map((arg) => this.#inline(arg)).join(", "))}`;
  }

  #nameAdjoint(node: Extract<Node, { kind: "adjoint" }>): string {
    if (node.of === "shared") return `\\mathrm{d}${this.#inline(Number(node.name))}`;
    if (node.of === "next") return this.#differential(node.name, true);
    // A state that is the output has two gradients: as output, and from the step after.
    const { name } = this.#cell.output;
    return this.#roles.roleOf(name) === "state" ? "\\mathrm{d}y_t" : this.#differential(name, false);
  }

  /** Σ matrixᵀ vector. */
  #writePullback(node: Extract<Node, { kind: "pullback" }>, id: NodeId): Expression {
    const terms = node.terms.map(({ matrix, vector }): Expression => {
      const turned = this.#leaf(transpose(this.#factor(matrix)), matrix);
      return { kind: "product", matrix: turned, vector: this.#toExpression(vector), place: nowhere };
    });
    return terms.reduce((sum, term) => this.#call("add", [sum, term], id));
  }
}

/** A node that prints as one symbol. */
function isLeaf(node: Node): boolean {
  return argumentsOf(node).length === 0;
}

/** The gradient of a score with weights towards one of its arguments. */
function scoreGradient(of: "query" | "weights" | "rows"): string {
  return `\\partial_{\\mathrm{${of}}} \\operatorname{score}`;
}

function transpose(text: string): string {
  return `${text}^{\\top}`;
}

function joinTerms(terms: readonly string[]): string {
  return terms.length === 1 ? (terms[0] ?? "") : bracketLatex(terms.join(" + "));
}

/** A sum sign reaches over what follows up to the next plus: a sum below it needs brackets. */
function bracketSum(text: string): string {
  let open = 0;
  for (const [at, character] of [...text].entries()) {
    if ("({[".includes(character)) open++;
    if (")}]".includes(character)) open--;
    if (open === 0 && (character === "+" || character === "-") && (at === 0 || text[at - 1] === " "))
      return bracketLatex(text);
  }
  return text;
}

/** The gradient of a cell's step in one `aligned` block: intermediate values first, then what comes out. */
export function printGradientLatex(cell: Cell): string {
  return new GradientPrinter(cell, deriveGradient(cell.graph)).print();
}

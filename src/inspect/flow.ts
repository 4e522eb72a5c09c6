/**
 * The data flow of one step, ready to be laid out: what becomes a box, a circle or an arrow. A box holds a formula that mixes moving values only
 * by adding them (a gate, a weighted sum, an activation); where moving values multiply or divide each other, a circle shows it.
 */
import { createGraphBuilder, operations } from "../language/index.ts";
import type { Cell, Expression, OperationName } from "../language/index.ts";
import { RecurraError, known } from "../util/errors.ts";
import { isBox, isMixture, needsNode, splitFactors, splitTerms, sumOf } from "./expression.ts";
import type { Term } from "./expression.ts";
import { describeName, printMath } from "./math.ts";
import { plainText, printRichName, richTarget, richWidth } from "./rich-text.ts";
import type { RichText } from "./rich-text.ts";
import { childrenOf, createRoles } from "./roles.ts";
import type { NameRole, Roles } from "./roles.ts";

export type FlowKind =
  | "input"
  /** The last value of a state. */
  | "previous"
  /** The new value of a state. */
  | "next"
  | "output"
  /** A box whose activation is not negative and whose value steers others. */
  | "gate"
  /** A weighted sum, with its activation if it has one. */
  | "sum"
  /** A function without weights. */
  | "function"
  /** Elementwise work on several values: a circle. */
  | "operator"
  /** Where arrows with the same sources and targets are bundled. */
  | "junction";

export interface FlowNode {
  readonly id: string;
  readonly kind: FlowKind;
  /** What stands in it. */
  readonly label: RichText;
  /** What its value is called: in a box before the label, beside a circle. */
  readonly name?: RichText;
  /** A word below a pill. */
  readonly caption?: string;
}

export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  /** At the arrow head: `−` for what is subtracted, `÷` for what divides. */
  readonly mark?: string;
}

export interface Flow {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  /** Equations between parameters alone, and constants: said below the picture. */
  readonly notes: readonly RichText[];
}

/** The words of a picture, for other languages. */
export interface FlowWords extends Record<Exclude<FlowKind, "junction">, string> {
  /** The step number `t`. */
  readonly step: string;
  /** What attend takes rows of. */
  readonly memory: string;
  readonly constant: string;
  /** Before the first and before each further equation below the picture. */
  readonly with: string;
  readonly and: string;
}

/** What stands below a name that is read, where it is not an input. */
const wordsOfRoles: Partial<Record<NameRole, keyof FlowWords>> = { state: "previous", step: "step", memory: "memory" };

export const englishWords: FlowWords = {
  input: "input",
  previous: "previous state",
  next: "next state",
  output: "output",
  gate: "gate",
  sum: "weighted sum",
  function: "function",
  operator: "elementwise operation",
  step: "step number",
  memory: "memory",
  constant: "constant",
  with: "with",
  and: "and",
};

/** Pixels beyond which a computed operand is a dot in its box's formula; its arrow shows where it comes from. */
const longestOperand = 130;
const labelSize = 13;

interface Draft {
  readonly id: string;
  kind: FlowKind;
  readonly label: RichText;
  name?: RichText;
  readonly caption?: string;
  /** See `activationOf`. */
  readonly activation?: OperationName;
}

class FlowBuilder {
  readonly #cell: Cell;
  readonly #roles: Roles;
  readonly #words: FlowWords;
  readonly #nodes = new Map<string, Draft>();
  readonly #edges: FlowEdge[] = [];
  readonly #byKey = new Map<string, string>();
  readonly #byName = new Map<string, string>();
  #count = 0;
  /** Values that an expression reads, each as often as it is read. */
  readonly #reads: readonly string[];

  constructor(cell: Cell, words: FlowWords) {
    this.#cell = cell;
    this.#words = words;
    this.#roles = createRoles(cell);
    this.#reads = cell.equations.flatMap(({ expression }) => namesIn(expression));
  }

  build(): Flow {
    for (const { target, next, expression } of this.#cell.equations)
      if (next || this.#roles.isMovingName(target)) this.#value(target, next, expression);
    for (const { name } of this.#cell.states) this.#addNext(name);
    if (!this.#outputIsState()) {
      const from = this.#named(this.#cell.output.name, false);
      const id = this.#add({
        id: "output",
        kind: "output",
        label: this.#name(this.#cell.output.name, false),
        caption: this.#words.output,
      });
      this.#connect(from, id);
    }
    this.#chooseGates();
    return { nodes: [...this.#nodes.values()].map(finishNode), edges: this.#edges, notes: this.#notes() };
  }

  #outputIsState(): boolean {
    const { name } = this.#cell.output;
    return (
      this.#roles.roleOf(name) === "state" && !this.#cell.equations.some(({ target, next }) => target === name && !next)
    );
  }

  #name(name: string, next: boolean): RichText {
    return printRichName(describeName(name, next, this.#roles));
  }

  #add(node: Draft): string {
    this.#nodes.set(node.id, node);
    return node.id;
  }

  #connect(from: string, to: string, mark?: string): void {
    if (this.#edges.some((edge) => edge.from === from && edge.to === to && edge.mark === mark)) return;
    this.#edges.push(mark === undefined ? { from, to } : { from, to, mark });
  }

  #addNext(name: string): void {
    const isOutput = this.#outputIsState() && this.#cell.output.name === name;
    const caption = isOutput ? `${this.#words.next}, ${this.#words.output}` : this.#words.next;
    const id = this.#add({ id: `next ${name}`, kind: "next", label: this.#name(name, true), caption });
    this.#connect(this.#named(name, true), id);
  }

  /** The node whose value a name stands for; inputs and previous values get theirs when they are first read. */
  #named(name: string, next: boolean): string {
    const role = this.#roles.roleOf(name);
    if ((role === "state" && next) || role === "intermediate") {
      const found = this.#cell.equations.find((equation) => equation.target === name && equation.next === next);
      const { expression } = known(found, `the equation of ${name}`);
      return this.#value(name, next, expression);
    }
    const id = `${role} ${name}`;
    if (this.#nodes.has(id)) return id;
    const kind = role === "state" ? "previous" : "input";
    const caption = this.#words[wordsOfRoles[role] ?? "input"];
    return this.#add({ id, kind, label: this.#name(name, false), caption });
  }

  /** The node of an equation's value; it gets the equation's name if something reads it by name. */
  #value(name: string, next: boolean, expression: Expression): string {
    const key = next ? `${name}'` : name;
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const id = this.#expression(expression);
    this.#byName.set(key, id);
    const node = this.#nodes.get(id);
    const computed = node !== undefined && node.kind !== "input" && node.kind !== "previous";
    if (computed && node.name === undefined && (!next || this.#reads.includes(key))) node.name = this.#name(name, next);
    return id;
  }

  #expression(e: Expression): string {
    if (e.kind === "name") return this.#named(e.name, e.next);
    const key = keyOf(e);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const id = this.#create(e, `node ${this.#count++}`);
    this.#byKey.set(key, id);
    return id;
  }

  #create(e: Expression, id: string): string {
    if (!this.#roles.isMoving(e))
      return this.#add({ id, kind: "input", label: this.#print(e), caption: this.#words.constant });
    const from = complementOf(e);
    if (from !== undefined && this.#roles.isMoving(from)) {
      this.#add({ id, kind: "operator", label: plainText("1−") });
      this.#connect(this.#expression(from), id);
      return id;
    }
    if (isBox(e, this.#roles) && !isMixture(e, this.#roles)) return this.#createBox(e, id);
    if (e.kind === "call") {
      if (e.operation === "add" || e.operation === "subtract") return this.#createSum(e, id);
      if (e.operation === "multiply") return this.#createProduct(e, id);
      if (e.operation === "divide") return this.#createQuotient(e, id);
    }
    return this.#createFunction(e, id);
  }

  /** A formula in a box, with an arrow from every moving value it reads. */
  #createBox(e: Expression, id: string): string {
    const weighted = hasWeights(e, this.#roles);
    const activation = activationOf(e, this.#roles);
    this.#add({
      id,
      kind: weighted ? "sum" : "function",
      label: this.#print(e),
      ...(activation === undefined ? {} : { activation }),
    });
    this.#connectOperands(e, id);
    return id;
  }

  #connectOperands(e: Expression, id: string): void {
    if (e.kind === "name") {
      if (this.#roles.isMoving(e)) this.#connect(this.#named(e.name, e.next), id);
    } else if (needsNode(e, this.#roles)) {
      this.#connect(this.#expression(e), id);
    } else {
      for (const child of childrenOf(e)) this.#connectOperands(child, id);
    }
  }

  /** A circle + over its terms; weighted terms and what no value moves share one box. */
  #createSum(e: Expression, id: string): string {
    const terms = splitTerms(e);
    const weighs = ({ expression }: Term): boolean =>
      !this.#roles.isMoving(expression) ||
      (isBox(expression, this.#roles) && hasWeights(expression, this.#roles) && !isActivated(expression));
    const weighted = terms.filter(weighs);
    const others = terms.filter((term) => !weighs(term));
    const single = weighted.some(({ expression }) => this.#roles.isMoving(expression)) && weighted.length > 1;
    const joined = single ? [...others, { expression: sumOf(weighted), negative: false }] : terms;
    this.#add({ id, kind: "operator", label: plainText("+") });
    for (const { expression, negative } of joined)
      this.#connect(this.#expression(expression), id, negative ? "−" : undefined);
    return id;
  }

  /** A circle ⊙ over its factors; one with what all steps share in it where that is the only other factor. */
  #createProduct(e: Expression, id: string): string {
    const factors = splitFactors(e);
    const moving = factors.filter((factor) => this.#roles.isMoving(factor));
    const still = factors.filter((factor) => !this.#roles.isMoving(factor));
    const [scale] = still;
    const scaled = moving.length === 1 && still.length === 1 && scale !== undefined;
    const sign = scale !== undefined && this.#roles.rankOf(scale) === 0 ? " ×" : " ⊙";
    this.#add({ id, kind: "operator", label: scaled ? [...this.#print(scale), ...plainText(sign)] : plainText("⊙") });
    for (const factor of scaled ? moving : factors) this.#connect(this.#expression(factor), id);
    return id;
  }

  /** A circle ÷ with a sign at the arrow of what divides; one with the divisor in it where all steps share that. */
  #createQuotient(e: Expression, id: string): string {
    const [dividend, divisor] = childrenOf(e);
    if (dividend !== undefined && divisor !== undefined && !this.#roles.isMoving(divisor)) {
      this.#add({ id, kind: "operator", label: [...plainText("÷ "), ...this.#print(divisor)] });
      this.#connect(this.#expression(dividend), id);
      return id;
    }
    this.#add({ id, kind: "operator", label: plainText("÷") });
    childrenOf(e).forEach((part, at) => this.#connect(this.#expression(part), id, at === 0 ? undefined : "÷"));
    return id;
  }

  /** A function of computed values: a box with a dot for each. */
  #createFunction(e: Expression, id: string): string {
    const computed = childrenOf(e).filter((child) => this.#roles.isMoving(child) && child.kind !== "name");
    const dots = (part: Expression): RichText | undefined => (computed.includes(part) ? plainText("·") : undefined);
    const label = printMath(e, { roles: this.#roles, target: richTarget, replace: dots });
    const activation = activationOf(e, this.#roles);
    this.#add({
      id,
      kind: hasWeights(e, this.#roles) ? "sum" : "function",
      label,
      ...(activation === undefined ? {} : { activation }),
    });
    const several = computed.length > 1;
    const moving = childrenOf(e).filter((child) => this.#roles.isMoving(child));
    moving.forEach((child, at) => this.#connect(this.#expression(child), id, several ? String(at + 1) : undefined));
    return id;
  }

  #print(e: Expression): RichText {
    const shorten = (part: Expression): RichText | undefined => {
      if (part === e || !needsNode(part, this.#roles)) return undefined;
      const full = printMath(part, { roles: this.#roles, target: richTarget });
      return richWidth(full, labelSize) > longestOperand ? plainText("(·)") : undefined;
    };
    return printMath(e, { roles: this.#roles, target: richTarget, replace: shorten });
  }

  /** A gate is activated to something that is never negative, and steers other values rather than being a result. */
  #chooseGates(): void {
    for (const node of this.#nodes.values()) {
      if (node.activation === undefined || (node.kind !== "sum" && node.kind !== "function")) continue;
      const steers = this.#edges.some(({ from, to }) => from === node.id && this.#nodes.get(to)?.kind === "operator");
      if (steers && isPositive(node.activation)) node.kind = "gate";
    }
  }

  #notes(): RichText[] {
    const roles = this.#roles;
    const equal = (name: string, value: RichText): RichText => [
      ...this.#name(name, false),
      ...plainText(" = "),
      ...value,
    ];
    const still = this.#cell.equations.filter(({ target, next }) => !next && !roles.isMovingName(target));
    const constants = Object.entries(this.#cell.options.constants ?? {});
    return [
      ...still.map(({ target, expression }) => equal(target, this.#print(expression))),
      ...constants.map(([name, value]) => equal(name, richTarget.number(value))),
    ];
  }
}

function finishNode({ id, kind, label, name, caption }: Draft): FlowNode {
  return { id, kind, label, ...(name === undefined ? {} : { name }), ...(caption === undefined ? {} : { caption }) };
}

/** The data flow of one step of a cell. */
export function planFlow(cell: Cell, words: FlowWords = englishWords): Flow {
  if (cell.equations.length === 0)
    throw new RecurraError("util/bad-argument", `The cell \`${cell.name}\` has no equations to draw.`);
  return new FlowBuilder(cell, words).build();
}

function keyOf(e: Expression): string {
  if (e.kind === "number") return String(e.value);
  if (e.kind === "name") return `${e.name}${e.next ? "'" : ""}`;
  return `${e.kind === "call" ? e.operation : "product"}(${childrenOf(e).map(keyOf).join()})`;
}

/** Names an expression reads, next values with a prime. */
function namesIn(e: Expression): readonly string[] {
  return e.kind === "name" ? [keyOf(e)] : childrenOf(e).flatMap(namesIn);
}

/** v of `1 - v`, where v is a name. */
function complementOf(e: Expression): Expression | undefined {
  if (e.kind !== "call" || e.operation !== "subtract") return undefined;
  const [one, value] = e.args;
  return one?.kind === "number" && one.value === 1 && value?.kind === "name" ? value : undefined;
}

function isActivated(e: Expression): boolean {
  return e.kind === "call" && operations.get(e.operation)?.notation.kind === "call";
}

/** The function that shapes a box's value: the outermost, but for what it is scaled or shifted by. */
function activationOf(e: Expression, roles: Roles): OperationName | undefined {
  if (e.kind !== "call") return undefined;
  if (isActivated(e)) return e.operation;
  const moving = e.args.filter((arg) => roles.isMoving(arg));
  return moving.length === 1 && moving[0] !== undefined ? activationOf(moving[0], roles) : undefined;
}

/** Whether a vector or matrix that all steps share takes part. */
function hasWeights(e: Expression, roles: Roles): boolean {
  return roles.isMoving(e) ? childrenOf(e).some((child) => hasWeights(child, roles)) : roles.rankOf(e) > 0;
}

/** Whether a function of one argument, element by element, is never negative: tried at a few points. */
function isPositive(operation: OperationName): boolean {
  const found = operations.get(operation);
  if (found === undefined || found.shape !== "elementwise" || found.notation.kind !== "call" || found.arity[0] !== 1)
    return false;
  const values = [-8, -2, -0.5, 0.5, 2, 8].map((point) => {
    const b = createGraphBuilder();
    return b.uniform(found.build(b, b.constant(point)));
  });
  return values.every((value) => value !== undefined && value >= 0);
}

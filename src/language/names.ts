/** Finds out what each name of a cell's text is: state, intermediate, parameter, input or constant. */
import { known } from "../util/errors.ts";
import type { ErrorCode } from "../util/errors.ts";
import { attentionsIn, memoryArguments, memoryIn } from "./attention.ts";
import type { CellOptions } from "./cell.ts";
import { nearest } from "./nearest.ts";
import { operationSpelled } from "./operations.ts";
import { pieceOf } from "./print-expression.ts";
import { languageError } from "./report.ts";
import type { Declaration, Equation, Expression, Place, Syntax } from "./syntax.ts";

type CallExpression = Extract<Expression, { readonly kind: "call" }>;
type NameExpression = Extract<Expression, { readonly kind: "name" }>;

/** The names of a cell; each is in one of these only. All but `declarations` are in order of first appearance. */
export interface NameTable {
  /** Lines `name' = …`. */
  readonly states: ReadonlyMap<string, Equation>;
  /** Lines `name = …`, the output's among them. */
  readonly intermediates: ReadonlyMap<string, Equation>;
  /** What nothing defines and attend takes as a memory, where it first does. */
  readonly memories: ReadonlyMap<string, Place>;
  /** What else nothing defines, where it is first used. */
  readonly parameters: ReadonlyMap<string, Place>;
  /** Inputs that are read, `x` first. */
  readonly inputs: readonly string[];
  /** Constants that are read. */
  readonly constants: ReadonlyMap<string, number>;
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** What every object of JavaScript answers to: as names of parameters they would be found where nothing was given. */
const objectMembers: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Why a name cannot be chosen freely, or undefined if it can. */
export function reservation(name: string): string | undefined {
  if (name === "x") return "x is the input";
  if (name === "t") return "t is the number of the step";
  if (name === "in") return "in belongs to declarations such as h in R^P";
  if (objectMembers.has(name)) return "all objects of JavaScript have a member of that name";
  const operation = operationSpelled(name);
  return operation === undefined ? undefined : `${name} is a function: ${operation.summary}`;
}

/** Whether a name that nothing declares is a matrix: its first letter is a capital. */
export function isCapital(name: string): boolean {
  return /^\p{Lu}/u.test(name);
}

/**
 * Sorts the names of a text.
 *
 * @throws {RecurraError} for a name that is reserved, defined twice, declared for nothing, or read as a state that it is not.
 */
export function sortNames(text: string, syntax: Syntax, options: CellOptions): NameTable {
  return new NameSorter(text, syntax, options).sort();
}

/**
 * The equation whose value is the output: `y`, else the next value of `h`, else that of the only state.
 *
 * @throws {RecurraError} `language/no-output` where there is none of these.
 */
export function findOutput(text: string, { equations }: Syntax, { states, intermediates }: NameTable): Equation {
  const only = states.size === 1 ? [...states.values()][0] : undefined;
  const output = intermediates.get("y") ?? states.get("y") ?? states.get("h") ?? only;
  if (output !== undefined) return output;
  const last = known(equations.at(-1), "last equation");
  const [first] = states.keys();
  const why =
    first === undefined
      ? "there is no state and no line y = …"
      : `there are the states ${[...states.keys()].join(", ")}, none of them called h, and no line y = …`;
  throw languageError(text, {
    code: "language/no-output",
    place: last.place,
    what: `the cell has no output: ${why}`,
    advice: [
      `Add a line that says which value is the output, e.g. y = ${first === undefined ? last.target : `${first}'`}.`,
    ],
  });
}

/** The names an expression reads, from left to right. */
export function namesIn(expression: Expression): NameExpression[] {
  const found: NameExpression[] = [];
  const waiting: Expression[] = [expression];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    switch (next.kind) {
      case "name":
        found.push(next);
        break;
      case "call":
        waiting.push(...next.args.toReversed());
        break;
      case "product":
        waiting.push(next.vector, next.matrix);
        break;
      case "number":
        break;
    }
  }
  return found;
}

const memoryForms = "The forms are attend(q, memory), attend(q, K memory, memory) and attend(q, K memory, memory, v).";

class NameSorter {
  readonly #text: string;
  readonly #syntax: Syntax;
  readonly #extraInputs: ReadonlySet<string>;
  readonly #constants: ReadonlyMap<string, number>;
  readonly #states = new Map<string, Equation>();
  readonly #intermediates = new Map<string, Equation>();
  readonly #memories = new Map<string, Place>();
  /** The names in the places of memories. */
  readonly #asMemories = new Set<NameExpression>();
  readonly #parameters = new Map<string, Place>();
  readonly #readInputs = new Set<string>();
  readonly #readConstants = new Map<string, number>();
  readonly #declarations = new Map<string, Declaration>();

  constructor(text: string, syntax: Syntax, options: CellOptions) {
    this.#text = text;
    this.#syntax = syntax;
    this.#extraInputs = new Set(Object.keys(options.inputs ?? {}));
    this.#constants = new Map(Object.entries(options.constants ?? {}));
  }

  sort(): NameTable {
    for (const equation of this.#syntax.equations) this.#define(equation);
    for (const declaration of this.#syntax.declarations) this.#declare(declaration);
    for (const { expression } of this.#syntax.equations) {
      for (const call of attentionsIn(expression)) this.#attend(call);
    }
    for (const equation of this.#syntax.equations) {
      for (const read of namesIn(equation.expression)) this.#read(read);
    }
    for (const declaration of this.#declarations.values()) this.#checkDeclared(declaration);
    return {
      states: this.#states,
      intermediates: this.#intermediates,
      memories: this.#memories,
      parameters: this.#parameters,
      inputs: ["x", ...this.#extraInputs].filter((name) => this.#readInputs.has(name)),
      constants: this.#readConstants,
      declarations: this.#declarations,
    };
  }

  #define(equation: Equation): void {
    const { target, next, place } = equation;
    const reserved = this.#reservation(target);
    if (reserved !== undefined) {
      throw this.#error("language/reserved-name", place, `${target} cannot be defined: ${reserved}`, [
        "Choose another name.",
      ]);
    }
    const state = this.#states.get(target);
    const intermediate = this.#intermediates.get(target);
    const first = next ? state : intermediate;
    if (first !== undefined) {
      throw this.#error(
        "language/defined-twice",
        place,
        `${written(equation)} is already defined in line ${first.place.line}`,
        ["Each name has one equation. Give one of them another name."],
      );
    }
    const other = next ? intermediate : state;
    if (other !== undefined) {
      throw this.#error(
        "language/defined-twice",
        place,
        `${target} is both a state (${target}') and a value within the step (${target})`,
        [
          `Line ${other.place.line} defines ${written(other)}. Give one of them another name: ${target} already reads the state's previous value.`,
        ],
      );
    }
    (next ? this.#states : this.#intermediates).set(target, equation);
  }

  #declare(declaration: Declaration): void {
    const { name, place } = declaration;
    const first = this.#declarations.get(name);
    if (first !== undefined)
      throw this.#error("language/defined-twice", place, `${name} is already declared in line ${first.place.line}`, [
        "Keep one.",
      ]);
    const reserved = name === "x" ? undefined : reservation(name);
    if (reserved !== undefined)
      throw this.#error("language/reserved-name", place, `${name} cannot be declared: ${reserved}`, [
        "Choose another name.",
      ]);
    if (this.#constants.has(name)) {
      throw this.#error(
        "language/bad-declaration",
        place,
        `${name} is a constant given beside the text, and so a number`,
        ["Remove the declaration."],
      );
    }
    if (this.#extraInputs.has(name)) {
      throw this.#error(
        "language/bad-declaration",
        place,
        `the shape of the input ${name} is given beside the text, in the option inputs`,
        ["Remove the declaration."],
      );
    }
    for (const dimension of declaration.shape) {
      if (typeof dimension === "string" && objectMembers.has(dimension)) {
        const what = `${dimension} cannot name a dimension: all objects of JavaScript have a member of that name`;
        throw this.#error("language/reserved-name", place, what, ["Choose another name, such as P."]);
      }
    }
    this.#declarations.set(name, declaration);
  }

  #attend(call: CallExpression): void {
    const found = memoryArguments(call).map((argument) => {
      const memory = memoryIn(argument);
      if (memory !== undefined) return memory;
      const { text } = pieceOf(argument);
      throw this.#error("language/bad-memory", argument.place, `attend needs a memory here, but ${text} is none`, [
        memoryForms,
      ]);
    });
    for (const memory of found) {
      const { name, place } = memory;
      const other = this.#meaning(name);
      if (other !== undefined) {
        throw this.#error("language/bad-memory", place, `attend needs a memory here, but ${name} is ${other}`, [
          memoryForms,
          "A memory is a name of its own that no line defines.",
        ]);
      }
      this.#asMemories.add(memory);
      if (!this.#memories.has(name)) this.#memories.set(name, place);
    }
    const [keys, values] = found;
    if (keys === undefined || values === undefined || keys.name === values.name) return;
    const what = `attend scores the rows of ${keys.name}, but would average those of ${values.name}`;
    throw this.#error("language/bad-memory", values.place, what, ["Both must be rows of one memory."]);
  }

  /** What a name is, where that leaves no room for its being a memory. */
  #meaning(name: string): string | undefined {
    if (this.#states.has(name)) return "a state";
    if (this.#intermediates.has(name)) return "a value of the step";
    if (name === "y") return "the output";
    const reserved = this.#reservation(name);
    return reserved?.replace(`${name} is `, "");
  }

  #read(read: NameExpression): void {
    const { name, next, place } = read;
    if (this.#asMemories.has(read)) return;
    if (next) {
      if (!this.#states.has(name)) throw this.#undefinedNext(read);
      return;
    }
    if (this.#states.has(name) || name === "t") return;
    if (name === "y") throw this.#readsOutput(place);
    if (this.#intermediates.has(name)) return;
    const constant = this.#constants.get(name);
    if (constant !== undefined) this.#readConstants.set(name, constant);
    else if (name === "x" || this.#extraInputs.has(name)) this.#readInputs.add(name);
    else if (this.#memories.has(name)) {
      throw this.#error("language/bad-memory", place, `${name} is a memory, of which attend takes the rows`, [
        `It has many rows in each step, so it cannot stand here: write attend(…, ${name}).`,
      ]);
    } else if (!this.#parameters.has(name)) {
      const reserved = this.#reservation(name);
      if (reserved !== undefined) {
        throw this.#error("language/reserved-name", place, `${name} cannot be a parameter: ${reserved}`, [
          "Choose another name.",
        ]);
      }
      this.#parameters.set(name, place);
    }
  }

  #checkDeclared({ name, shape, place }: Declaration): void {
    const used =
      this.#states.has(name) ||
      this.#intermediates.has(name) ||
      this.#memories.has(name) ||
      this.#parameters.has(name) ||
      this.#readInputs.has(name);
    if (!used) {
      const near = nearest(name, [...this.#states.keys(), ...this.#intermediates.keys(), ...this.#parameters.keys()]);
      throw this.#error("language/bad-declaration", place, `${name} is declared, but no equation uses it`, [
        near === undefined ? "Remove the declaration." : `Did you mean ${near}?`,
      ]);
    }
    if (name === "x" && shape.length !== 1) {
      throw this.#error("language/bad-declaration", place, "x is declared as something other than a vector", [
        "The input is always a vector: x in R^I.",
      ]);
    }
    if (shape.length !== 1 && this.#memories.has(name)) {
      const what = `${name} is a memory, and what is declared of one is the shape of a row, a vector`;
      throw this.#error("language/bad-declaration", place, what, [`Declare it as ${name} in R^M.`]);
    }
    if (shape.length === 2 && !this.#parameters.has(name)) {
      throw this.#error(
        "language/bad-declaration",
        place,
        `${name} is declared as a matrix, but only parameters can be matrices`,
        [`Declare it as a vector, e.g. ${name} in R^P.`],
      );
    }
  }

  #undefinedNext({ name, place }: NameExpression): Error {
    if (this.#intermediates.has(name)) {
      return this.#error("language/undefined-next", place, `${name}' is read, but ${name} is not a state`, [
        `Read ${name}, the value of this step; or define ${name}' = … if it is to be kept for the next step.`,
      ]);
    }
    if (name === "x" || name === "t" || this.#extraInputs.has(name)) {
      return this.#error("language/undefined-next", place, `${name}' is read, but only states have a next value`, [
        `Read ${name}, without a prime.`,
      ]);
    }
    const near = nearest(name, this.#states.keys());
    return this.#error("language/undefined-next", place, `${name}' is read, but no line defines it`, [
      near === undefined
        ? `Add a line ${name}' = …. (A prime marks the next value of a state, not a transposed matrix.)`
        : `Did you mean ${near}'?`,
    ]);
  }

  #readsOutput(place: Place): Error {
    const advice =
      "To read the output of the step before, make it a state: define y' = …, and y is its previous value.";
    const equation = this.#intermediates.get("y");
    if (equation === undefined)
      return this.#error("language/reads-output", place, "y is the output's name, but no line defines it", [advice]);
    return this.#error(
      "language/reads-output",
      place,
      `y is read, but it is the output that line ${equation.place.line} computes`,
      [advice, "To use this step's value twice, give it a name of its own: o = …, then y = o."],
    );
  }

  #reservation(name: string): string | undefined {
    if (this.#extraInputs.has(name)) return `${name} is an input, given beside the text`;
    if (this.#constants.has(name)) return `${name} is a constant, given beside the text`;
    return reservation(name);
  }

  #error(code: ErrorCode & `language/${string}`, place: Place, what: string, advice: readonly string[]): Error {
    return languageError(this.#text, { code, place, what, advice });
  }
}

/** What an equation defines, as it is read: `h'` or `i`. */
export function written(equation: Equation): string {
  return `${equation.target}${equation.next ? "'" : ""}`;
}

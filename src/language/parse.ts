/** Parses a cell's text by recursive descent. */
import { known } from "../util/errors.ts";
import type { ErrorCode } from "../util/errors.ts";
import type { Dimension } from "./graph.ts";
import { isCapital } from "./names.ts";
import { nearest } from "./nearest.ts";
import { functionNames, operations, operationSpelled, operatorSpelled } from "./operations.ts";
import type { LanguageOperation, OperationName } from "./operations.ts";
import { languageError } from "./report.ts";
import type { Declaration, Equation, Expression, Place, Syntax } from "./syntax.ts";
import type { TimedToken } from "./times.ts";
import { settleTimes } from "./times.ts";
import { adviceOn, declaredMatrices, isSymbol, isWord, startsAtom, tokenText } from "./token-questions.ts";
import { tokenize } from "./tokens.ts";

/** Brackets within brackets that are read; each costs stack. */
const maximumNesting = 100;
/** Operations in one equation; later passes walk its tree recursively. */
const maximumOperations = 1000;

/**
 * The equations of a cell's text, in their order.
 *
 * @throws {RecurraError} with a `language/…` code and the place, where the text does not follow the grammar.
 */
export function parseEquations(text: string): Equation[] {
  return [...parseSyntax(text).equations];
}

/**
 * The equations and declarations of a cell's text. `inputs` are the names of inputs beside `x`: where papers' time marks are used,
 * `e_t` is then the input `e`.
 *
 * ```
 * line        = name ["'"] "=" sum | name {"," name} "in" "R" ["^" dimensions]
 * sum         = term {("+" | "-") term}
 * term        = signed {("*" | "/") signed}
 * signed      = {"-" | "+"} product
 * product     = power {power}                    W U x is W (U x)
 * power       = atom ["^" {"-" | "+"} power]
 * atom        = number | name ["'"] | function "(" sum {"," sum} ")" | "(" sum ")" | "[" sum "]"
 * dimensions  = sizes | "(" sizes ")" | "[" sizes "]" | "{" sizes "}"
 * sizes       = dimension {("x" | "*" | ",") dimension}
 * dimension   = name | number
 * ```
 *
 * @throws {RecurraError} as `parseEquations`.
 */
export function parseSyntax(text: string, inputs: Iterable<string> = []): Syntax {
  const tokens = settleTimes(text, tokenize(text), new Set(["x", ...inputs]));
  return new Parser(text, tokens).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly TimedToken[];
  /** Lower-case names that are declared as matrices, which a bracket may follow. */
  readonly #declaredMatrices: ReadonlySet<string>;
  #at = 0;
  /** The brackets and power signs that what is being read stands in. */
  readonly #around: TimedToken[] = [];
  #operations = 0;

  constructor(text: string, tokens: readonly TimedToken[]) {
    this.#text = text;
    this.#tokens = tokens;
    this.#declaredMatrices = declaredMatrices(tokens);
  }

  parse(): Syntax {
    const declarations: Declaration[] = [];
    const equations: Equation[] = [];
    while (this.#at < this.#tokens.length) {
      if (this.#peek().kind === "line-end") {
        this.#at++;
        continue;
      }
      const after = this.#tokens[this.#at + 1];
      if (after !== undefined && (isWord(after, "in") || isSymbol(after, "in") || isSymbol(after, ",")))
        declarations.push(...this.#declaration());
      else equations.push(this.#equation());
      if (this.#peek().kind !== "line-end") throw this.#unexpected("the end of the line");
    }
    if (equations.length === 0) {
      const place = { line: 1, column: 1, length: 1 };
      throw this.#error("language/empty-text", place, "the text holds no equation", [
        "Write at least one, e.g. h' = tanh(W x + U h + b).",
      ]);
    }
    return { declarations, equations };
  }

  #equation(): Equation {
    const target = this.#peek();
    if (target.kind !== "name") throw this.#unexpected("a name (as in h' = …)");
    this.#at++;
    if (!isSymbol(this.#peek(), "=")) throw this.#unexpected(`= after ${target.name}`);
    this.#at++;
    this.#operations = 0;
    const expression = this.#sum();
    return { target: target.name, next: target.next, expression, place: target.place };
  }

  #declaration(): Declaration[] {
    const names: { readonly name: string; readonly place: Place }[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind !== "name" || token.next) throw this.#unexpected("a name to be declared (as in h in R^P)");
      names.push(token);
      this.#at++;
      if (!isSymbol(this.#peek(), ",")) break;
      this.#at++;
    }
    if (!isWord(this.#peek(), "in") && !isSymbol(this.#peek(), "in")) throw this.#unexpected("in (as in h, c in R^P)");
    this.#at++;
    if (!isWord(this.#peek(), "R") && !isWord(this.#peek(), "ℝ")) throw this.#unexpected("R (as in h in R^P)");
    this.#at++;
    const shape = isSymbol(this.#peek(), "^") ? this.#dimensions() : [];
    return names.map(({ name, place }) => ({ name, shape, place }));
  }

  #dimensions(): Dimension[] {
    this.#at++;
    const opener = this.#peek();
    const closer = opener.kind === "symbol" ? brackets.get(opener.symbol) : undefined;
    if (closer !== undefined) this.#at++;
    const dimensions = [this.#dimension()];
    while (isWord(this.#peek(), "x") || isSymbol(this.#peek(), "*") || isSymbol(this.#peek(), ",")) {
      this.#at++;
      dimensions.push(this.#dimension());
    }
    if (closer !== undefined) this.#close(opener, closer);
    if (dimensions.length > 2) {
      throw this.#error(
        "language/bad-declaration",
        opener.place,
        `a shape has at most two dimensions, this one has ${dimensions.length}`,
        ["R is a number, R^P a vector, R^(H x I) a matrix."],
      );
    }
    return dimensions;
  }

  #dimension(): Dimension {
    const token = this.#peek();
    this.#at++;
    if (token.kind === "name" && !token.next) {
      const [, rows, columns] = /^(\p{Lu}\p{N}*)x(\p{Lu}\p{N}*|\p{N}+)$/u.exec(token.name) ?? [];
      if (rows === undefined || columns === undefined) return token.name;
      const what = `${token.name} without spaces is one name, not two dimensions`;
      const advice = `The two dimensions of a matrix are written with spaces: ${rows} x ${columns}.`;
      throw this.#error("language/bad-declaration", token.place, what, [advice]);
    }
    if (token.kind === "number" && Number.isSafeInteger(token.value) && token.value > 0) return token.value;
    this.#at--;
    throw this.#unexpected("a dimension (a name such as H or P, or a whole number above 0)");
  }

  #sum(): Expression {
    let left = this.#term();
    for (;;) {
      const token = this.#peek();
      if (!isSymbol(token, "+") && !isSymbol(token, "-")) return left;
      this.#at++;
      left = this.#operator(token, [left, this.#term()]);
    }
  }

  #term(): Expression {
    let left = this.#signed();
    for (;;) {
      const token = this.#peek();
      if (!isSymbol(token, "*") && !isSymbol(token, "/")) return left;
      this.#at++;
      left = this.#operator(token, [left, this.#signed()]);
    }
  }

  #signed(): Expression {
    return this.#withSigns(() => this.#product());
  }

  /** Any signs, then what `operand` parses; a plus sign means nothing. */
  #withSigns(operand: () => Expression): Expression {
    const minuses: TimedToken[] = [];
    while (isSymbol(this.#peek(), "-") || isSymbol(this.#peek(), "+")) {
      if (isSymbol(this.#peek(), "-")) minuses.push(this.#peek());
      this.#at++;
    }
    return minuses.reduceRight((inner, token) => this.#operator(token, [inner]), operand());
  }

  #product(): Expression {
    const factors = [this.#power()];
    while (startsAtom(this.#peek())) {
      const [left] = factors.slice(-1);
      if (left?.kind === "number") {
        throw this.#error("language/syntax", this.#peek().place, "a number stands directly before a value", [
          `Write a product with *: ${left.value} * ….`,
        ]);
      }
      factors.push(this.#power());
    }
    return factors.reduceRight((vector, matrix) => {
      this.#count(matrix.place);
      return { kind: "product", matrix, vector, place: matrix.place };
    });
  }

  #power(): Expression {
    const base = this.#atom();
    const token = this.#peek();
    if (!isSymbol(token, "^")) return base;
    this.#at++;
    return this.#nested(token, () => this.#operator(token, [base, this.#withSigns(() => this.#power())]));
  }

  #atom(): Expression {
    const token = this.#peek();
    switch (token.kind) {
      case "number":
        this.#at++;
        return { kind: "number", value: token.value, place: token.place };
      case "name":
        this.#at++;
        return this.#named(token);
      case "symbol":
        if (token.symbol === "(" || token.symbol === "[") return this.#group(token, token.symbol);
        throw this.#unexpected("a value");
      case "line-end":
        throw this.#unexpected("a value");
    }
  }

  #group(opener: TimedToken, symbol: string): Expression {
    this.#at++;
    const inner = this.#nested(opener, () => this.#sum());
    if (isSymbol(this.#peek(), ",")) {
      throw this.#error("language/syntax", this.#peek().place, "values cannot be joined to a list", [
        "A matrix times several vectors joined, W [x, h], is written with a matrix for each: W x + U h.",
      ]);
    }
    this.#close(opener, known(brackets.get(symbol), "closing bracket"));
    return inner;
  }

  #named(token: Extract<TimedToken, { readonly kind: "name" }>): Expression {
    const { name, next, place } = token;
    const operation = next ? undefined : operationSpelled(name);
    const opener = this.#peek();
    const callable = isSymbol(opener, "(") && !next;
    if (operation !== undefined) {
      if (callable) return this.#call(operation, token, opener);
      throw this.#error(
        "language/function-as-value",
        place,
        `${name} is a function and needs its arguments in brackets`,
        [`Write ${name}(…). A parameter must be called something else.`],
      );
    }
    const misspelled = name.length > 2 && operationSpelled(name.toLowerCase()) !== undefined;
    if (callable && !this.#declaredMatrices.has(name) && (misspelled || !isCapital(name))) {
      throw this.#unknownFunction(name, place);
    }
    return { kind: "name", name, next, place };
  }

  #call(operation: LanguageOperation, token: TimedToken, opener: TimedToken): Expression {
    this.#at++;
    const args: Expression[] = [];
    if (!isSymbol(this.#peek(), ")")) {
      args.push(this.#nested(opener, () => this.#sum()));
      while (isSymbol(this.#peek(), ",")) {
        this.#at++;
        args.push(this.#nested(opener, () => this.#sum()));
      }
    }
    this.#close(opener, ")");
    const [least, most] = operation.arity;
    if (args.length < least || args.length > most) {
      throw this.#error(
        "language/argument-count",
        token.place,
        `${operation.name} takes ${arityText(least, most)}, not ${args.length}`,
        [`${operation.name}: ${operation.summary}.`],
      );
    }
    this.#count(token.place);
    return { kind: "call", operation: operation.name, args, place: token.place };
  }

  #operator(token: TimedToken, args: readonly Expression[]): Expression {
    this.#count(token.place);
    const operation: OperationName = operatorSpelled(token.kind === "symbol" ? token.symbol : "", args.length);
    return { kind: "call", operation, args, place: token.place };
  }

  #count(place: Place): void {
    this.#operations++;
    if (this.#operations <= maximumOperations) return;
    throw this.#error("language/too-deep", place, `an equation has more than ${maximumOperations} operations`, [
      "Give parts of it names, in equations of their own.",
    ]);
  }

  #nested<T>(token: TimedToken, parse: () => T): T {
    if (this.#around.length >= maximumNesting) {
      const what = `more than ${maximumNesting} brackets or powers stand inside one another`;
      throw this.#error("language/too-deep", token.place, what, [
        "Give an inner part a name, in an equation of its own.",
      ]);
    }
    this.#around.push(token);
    const result = parse();
    this.#around.pop();
    return result;
  }

  #close(opener: TimedToken, closer: string): void {
    if (isSymbol(this.#peek(), closer)) {
      this.#at++;
      return;
    }
    // A bracket that is never closed takes in the lines below it: the next equation's sign, or the end, gives it away.
    throw isSymbol(this.#peek(), "=") || this.#peek().kind === "line-end"
      ? this.#unclosed(opener)
      : this.#unexpected(closer);
  }

  #unclosed(opener: TimedToken): Error {
    const symbol = opener.kind === "symbol" ? opener.symbol : "";
    const advice = `Add the ${known(brackets.get(symbol), "closing bracket")} that belongs to it.`;
    return this.#error("language/unclosed-bracket", opener.place, `this ${symbol} is never closed`, [advice]);
  }

  #peek(): TimedToken {
    return this.#tokens[this.#at] ?? known(this.#tokens.at(-1), "last token");
  }

  #unknownFunction(name: string, place: Place): Error {
    // Papers put subscripts to functions too: σ_g.
    const near = [name.replace(/_.*/, ""), nearest(name, functionNames) ?? ""].find((word) =>
      functionNames.includes(word),
    );
    // A name of one or two letters is a value, not a function misspelled.
    const list = name.length < 3 ? [] : [`The functions are ${functions.join(", ")}.`];
    return this.#error("language/unknown-function", place, `there is no function ${name}`, [
      ...(near === undefined ? list : [`Did you mean ${near}?`]),
      `If ${name} is a value, write the product with *: ${name} * (…). A matrix begins with a capital letter, or is declared: ${name} in R^(H x I).`,
    ]);
  }

  #unexpected(wanted: string): Error {
    const token = this.#peek();
    const opener = this.#around.findLast((around) => around.kind === "symbol" && brackets.has(around.symbol));
    if (token.kind === "line-end" && opener !== undefined) return this.#unclosed(opener);
    const found = token.kind === "line-end" ? "the line ends" : `${tokenText(token)} stands here`;
    const advice = adviceOn(token, this.#tokens[this.#at - 1]);
    return this.#error("language/syntax", token.place, `${found} where ${wanted} is expected`, advice);
  }

  #error(code: ErrorCode & `language/${string}`, place: Place, what: string, advice: readonly string[]): Error {
    return languageError(this.#text, { code, place, what, advice });
  }
}

/** The functions as they are listed to people, without other spellings. */
const functions: readonly string[] = [...operations.values()]
  .filter(({ spellings: [first] }) => functionNames.includes(first ?? ""))
  .map(({ name }) => name);

const brackets: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

function arityText(least: number, most: number): string {
  const words = ["no arguments", "1 argument", "2 arguments", "3 arguments"];
  const mostText = words[most] ?? `${most} arguments`;
  return least === most ? mostText : `${least} ${most - least === 1 ? "or" : "to"} ${mostText}`;
}

/** Infers the shape of everything in a cell by unification, from the shapes of its input and states and from what is added to what. */
import { known } from "../util/errors.ts";
import type { ErrorCode } from "../util/errors.ts";
import type { CellOptions } from "./cell.ts";
import type { DimensionId } from "./dimensions.ts";
import { createDimensionTable } from "./dimensions.ts";
import type { Shape } from "./graph.ts";
import { isCapital, written } from "./names.ts";
import type { NameTable } from "./names.ts";
import { operations } from "./operations.ts";
import type { LanguageOperation, ShapeRule } from "./operations.ts";
import { bracketed, pieceOf, precedences, printExpression } from "./print-expression.ts";
import { languageError } from "./report.ts";
import { shapeText } from "./shape.ts";
import type { Equation, Expression, Place } from "./syntax.ts";

/** A shape whose dimensions are still under inference. */
type OpenShape = readonly DimensionId[];
type CallExpression = Extract<Expression, { readonly kind: "call" }>;
type ProductExpression = Extract<Expression, { readonly kind: "product" }>;

/** The shape of every name that has one, each kind in the order of the name table. */
export interface InferredShapes {
  readonly inputs: ReadonlyMap<string, Shape>;
  /** Of a row. */
  readonly memories: ReadonlyMap<string, Shape>;
  readonly states: ReadonlyMap<string, Shape>;
  readonly parameters: ReadonlyMap<string, Shape>;
  readonly intermediates: ReadonlyMap<string, Shape>;
}

/** Equations whose names are sorted. */
export interface OrderedEquations {
  readonly text: string;
  /** Each after those it needs. */
  readonly ordered: readonly Equation[];
  readonly names: NameTable;
  readonly output: Equation;
  readonly options: CellOptions;
}

/**
 * The shapes of all that a cell's text names.
 *
 * @throws {RecurraError} where two shapes disagree, a matrix or number stands where it cannot, or a size stays open.
 */
export function inferShapes(equations: OrderedEquations): InferredShapes {
  return new ShapeInference(equations).infer(equations);
}

class ShapeInference {
  readonly #text: string;
  readonly #names: NameTable;
  readonly #dimensions = createDimensionTable();
  /** Of inputs, rows of memories, states and parameters. */
  readonly #leaves = new Map<string, OpenShape>();
  readonly #intermediates = new Map<string, OpenShape>();
  /** The line being read. */
  #line = 1;

  constructor({ text, names, options }: OrderedEquations) {
    this.#text = text;
    this.#names = names;
    const sizes = new Map(Object.entries(options.inputs ?? {}));
    for (const name of names.inputs) {
      const size = sizes.get(name) ?? "I";
      this.#leaves.set(
        name,
        this.#declared(name) ?? (size === 0 ? [] : [this.#dimensions.fixed(size, `the size of the input ${name}`)]),
      );
    }
    for (const name of names.states.keys()) {
      this.#leaves.set(
        name,
        this.#declared(name) ?? [
          this.#dimensions.fixed("H", `${name} is a state, and states are in R^H unless declared`),
        ],
      );
    }
    for (const name of names.memories.keys()) {
      this.#leaves.set(name, this.#declared(name) ?? [this.#dimensions.open()]);
    }
    for (const name of names.parameters.keys()) {
      const open = isCapital(name) ? [this.#dimensions.open(), this.#dimensions.open()] : [this.#dimensions.open()];
      this.#leaves.set(name, this.#declared(name) ?? open);
    }
  }

  infer({ ordered, output }: OrderedEquations): InferredShapes {
    for (const equation of ordered) this.#equation(equation);
    this.#settleMemories();
    this.#settleOutput(output);
    this.#requireSizes();
    const { inputs, memories, states, parameters, intermediates } = this.#names;
    return {
      memories: this.#closed(memories.keys(), this.#leaves),
      inputs: this.#closed(inputs, this.#leaves),
      states: this.#closed(states.keys(), this.#leaves),
      parameters: this.#closed(parameters.keys(), this.#leaves),
      intermediates: this.#closed(intermediates.keys(), this.#intermediates),
    };
  }

  #declared(name: string): OpenShape | undefined {
    const declaration = this.#names.declarations.get(name);
    return declaration?.shape.map((dimension) =>
      this.#dimensions.fixed(dimension, `declared in line ${declaration.place.line}`),
    );
  }

  #equation(equation: Equation): void {
    const { target, next, expression, place } = equation;
    this.#line = place.line;
    const value = this.#value(expression, `the value of ${written(equation)}`);
    const wanted = next ? this.#leaves.get(target) : this.#declared(target);
    if (wanted === undefined) {
      this.#intermediates.set(target, value);
      return;
    }
    if (!next) this.#intermediates.set(target, wanted);
    // A number is repeated to fill a vector.
    if (value.length === 0 || this.#unify(wanted, value)) return;
    const name = written(equation);
    throw this.#error(
      "language/shape-mismatch",
      place,
      `${name} is ${this.#shapeText(wanted)}, but its equation gives ${this.#shapeText(value)}`,
      [
        this.#because([name, wanted], [quoted(expression), value]),
        wanted.length === 0
          ? "Make the vector a number with sum(…), mean(…) or dot(a, b)."
          : `Bring one to the other's size with a matrix, or declare ${target} in R^….`,
      ],
    );
  }

  /** The shape of an expression that must be a vector or a number. */
  #value(expression: Expression, role: string): OpenShape {
    const shape = this.#shape(expression);
    if (shape.length < 2) return shape;
    const name = printExpression(expression);
    throw this.#error(
      "language/matrix-elementwise",
      expression.place,
      `${name} is a matrix, but ${role} must be a vector or a number`,
      [
        `Matrices are parameters, not computed: ${name} can only stand left of a vector it multiplies, with no sign between: ${name} x.`,
        ...(/^\p{Lu}\p{Ll}$/u.test(name) ? [`If ${name} is meant as a product, write it with a space.`] : []),
      ],
    );
  }

  #shape(expression: Expression): OpenShape {
    switch (expression.kind) {
      case "number":
        return [];
      case "name": {
        const { name, next } = expression;
        const shape = next ? this.#leaves.get(name) : (this.#leaves.get(name) ?? this.#intermediates.get(name));
        // What has no shape of its own is a constant or the step number.
        return shape ?? [];
      }
      case "product":
        return this.#product(expression);
      case "call": {
        const operation = known(operations.get(expression.operation), "operation");
        return this.#shapeRules[operation.shape](operation, expression);
      }
    }
  }

  #product({ matrix, vector }: ProductExpression): OpenShape {
    const [left, right] = [quoted(matrix, precedences.matrix), quoted(vector, precedences.vector)];
    const [rows, columns] = this.#shape(matrix);
    if (rows === undefined || columns === undefined)
      throw this.#notAMatrix(matrix, vector, rows === undefined ? "a number" : "a vector");
    const operand = this.#shape(vector);
    if (operand.length === 2) {
      throw this.#error(
        "language/matrix-elementwise",
        vector.place,
        `${left} and ${right} are both matrices, and matrices are not computed`,
        [`Multiply a vector by one after the other: ${left} (${right} x) is written ${left} ${right} x.`],
      );
    }
    if (operand.length === 0) {
      throw this.#error(
        "language/not-a-vector",
        vector.place,
        `${left} is a matrix and multiplies a vector, but ${right} is a number`,
        [`A product with a number is elementwise: ${quoted(vector, precedences.times)} * (${left} x).`],
      );
    }
    if (!this.#unify([columns], operand)) {
      const what = `${left} multiplies vectors of ${this.#shapeText([columns])}, but ${right} is ${this.#shapeText(operand)}`;
      throw this.#error("language/shape-mismatch", vector.place, what, [
        this.#because([`${left}'s columns`, [columns]], [right, operand]),
        `Use another matrix for ${right}, or declare sizes that fit.`,
      ]);
    }
    return [rows];
  }

  #notAMatrix(matrix: Expression, vector: Expression, what: string): Error {
    const [left, right] = [quoted(matrix, precedences.matrix), quoted(vector, precedences.vector)];
    const isParameter = matrix.kind === "name" && !matrix.next && this.#names.parameters.has(matrix.name);
    if (this.#shape(vector).length === 2) {
      const what = `${right} is a matrix and stands right of ${left}`;
      const advice = `A matrix stands left of the vector that it multiplies: ${right} ${quoted(matrix, precedences.vector)}.`;
      return this.#error("language/vector-as-matrix", vector.place, what, [advice]);
    }
    return this.#error(
      "language/vector-as-matrix",
      matrix.place,
      `${left} stands directly before ${right}, where a matrix is needed, but it is ${what}`,
      [
        `An elementwise product is written with *: ${quoted(matrix, precedences.times)} * ${right}.`,
        isParameter
          ? `For a matrix, begin its name with a capital letter or declare it: ${left} in R^(H x I).`
          : "Only parameters can be matrices: they are not computed.",
      ],
    );
  }

  readonly #shapeRules: Readonly<Record<ShapeRule, (operation: LanguageOperation, call: CallExpression) => OpenShape>> =
    {
      elementwise: (operation, call) => this.#broadcast(operation, call),
      vector: (operation, { args: [arg] }) => this.#vector(operation, known(arg, "argument")),
      number: (operation, call) => {
        for (const arg of call.args) this.#vector(operation, arg);
        this.#broadcast(operation, call);
        return [];
      },
      like: (operation, { args }) => {
        for (const arg of args.slice(0, -1)) {
          const shape = this.#value(arg, `the first argument of ${operation.name}`);
          if (shape.length === 0) continue;
          throw this.#error(
            "language/shape-mismatch",
            arg.place,
            `${operation.name} needs a number first, but ${quoted(arg)} is ${this.#shapeText(shape)}`,
            [`${operation.name}: ${operation.summary}.`],
          );
        }
        return this.#vector(operation, known(args.at(-1), "argument"));
      },
      attention: (operation, call) => this.#attention(operation, call),
    };

  /** Of a memory the shape is that of a row, so that a matrix times a memory is inferred as a product with each row. */
  #attention(operation: LanguageOperation, { args, place }: CallExpression): OpenShape {
    const [query, keys, values = keys, weights] = args;
    const memory = this.#vector(operation, known(keys, "keys"));
    for (const [arg, role] of [
      [query, "the query"],
      [weights, "the weights"],
    ] as const) {
      if (arg === undefined) continue;
      const shape = this.#vector(operation, arg);
      if (this.#unify(shape, memory)) continue;
      const [a, b] = [quoted(arg), quoted(known(keys, "keys"))];
      const what = `${role} of attend and the rows it is compared with differ in shape: ${a} is ${this.#shapeText(shape)}, a row of ${b} is ${this.#shapeText(memory)}`;
      throw this.#error("language/shape-mismatch", place, what, [
        this.#because([a, shape], [`rows of ${b}`, memory]),
        "Bring one to the other's size with a matrix: attend(W x, memory).",
      ]);
    }
    return this.#vector(operation, known(values, "values"));
  }

  /** The one shape of all arguments that are vectors; a number if there are none. */
  #broadcast(operation: LanguageOperation, call: CallExpression): OpenShape {
    const infix = operation.notation.kind === "infix";
    const title = infix ? operation.spellings[0] : operation.name;
    let first: { readonly arg: Expression; readonly shape: OpenShape } | undefined;
    for (const arg of call.args) {
      const shape = this.#value(arg, infix ? `what stands beside ${title}` : `an argument of ${title}`);
      if (shape.length === 0) continue;
      first ??= { arg, shape };
      if (this.#unify(first.shape, shape)) continue;
      const [a, b] = [quoted(first.arg), quoted(arg)];
      const what = `${infix ? `the two sides of ${title}` : `arguments of ${title}`} differ in shape: ${a} is ${this.#shapeText(first.shape)}, ${b} is ${this.#shapeText(shape)}`;
      throw this.#error("language/shape-mismatch", call.place, what, [
        this.#because([a, first.shape], [b, shape]),
        "Bring one to the other's size with a matrix, or declare the sizes that are meant.",
      ]);
    }
    return first?.shape ?? [];
  }

  #vector(operation: LanguageOperation, arg: Expression): OpenShape {
    const shape = this.#value(arg, `the argument of ${operation.name}`);
    if (shape.length === 1) return shape;
    throw this.#error(
      "language/not-a-vector",
      arg.place,
      `${operation.name} needs a vector, but ${quoted(arg)} is a number`,
      [`${operation.name}: ${operation.summary}.`],
    );
  }

  /** Rows of memories of which nothing says the size are in R^M. */
  #settleMemories(): void {
    let count = 0;
    for (const [name, { line }] of this.#names.memories) {
      const [dimension] = known(this.#leaves.get(name), name);
      if (dimension === undefined || this.#dimensions.value(dimension) !== undefined) continue;
      count++;
      const reason = `${name} is a memory, and rows of memories are in R^M unless declared`;
      this.#dimensions.unify(dimension, this.#dimensions.fixed(count === 1 ? "M" : `M${count}`, reason), line);
    }
  }

  /** An output of a size that nothing says is in R^H, as states are. */
  #settleOutput({ target, next }: Equation): void {
    const [dimension] = (next ? this.#leaves : this.#intermediates).get(target) ?? [];
    if (dimension === undefined || this.#dimensions.value(dimension) !== undefined) return;
    this.#dimensions.unify(dimension, this.#dimensions.fixed("H", `${target} is the output`), this.#line);
  }

  #requireSizes(): void {
    const isOpen = (dimension: DimensionId): boolean => this.#dimensions.value(dimension) === undefined;
    for (const [name, equation] of this.#names.intermediates) {
      if (!this.#intermediates.get(name)?.some(isOpen)) continue;
      throw this.#error(
        "language/unknown-size",
        equation.place,
        `the size of ${name} cannot be inferred: nothing ties it to the input or to a state`,
        [
          `Declare it in a line of its own: ${name} in R^H if it is as large as the states, or ${name} in R^P for a size P of its own.`,
        ],
      );
    }
    // A vector before the matrices that take it: it may be a state that no line defines.
    const parameters = [...this.#names.parameters].map(([name, place]) => ({
      name,
      place,
      shape: known(this.#leaves.get(name), name),
    }));
    for (const { name, place, shape } of parameters.toSorted((a, b) => a.shape.length - b.shape.length)) {
      if (!shape.some(isOpen)) continue;
      const what = `the size of ${name} cannot be inferred: nothing ties it to the input or to a state`;
      const advice =
        shape.length === 1
          ? [
              `No line defines ${name}, which makes it a parameter: declare it, ${name} in R^H for a vector or ${name} in R for a number.`,
              `If it is to be a state, define its next value: ${name}' = ….`,
            ]
          : [`Declare it in a line of its own: ${name} in R^(P x I).`];
      throw this.#error("language/unknown-size", place, what, advice);
    }
  }

  #unify(a: OpenShape, b: OpenShape): boolean {
    return (
      a.length === b.length &&
      a.every((dimension, i) => this.#dimensions.unify(dimension, known(b[i], "dimension"), this.#line))
    );
  }

  #closed(names: Iterable<string>, shapes: ReadonlyMap<string, OpenShape>): Map<string, Shape> {
    return new Map([...names].map((name): [string, Shape] => [name, this.#partly(known(shapes.get(name), name))]));
  }

  /** The shape as far as it is known, with `?` for the rest. */
  #partly(shape: OpenShape): Shape {
    return shape.map((dimension) => this.#dimensions.value(dimension) ?? "?");
  }

  #shapeText(shape: OpenShape): string {
    const isTold = shape.some((dimension) => this.#dimensions.value(dimension) !== undefined);
    return isTold || shape.length === 0 ? shapeText(this.#partly(shape)) : shape.length === 1 ? "a vector" : "a matrix";
  }

  /** Where both shapes come from, as one sentence. */
  #because(...sides: readonly (readonly [name: string, shape: OpenShape])[]): string {
    const reasons = sides.map(([name, shape]) => {
      const why = shape.map((dimension) => this.#dimensions.reason(dimension)).filter((reason) => reason !== "");
      return `${name}: ${this.#shapeText(shape)}${why.length === 0 ? "" : ` ${why.join(", ")}`}`;
    });
    return `${reasons.join("; ")}.`;
  }

  #error(code: ErrorCode & `language/${string}`, place: Place, what: string, advice: readonly string[]): Error {
    return languageError(this.#text, { code, place, what, advice });
  }
}

/** An expression as it is repeated in a message: at most 40 characters of it, in brackets if it holds together less tightly than `least`. */
function quoted(expression: Expression, least = 0): string {
  const { text, precedence } = pieceOf(expression);
  return bracketed({ text: text.length <= 40 ? text : `${text.slice(0, 39)}…`, precedence }, least);
}

/** The few operations on lanes that every target has, and how functions are written down in them. */

/**
 * A lane of 32 bits is a float, an integer or the answer of a comparison (`mask`). Floats and integers are the same bits where
 * `bits` and `float` reinterpret them. Each primitive with its value for one lane:
 *
 * | primitive | value |
 * | --- | --- |
 * | `add`, `subtract`, `multiply`, `divide`, `negate`, `abs`, `sqrt`, `floor` | as in IEEE 754 |
 * | `multiplyAdd` | a × b + c, rounded once or twice, as is faster |
 * | `quotient` | a / b for 1 ≤ b ≤ 2^126, to two units in the last place, as is faster |
 * | `min`, `max` | NaN if either is |
 * | `smaller`, `larger` | b < a ? b : a, and a < b ? b : a: the first where either is NaN |
 * | `less`, `equal`, `lessInteger` | a mask |
 * | `choose` | mask ? a : b |
 * | `bits`, `float` | the same bits as integer, as float |
 * | `addInteger`, `subtractInteger`, `and`, `xor` | modulo 2^32; bit by bit |
 * | `toFloat` | the integer's value |
 */
export type PrimitiveName =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "quotient"
  | "negate"
  | "abs"
  | "sqrt"
  | "floor"
  | "multiplyAdd"
  | "min"
  | "max"
  | "smaller"
  | "larger"
  | "less"
  | "equal"
  | "lessInteger"
  | "choose"
  | "bits"
  | "float"
  | "addInteger"
  | "subtractInteger"
  | "and"
  | "xor"
  | "toFloat";

/** One step of an expansion. `args` are numbers of earlier steps. */
export type LanePrimitive =
  /** An argument of the function, a float. */
  | { readonly kind: "argument"; readonly index: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "apply"; readonly primitive: PrimitiveName; readonly args: readonly number[] }
  /** Bits moved by a number of places; to the right the sign bit is repeated. */
  | { readonly kind: "shift"; readonly direction: "left" | "right"; readonly places: number; readonly arg: number };

/** A function as steps in order; the last is its value, a float. Equal steps are there only once. */
export type Expansion = readonly LanePrimitive[];

declare const type: unique symbol;

/** The number of a step, and what its lanes hold. */
type Lane<T> = number & { readonly [type]: T };
export type FloatLane = Lane<"float">;
export type IntegerLane = Lane<"integer">;
export type MaskLane = Lane<"mask">;

/** Writes steps down. */
export interface LaneWriter {
  argument(index: number): FloatLane;
  constant(value: number): FloatLane;
  integer(value: number): IntegerLane;
  add(a: FloatLane, b: FloatLane): FloatLane;
  subtract(a: FloatLane, b: FloatLane): FloatLane;
  multiply(a: FloatLane, b: FloatLane): FloatLane;
  divide(a: FloatLane, b: FloatLane): FloatLane;
  quotient(a: FloatLane, b: FloatLane): FloatLane;
  negate(a: FloatLane): FloatLane;
  abs(a: FloatLane): FloatLane;
  sqrt(a: FloatLane): FloatLane;
  floor(a: FloatLane): FloatLane;
  multiplyAdd(a: FloatLane, b: FloatLane, c: FloatLane): FloatLane;
  min(a: FloatLane, b: FloatLane): FloatLane;
  max(a: FloatLane, b: FloatLane): FloatLane;
  smaller(a: FloatLane, b: FloatLane): FloatLane;
  larger(a: FloatLane, b: FloatLane): FloatLane;
  less(a: FloatLane, b: FloatLane): MaskLane;
  equal(a: FloatLane, b: FloatLane): MaskLane;
  lessInteger(a: IntegerLane, b: IntegerLane): MaskLane;
  choose(mask: MaskLane, a: FloatLane, b: FloatLane): FloatLane;
  bits(a: FloatLane): IntegerLane;
  float(a: IntegerLane): FloatLane;
  addInteger(a: IntegerLane, b: IntegerLane): IntegerLane;
  subtractInteger(a: IntegerLane, b: IntegerLane): IntegerLane;
  and(a: IntegerLane, b: IntegerLane): IntegerLane;
  xor(a: IntegerLane, b: IntegerLane): IntegerLane;
  toFloat(a: IntegerLane): FloatLane;
  shiftLeft(a: IntegerLane, places: number): IntegerLane;
  shiftRight(a: IntegerLane, places: number): IntegerLane;
}

/** The expansion whose value `write` returns. */
export function writeExpansion(write: (writer: LaneWriter) => FloatLane): Expansion {
  const steps: LanePrimitive[] = [];
  const known = new Map<string, number>();
  const share = <T>(step: LanePrimitive): Lane<T> => {
    // JSON has no -0, NaN or infinities: numbers go by their text.
    const key = JSON.stringify(step, (_, value: unknown) =>
      typeof value === "number" ? (Object.is(value, -0) ? "-0" : String(value)) : value,
    );
    const before = known.get(key);
    const number = before ?? steps.push(step) - 1;
    known.set(key, number);
    return number as Lane<T>;
  };
  const apply =
    <T>(primitive: PrimitiveName) =>
    (...args: readonly number[]): Lane<T> =>
      share<T>({ kind: "apply", primitive, args });
  const result = write({
    argument: (index) => share({ kind: "argument", index }),
    constant: (value) => share({ kind: "float", value }),
    integer: (value) => share({ kind: "integer", value }),
    add: apply("add"),
    subtract: apply("subtract"),
    multiply: apply("multiply"),
    divide: apply("divide"),
    quotient: apply("quotient"),
    negate: apply("negate"),
    abs: apply("abs"),
    sqrt: apply("sqrt"),
    floor: apply("floor"),
    multiplyAdd: apply("multiplyAdd"),
    min: apply("min"),
    max: apply("max"),
    smaller: apply("smaller"),
    larger: apply("larger"),
    less: apply("less"),
    equal: apply("equal"),
    lessInteger: apply("lessInteger"),
    choose: apply("choose"),
    bits: apply("bits"),
    float: apply("float"),
    addInteger: apply("addInteger"),
    subtractInteger: apply("subtractInteger"),
    and: apply("and"),
    xor: apply("xor"),
    toFloat: apply("toFloat"),
    shiftLeft: (arg, places) => share({ kind: "shift", direction: "left", places, arg }),
    shiftRight: (arg, places) => share({ kind: "shift", direction: "right", places, arg }),
  });
  // The value must be the last step; a function may return an argument, or something it has computed before.
  return steps.slice(0, result + 1);
}

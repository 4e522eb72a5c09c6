/** Prints lane operations, expanded to primitives, as expressions over the vectors of `lanes.h`. */
import { expand } from "../../lower/expand.ts";
import type { LaneOperation } from "../../lower/ir.ts";
import type { LanePrimitive, PrimitiveName } from "../../lower/lane-primitives.ts";
import { known } from "../../util/errors.ts";

type Print = (a: string, b: string, c: string) => string;

function call(name: string): Print {
  return (...args) => `${name}(${args.filter((arg) => arg !== "").join(", ")})`;
}

function infix(sign: string): Print {
  return (a, b) => `${a} ${sign} ${b}`;
}

const primitives: Readonly<Record<PrimitiveName, Print>> = {
  add: infix("+"),
  subtract: infix("-"),
  multiply: infix("*"),
  divide: infix("/"),
  quotient: call("quotient"),
  negate: (a) => `-${a}`,
  abs: call("absolute"),
  sqrt: call("square_root"),
  floor: call("round_down"),
  multiplyAdd: call("multiply_add"),
  min: call("least_of"),
  max: call("most_of"),
  smaller: call("smaller"),
  larger: call("larger"),
  less: call("less"),
  equal: call("equal"),
  lessInteger: call("less_integer"),
  choose: call("choose"),
  bits: call("bits"),
  float: call("as_float"),
  addInteger: infix("+"),
  subtractInteger: infix("-"),
  and: infix("&"),
  xor: infix("^"),
  toFloat: call("to_float"),
};

/** Primitives whose value is an integer or a mask. */
const integers: ReadonlySet<PrimitiveName> = new Set([
  "less",
  "equal",
  "lessInteger",
  "bits",
  "addInteger",
  "subtractInteger",
  "and",
  "xor",
]);

export interface LaneCall {
  readonly operation: LaneOperation;
  /** An expression for each argument, a name or a constant. */
  readonly args: readonly string[];
  /** Values of the arguments that are constants. */
  readonly constants: readonly (number | undefined)[];
  /** What the result is called; steps on the way are `result_0`, `result_1`, …. */
  readonly result: string;
}

/** Declarations of the steps of an operation, the last that of its result. */
export function printLanes({ operation, args, constants, result }: LaneCall): readonly string[] {
  const steps = expand(operation, constants);
  const names: string[] = [];
  const lines: string[] = [];
  steps.forEach((step, n) => {
    const simple = printSimple(step, args);
    const isLast = n === steps.length - 1;
    if (simple !== undefined && !isLast) return void names.push(simple);
    const name = isLast ? result : `${result}_${n}`;
    const value = simple ?? printStep(step, (arg) => known(names[arg], `step ${arg} of ${operation}`));
    lines.push(`${isInteger(step) ? "ivec" : "vec"} ${name} = ${value};`);
    names.push(name);
  });
  return lines;
}

/** What needs no name of its own. */
function printSimple(step: LanePrimitive, args: readonly string[]): string | undefined {
  switch (step.kind) {
    case "argument":
      return known(args[step.index], `argument ${step.index}`);
    case "float":
      return printConstant(step.value);
    case "integer":
      return `splat_integer(${printInteger(step.value)})`;
    default:
      return undefined;
  }
}

function printStep(step: LanePrimitive, nameOf: (arg: number) => string): string {
  if (step.kind === "shift") return `${nameOf(step.arg)} ${step.direction === "left" ? "<<" : ">>"} ${step.places}`;
  if (step.kind !== "apply") return "";
  const [a = "", b = "", c = ""] = step.args.map(nameOf);
  return primitives[step.primitive](a, b, c);
}

function isInteger(step: LanePrimitive): boolean {
  return step.kind === "shift" || (step.kind === "apply" && integers.has(step.primitive));
}

function printInteger(value: number): string {
  return `(int32_t)0x${(value >>> 0).toString(16)}u`;
}

/** A float in all lanes, to the last bit. */
export function printConstant(value: number): string {
  return `splat(${printFloat(value)})`;
}

/** A float32, to the last bit. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return "NAN";
  if (Math.abs(value) === Infinity) return value < 0 ? "-INFINITY" : "INFINITY";
  const rounded = Math.fround(value);
  if (Math.abs(rounded) === Infinity) return rounded < 0 ? "-INFINITY" : "INFINITY";
  const text = String(rounded);
  return `${Object.is(rounded, -0) ? "-0" : text}${/[.e]/.test(text) ? "" : ".0"}f`;
}

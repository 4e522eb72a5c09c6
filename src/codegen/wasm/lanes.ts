/** Prints expansions in lane primitives as vector code. */
import { expand } from "../../lower/expand.ts";
import type { LaneOperation } from "../../lower/ir.ts";
import type { Expansion, LanePrimitive, PrimitiveName } from "../../lower/lane-primitives.ts";
import { known } from "../../util/errors.ts";
import { op } from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { get, i32, set } from "./code.ts";
import type { Frame } from "./code.ts";
import type { Features } from "./features.ts";
import type { Mnemonic } from "./opcodes.ts";
import { multiplyAdd } from "./tile.ts";

type Print = (args: readonly Code[], features: Features) => Code;

function one(name: Mnemonic): Print {
  return (args) => op(name, [], ...args);
}

/** The same bits: vectors have no types of lanes. */
const same: Print = ([a = []]) => a;

/** The code of each primitive, of the code of its arguments. */
const primitives: Readonly<Record<PrimitiveName, Print>> = {
  add: one("f32x4.add"),
  subtract: one("f32x4.sub"),
  multiply: one("f32x4.mul"),
  divide: one("f32x4.div"),
  quotient: one("f32x4.div"),
  negate: one("f32x4.neg"),
  abs: one("f32x4.abs"),
  sqrt: one("f32x4.sqrt"),
  floor: one("f32x4.floor"),
  multiplyAdd: ([a = [], b = [], c = []], features) => multiplyAdd(a, b, c, features),
  min: one("f32x4.min"),
  max: one("f32x4.max"),
  smaller: one("f32x4.pmin"),
  larger: one("f32x4.pmax"),
  less: one("f32x4.lt"),
  equal: one("f32x4.eq"),
  lessInteger: one("i32x4.lt_s"),
  // A mask has all bits of a lane alike, so both forms choose whole lanes.
  choose: ([mask = [], a = [], b = []], { relaxed }) =>
    op(relaxed ? "i32x4.relaxed_laneselect" : "v128.bitselect", [], a, b, mask),
  bits: same,
  float: same,
  addInteger: one("i32x4.add"),
  subtractInteger: one("i32x4.sub"),
  and: one("v128.and"),
  xor: one("v128.xor"),
  toFloat: one("f32x4.convert_i32x4_s"),
};

/** Where code for lanes goes, and where constants come from. */
export interface LaneSink {
  readonly frame: Frame;
  readonly features: Features;
  /** Code that must run before what is returned. */
  readonly code: Code[];
  /** The code of a vector whose four lanes are this float, or these bits. */
  constantFloat(value: number): Code;
  constantBits(bits: number): Code;
}

export interface LaneCall {
  readonly operation: LaneOperation;
  /** Code of each argument. */
  readonly args: readonly Code[];
  /** Values of the arguments that are constants. */
  readonly constants: readonly (number | undefined)[];
}

/** The code of an operation. Steps that are used more than once go to locals, the others where they are used. */
export function emitLanes({ operation, args, constants }: LaneCall, sink: LaneSink): Code {
  const steps = expand(operation, constants);
  const uses = usesOf(steps);
  const codes: Code[] = [];
  const codeOf = (n: number): Code => known(codes[n], `step ${n} of ${operation}`);
  steps.forEach((step, n) => {
    const code = emitStep(step, { steps, codeOf, args, sink });
    // A single instruction that puts a value on the stack (a local, a constant) may as well be repeated.
    if ((uses[n] ?? 0) < 2 || code.length === 1) return void codes.push(code);
    const local = sink.frame.local("v128", operation);
    sink.code.push(set(local, code));
    codes.push(get(local));
  });
  return codeOf(steps.length - 1);
}

function isRenaming(step: LanePrimitive): boolean {
  return step.kind === "apply" && (step.primitive === "bits" || step.primitive === "float");
}

const counted = new WeakMap<Expansion, readonly number[]>();

/** How often each step is used; what is only renamed is used as often as its new name. */
function usesOf(steps: Expansion): readonly number[] {
  const before = counted.get(steps);
  if (before !== undefined) return before;
  const uses = steps.map(() => 0);
  for (let n = steps.length - 1; n >= 0; n--) {
    const step = known(steps[n], `step ${n}`);
    const weight = isRenaming(step) ? (uses[n] ?? 0) : 1;
    for (const arg of argsOf(step)) uses[arg] = (uses[arg] ?? 0) + weight;
  }
  counted.set(steps, uses);
  return uses;
}

function argsOf(step: LanePrimitive): readonly number[] {
  if (step.kind === "apply") return step.args;
  return step.kind === "shift" ? [step.arg] : [];
}

interface Inside {
  readonly steps: Expansion;
  readonly codeOf: (n: number) => Code;
  readonly args: readonly Code[];
  readonly sink: LaneSink;
}

function emitStep(step: LanePrimitive, { steps, codeOf, args, sink }: Inside): Code {
  switch (step.kind) {
    case "argument":
      return known(args[step.index], `argument ${step.index}`);
    case "float":
      return sink.constantFloat(step.value);
    case "integer":
      return sink.constantBits(step.value);
    case "shift":
      return op(step.direction === "left" ? "i32x4.shl" : "i32x4.shr_s", [], codeOf(step.arg), i32(step.places));
    case "apply": {
      const [mask = 0, , b = 0] = step.args;
      // mask ? a : 0
      if (step.primitive === "choose" && isZero(steps[b]))
        return op("v128.and", [], codeOf(mask), codeOf(step.args[1] ?? 0));
      return primitives[step.primitive](step.args.map(codeOf), sink.features);
    }
  }
}

function isZero(step: LanePrimitive | undefined): boolean {
  return step?.kind === "float" && Object.is(step.value, 0);
}

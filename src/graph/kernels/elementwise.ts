/** Operators that go element by element, as lane operations. They are computed by whatever reads them. */
import type { MapBuilder, ValueId } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { OperatorNode } from "../graph.ts";
import { numberOf } from "./settings.ts";
import type { LowerContext, LowerOperator, Pending } from "./context.ts";

type Lanes = (map: MapBuilder, ...args: readonly ValueId[]) => ValueId;

/** What an operator computes of its inputs' elements; `undefined` where its attributes ask for what lanes cannot do. */
type MakeLanes = (node: OperatorNode, context: LowerContext) => Lanes | undefined;

const plain =
  (operation: Parameters<MapBuilder["apply"]>[0]): MakeLanes =>
  () =>
  (map, ...args) =>
    map.apply(operation, ...args);

const fold =
  (operation: "add" | "min" | "max"): MakeLanes =>
  () =>
  (map, ...args) =>
    args.reduce((sum, arg) => map.apply(operation, sum, arg));

const not = (map: MapBuilder, a: ValueId): ValueId => map.apply("subtract", map.constant(1), a);
const clip = (map: MapBuilder, a: ValueId, low: number, high: number): ValueId =>
  map.apply("min", map.apply("max", a, map.constant(low)), map.constant(high));
const positive = (map: MapBuilder, a: ValueId): ValueId => map.apply("max", a, map.constant(0));
const negative = (map: MapBuilder, a: ValueId): ValueId => map.apply("min", a, map.constant(0));
const scaled = (map: MapBuilder, a: ValueId, factor: number): ValueId =>
  factor === 1 ? a : map.apply("multiply", a, map.constant(factor));
/** exp(a) - 1 where a < 0. */
const below = (map: MapBuilder, a: ValueId): ValueId =>
  map.apply("subtract", map.apply("exp", negative(map, a)), map.constant(1));

/** alpha v + beta, between 0 and 1. */
const hardSigmoid = (map: MapBuilder, v: ValueId, alpha: number, beta: number): ValueId =>
  clip(map, map.apply("add", scaled(map, v, alpha), map.constant(beta)), 0, 1);

/** x to a constant power by products and roots where that is exact. */
const power: MakeLanes = (node, context) => {
  const exponent = context.constant(known(node.inputs[1], "an exponent"));
  const value = exponent?.data.length === 1 ? Number(exponent.data[0]) : undefined;
  if (value === 2) return (map, x = 0) => map.apply("multiply", x, x);
  if (value === 3) return (map, x = 0) => map.apply("multiply", map.apply("multiply", x, x), x);
  if (value === 1) return (_, x = 0) => x;
  if (value === 0.5) return (map, x = 0) => map.apply("sqrt", x);
  return undefined;
};

/** Clip's bounds are constants in every model there is. */
const clipped: MakeLanes = ({ inputs: [, low = "", high = ""] }, context) => {
  const bounds = [low, high].map((name) => (name === "" ? undefined : context.constant(name)));
  if ((low !== "" && bounds[0] === undefined) || (high !== "" && bounds[1] === undefined)) return undefined;
  const [from = -Infinity, to = Infinity] = bounds.map((bound) =>
    bound === undefined ? undefined : Number(bound.data[0]),
  );
  return (map, x = 0) => clip(map, x, from, to);
};

/** Into float32, in which kernels hold all numbers, or into truth values. */
const cast: MakeLanes = ({ attributes }) => {
  if (attributes["to"] === "float32") return (_, x = 0) => x;
  if (attributes["to"] === "bool") return (map, x = 0) => not(map, map.apply("equal", x, map.constant(0)));
  return undefined;
};

const tables: Readonly<Record<string, MakeLanes>> = {
  Add: plain("add"),
  Sub: plain("subtract"),
  Mul: plain("multiply"),
  Div: plain("divide"),
  Neg: plain("negate"),
  Abs: plain("abs"),
  Sign: plain("sign"),
  Sqrt: plain("sqrt"),
  Floor: plain("floor"),
  Exp: plain("exp"),
  Log: plain("log"),
  Sin: plain("sin"),
  Cos: plain("cos"),
  Tanh: plain("tanh"),
  Sigmoid: plain("sigmoid"),
  Softplus: plain("softplus"),
  Less: plain("less"),
  Equal: plain("equal"),
  And: plain("multiply"),
  Or: fold("max"),
  Where: plain("select"),
  Sum: fold("add"),
  Max: fold("max"),
  Min: fold("min"),
  Pow: power,
  Clip: clipped,
  Cast: cast,
  Identity:
    () =>
    (_, x = 0) =>
      x,
  Dropout:
    () =>
    (_, x = 0) =>
      x,
  Not:
    () =>
    (map, x = 0) =>
      not(map, x),
  Greater:
    () =>
    (map, a = 0, b = 0) =>
      map.apply("less", b, a),
  Mean:
    () =>
    (map, ...args) =>
      scaled(
        map,
        args.reduce((sum, arg) => map.apply("add", sum, arg)),
        1 / args.length,
      ),
  Reciprocal:
    () =>
    (map, x = 0) =>
      map.apply("divide", map.constant(1), x),
  Relu:
    () =>
    (map, x = 0) =>
      positive(map, x),
  LeakyRelu:
    (node) =>
    (map, x = 0) =>
      map.apply("add", positive(map, x), scaled(map, negative(map, x), numberOf(node, "alpha", 0.01))),
  PRelu:
    () =>
    (map, x = 0, slope = 0) =>
      map.apply("add", positive(map, x), map.apply("multiply", slope, negative(map, x))),
  Elu:
    (node) =>
    (map, x = 0) =>
      map.apply("add", positive(map, x), scaled(map, below(map, x), numberOf(node, "alpha", 1))),
  Selu:
    (node) =>
    (map, x = 0) => {
      const [alpha, gamma] = [numberOf(node, "alpha", 1.6732632423543772), numberOf(node, "gamma", 1.0507009873554805)];
      return map.apply("add", scaled(map, positive(map, x), gamma), scaled(map, below(map, x), alpha * gamma));
    },
  HardSigmoid:
    (node) =>
    (map, x = 0) =>
      hardSigmoid(map, x, numberOf(node, "alpha", 0.2), numberOf(node, "beta", 0.5)),
  HardSwish:
    () =>
    (map, x = 0) =>
      map.apply("multiply", x, hardSigmoid(map, x, 1 / 6, 0.5)),
  Softsign:
    () =>
    (map, x = 0) =>
      map.apply("divide", x, map.apply("add", map.constant(1), map.apply("abs", x))),
};

/** Lowerings of all operators that are elementwise. */
export const elementwise: ReadonlyMap<string, LowerOperator> = new Map(
  Object.entries(tables).map(([operator, make]): [string, LowerOperator] => [
    operator,
    (node, context) => {
      const lanes = make(node, context);
      if (lanes === undefined) return false;
      const inputs = node.inputs.slice(0, arity[operator] ?? node.inputs.length);
      const [output = ""] = node.outputs;
      if (node.outputs.slice(1).some((name) => name !== "")) return false;
      context.define(
        output,
        combine(
          inputs.map((name) => context.pending(name, context.shape(output))),
          context.shape(output),
          lanes,
        ),
      );
      return true;
    },
  ]),
);

/** Operators some of whose inputs are not elements but settings. */
const arity: Readonly<Record<string, number>> = { Pow: 1, Clip: 1, Dropout: 1 };

/** One value of several, each with the places it reads. */
export function combine(args: readonly Pending[], shape: readonly number[], lanes: Lanes): Pending {
  return {
    shape,
    reads: args.flatMap(({ reads }) => reads),
    emit: (map, loaded) => {
      let from = 0;
      const values = args.map(({ reads, emit }) => {
        const own = loaded.slice(from, from + reads.length);
        from += reads.length;
        return emit(map, own);
      });
      return lanes(map, ...values);
    },
  };
}

/** Keras's activations: as operators of a graph, and as functions in the equations of a cell. */
import type { ValueName } from "../../graph/graph.ts";
import { unsupported } from "./refusals.ts";
import type { LayerName } from "./refusals.ts";
import { createSettings } from "./settings.ts";
import type { Settings } from "./settings.ts";
import type { KerasVersion } from "./topology.ts";
import { elementwise, onFeatures, operator, scalar } from "./values.ts";
import type { Building, Value } from "./values.ts";

export interface Activation {
  readonly operator: (graph: Building, x: ValueName) => ValueName;
  /** In equations; absent where they cannot say it. */
  readonly equation?: (v: string) => string;
  /** Reads the whole last axis. */
  readonly isVector?: boolean;
  /** Its equation says what it reads so often that this had better be a name. */
  readonly isLong?: boolean;
}

const called =
  (name: string) =>
  (v: string): string =>
    `${name}(${v})`;

const plain =
  (name: string, attributes: Readonly<Record<string, number | string>> = {}) =>
  (graph: Building, x: ValueName): ValueName =>
    operator(graph, name, [x], attributes);

const clip =
  (low: number, high: number) =>
  (graph: Building, x: ValueName): ValueName =>
    operator(graph, "Clip", [x, scalar(graph, low), scalar(graph, high)]);

/** Keras 3 has relu6(x + 3) / 6; Keras 1 and 2, and TF.js, have 0.2 x + 0.5, between 0 and 1. */
function hardSigmoid(version: KerasVersion): Activation {
  return version.major >= 3
    ? { operator: plain("HardSigmoid", { alpha: 1 / 6, beta: 0.5 }), equation: called("hard_sigmoid") }
    : { operator: plain("HardSigmoid", { alpha: 0.2, beta: 0.5 }), equation: called("hard_sigmoid_keras") };
}

const swish: Activation = {
  operator: (graph, x) => operator(graph, "Mul", [x, operator(graph, "Sigmoid", [x])]),
  equation: called("silu"),
};

const shrink = (bias: number, equation: (v: string) => string): Activation => ({
  operator: plain("Shrink", { bias, lambd: 0.5 }),
  equation,
  isLong: true,
});

/**
 * (v + |v| erf(|v| / √2)) / 2, with erf by Abramowitz and Stegun 7.1.26: 1 - (a₁ s + … + a₅ s⁵) exp(-v²/2) where s = 1 / (1 + p |v| / √2), which differs from it by at most 1.5e-7.
 */
function geluEquation(v: string): string {
  const s = `(1 / (1 + ${0.3275911 / Math.SQRT2} * abs(${v})))`;
  const series = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592]
    .map(String)
    .reduce((sum, next) => `(${next} + ${s} * ${sum})`);
  return `0.5 * (${v} + abs(${v}) * (1 - ${s} * ${series} * exp(-0.5 * square(${v}))))`;
}

const hardSilu: Activation = { operator: plain("HardSwish"), equation: (v) => `(${v}) * hard_sigmoid(${v})` };

const activations: Readonly<Record<string, Activation>> = {
  linear: { operator: (_, x) => x, equation: (v) => v },
  relu: { operator: plain("Relu"), equation: called("relu") },
  relu6: { operator: clip(0, 6), equation: (v) => `clamp(${v}, 0, 6)` },
  sigmoid: { operator: plain("Sigmoid"), equation: called("sigmoid") },
  tanh: { operator: plain("Tanh"), equation: called("tanh") },
  softmax: { operator: plain("Softmax", { axis: -1 }), equation: called("softmax"), isVector: true },
  log_softmax: { operator: plain("LogSoftmax", { axis: -1 }), equation: called("log_softmax"), isVector: true },
  softplus: { operator: plain("Softplus"), equation: called("softplus") },
  softsign: { operator: plain("Softsign"), equation: called("softsign") },
  elu: { operator: plain("Elu", { alpha: 1 }), equation: called("elu") },
  selu: { operator: plain("Selu"), equation: called("selu") },
  celu: { operator: plain("Celu", { alpha: 1 }), equation: called("elu") },
  exponential: { operator: plain("Exp"), equation: called("exp") },
  swish,
  silu: swish,
  hard_silu: hardSilu,
  hard_swish: hardSilu,
  // The language has the form with tanh, and Keras's is the one with erf.
  gelu: { operator: plain("Gelu", { approximate: "none" }), equation: geluEquation, isLong: true },
  gelu_new: { operator: plain("Gelu", { approximate: "tanh" }), equation: called("gelu") },
  mish: { operator: plain("Mish"), equation: called("mish") },
  leaky_relu: { operator: plain("LeakyRelu", { alpha: 0.2 }), equation: (v) => `leaky_relu(${v}, 0.2)` },
  hard_tanh: { operator: clip(-1, 1), equation: called("hard_tanh") },
  log_sigmoid: {
    operator: (graph, x) => operator(graph, "Neg", [operator(graph, "Softplus", [operator(graph, "Neg", [x])])]),
    equation: called("log_sigmoid"),
  },
  tanh_shrink: {
    operator: (graph, x) => operator(graph, "Sub", [x, operator(graph, "Tanh", [x])]),
    equation: (v) => `(${v}) - tanh(${v})`,
  },
  soft_shrink: shrink(0.5, (v) => `relu(${v} - 0.5) - relu(-0.5 - ${v})`),
  hard_shrink: shrink(0, (v) => `${v} * greater(abs(${v}), 0.5)`),
  squareplus: {
    operator: (graph, x) => {
      const square = operator(graph, "Mul", [x, x]);
      const root = operator(graph, "Sqrt", [operator(graph, "Add", [square, scalar(graph, 4)])]);
      return operator(graph, "Mul", [operator(graph, "Add", [x, root]), scalar(graph, 0.5)]);
    },
    equation: (v) => `0.5 * (${v} + sqrt(square(${v}) + 4))`,
    isLong: true,
  },
  // A parabola from -1 to 1 between the two halves of relu.
  sparse_plus: {
    operator: (graph, x) => {
      const inner = operator(graph, "Add", [clip(-1, 1)(graph, x), scalar(graph, 1)]);
      const square = operator(graph, "Mul", [operator(graph, "Mul", [inner, inner]), scalar(graph, 0.25)]);
      const above = operator(graph, "Relu", [operator(graph, "Sub", [x, scalar(graph, 1)])]);
      return operator(graph, "Add", [square, above]);
    },
    equation: (v) => `0.25 * square(clamp(${v}, -1, 1) + 1) + relu(${v} - 1)`,
    isLong: true,
  },
  sparse_sigmoid: {
    operator: plain("HardSigmoid", { alpha: 0.5, beta: 0.5 }),
    equation: (v) => `clamp(0.5 * (${v}) + 0.5, 0, 1)`,
  },
  square: { operator: (graph, x) => operator(graph, "Mul", [x, x]), equation: called("square") },
};

/** An operator with one number, which versions of Keras called differently. */
function sloped(name: string, keys: readonly string[], otherwise: number): (settings: Settings) => Activation {
  const called: Readonly<Record<string, string>> = { LeakyRelu: "leaky_relu", Elu: "elu" };
  return (settings) => {
    const key = keys.find((one) => settings.has(one)) ?? "";
    const alpha = settings.number(key, otherwise);
    const word = called[name];
    return {
      operator: plain(name, { alpha }),
      ...(word === undefined ? {} : { equation: (v: string) => `${word}(${v}, ${alpha})` }),
    };
  };
}

/** f(x) = most for x ≥ most, x for threshold ≤ x, slope (x - threshold) below. */
function relu(settings: Settings): Activation {
  const threshold = settings.number("threshold", 0);
  const slope = settings.number("negative_slope", 0);
  const most = settings.has("max_value") ? settings.number("max_value") : undefined;
  const isPlain = threshold === 0 && slope === 0;
  const bent = (graph: Building, x: ValueName): ValueName => {
    if (isPlain) return operator(graph, "Relu", [x]);
    const limit = scalar(graph, threshold);
    const below = operator(graph, "Mul", [operator(graph, "Sub", [x, limit]), scalar(graph, slope)]);
    return operator(graph, "Where", [operator(graph, "GreaterOrEqual", [x, limit]), x, below]);
  };
  const written = (v: string): string =>
    isPlain ? `relu(${v})` : `where(greater_equal(${v}, ${threshold}), ${v}, ${slope} * (${v} - ${threshold}))`;
  return {
    operator: (graph, x) =>
      most === undefined ? bent(graph, x) : operator(graph, "Min", [bent(graph, x), scalar(graph, most)]),
    equation: (v) => (most === undefined ? written(v) : `min(${written(v)}, ${most})`),
    isLong: !isPlain,
  };
}

/** Layers that are activations with settings of their own, which may also stand where an activation is named. */
export const activationLayers: Readonly<Record<string, (settings: Settings) => Activation>> = {
  ReLU: relu,
  LeakyReLU: sloped("LeakyRelu", ["negative_slope", "alpha"], 0.3),
  ELU: sloped("Elu", ["alpha"], 1),
  ThresholdedReLU: sloped("ThresholdedRelu", ["theta"], 1),
};

/** An activation as a setting has it: a text, nothing for none, an object that tells a text, or a layer that is an activation. */
function activationOf(
  settings: Settings,
  key: string,
  { version, otherwise }: { readonly version: KerasVersion; readonly otherwise: string },
): Activation {
  const { layer } = settings;
  const value = settings.raw(key);
  if (value === undefined) return find(layer, otherwise, version);
  if (value === null) return find(layer, "linear", version);
  if (typeof value === "string") return find(layer, value, version);
  const { class_name: className, config } = value as { readonly class_name?: unknown; readonly config?: unknown };
  if (className === "function" && typeof config === "string") return find(layer, config, version);
  const make =
    typeof className === "string" && Object.hasOwn(activationLayers, className)
      ? activationLayers[className]
      : undefined;
  if (make === undefined || typeof config !== "object" || config === null || Array.isArray(config))
    return settings.refuse(key, "an activation of a class of its own");
  const own = createSettings(layer, config as Readonly<Record<string, unknown>>);
  const made = make(own);
  own.refuseOthers();
  return made;
}

function find(layer: LayerName, name: string, version: KerasVersion): Activation {
  if (name === "hard_sigmoid") return hardSigmoid(version);
  const found = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (found === undefined) throw unsupported(layer, `the activation ${JSON.stringify(name)}`);
  return found;
}

/** A value through an activation. */
export function applyActivation(
  graph: Building,
  value: Value,
  { operator: apply, isVector }: Pick<Activation, "operator" | "isVector">,
): Value {
  return isVector === true
    ? onFeatures(graph, value, (x) => apply(graph, x))
    : elementwise(graph, value, (x) => apply(graph, x));
}

/** The activation of this name. Throws `keras/unsupported`. */
export function namedActivation({ layer, version }: Building, name: string): Activation {
  return find(layer, name, version);
}

/** The operators of the activation that a setting names. */
export function activationOperator(
  settings: Settings,
  key: string,
  options: { readonly version: KerasVersion; readonly otherwise: string },
): (graph: Building, x: ValueName) => ValueName {
  return activationOf(settings, key, options).operator;
}

/** A value through the activation that a layer's setting names. */
export function activate(graph: Building, value: Value, settings: Settings): Value {
  const activation = activationOf(settings, "activation", { version: graph.version, otherwise: "linear" });
  return activation === activations["linear"] ? value : applyActivation(graph, value, activation);
}

/** A line of equations that gives this name to what the activation makes of an argument; before it a line for the argument, where it is said often. */
export function lineOf(
  settings: Settings,
  key: string,
  {
    name,
    of,
    version,
    otherwise,
    times = "",
  }: {
    readonly name: string;
    readonly of: string;
    readonly version: KerasVersion;
    readonly otherwise: string;
    /** What its value is multiplied with. */
    readonly times?: string;
  },
): string {
  const { equation, isLong } = activationOf(settings, key, { version, otherwise });
  if (equation === undefined) return settings.refuse(key, "an activation that equations cannot say");
  const isNamed = isLong !== true || /^\w+'?$/.test(of);
  const inner = isNamed ? of : `${name.replace("'", "")}_in`;
  const value = equation(inner);
  const right = times === "" ? value : / [-+] /.test(value) ? `${times} * (${value})` : `${times} * ${value}`;
  return [...(isNamed ? [] : [`${inner} = ${of}`]), `${name} = ${right}`].join("\n");
}

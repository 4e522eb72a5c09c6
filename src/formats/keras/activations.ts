/** Keras's activations: as operators of a graph, and as functions in the equations of a cell. */
import type { ValueName } from "../../graph/graph.ts";
import { unsupported } from "./refusals.ts";
import type { LayerName } from "./refusals.ts";
import type { Settings } from "./settings.ts";
import type { KerasVersion } from "./topology.ts";
import { elementwise, onFeatures, operator, scalar } from "./values.ts";
import type { Building, Value } from "./values.ts";

interface Activation {
  readonly operator: (graph: Building, x: ValueName) => ValueName;
  /** In equations; absent where the language has no such function. */
  readonly equation?: (v: string) => string;
  /** Reads the whole last axis. */
  readonly isVector?: boolean;
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
  gelu: { operator: plain("Gelu", { approximate: "none" }) },
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
  square: { operator: (graph, x) => operator(graph, "Mul", [x, x]), equation: called("square") },
};

/** The name of an activation as settings have it: a text, nothing for none, or an object that tells a text. */
function nameOfActivation(settings: Settings, key: string, otherwise: string): string {
  const value = settings.raw(key);
  if (value === undefined) return otherwise;
  if (value === null) return "linear";
  if (typeof value === "string") return value;
  const { class_name: className, config } = value as { readonly class_name?: unknown; readonly config?: unknown };
  if (className === "function" && typeof config === "string") return config;
  return settings.refuse(key, "an activation of a class of its own");
}

function find(layer: LayerName, name: string, version: KerasVersion): Activation {
  if (name === "hard_sigmoid") return hardSigmoid(version);
  const found = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (found === undefined) throw unsupported(layer, `the activation ${JSON.stringify(name)}`);
  return found;
}

/** A value through the activation of this name. */
export function applyActivation(graph: Building, value: Value, name: string): Value {
  if (name === "linear") return value;
  const { operator: apply, isVector } = find(graph.layer, name, graph.version);
  return isVector === true
    ? onFeatures(graph, value, (x) => apply(graph, x))
    : elementwise(graph, value, (x) => apply(graph, x));
}

/** The operators of the activation that a setting names. */
export function activationOperator(
  settings: Settings,
  key: string,
  { version, otherwise }: { readonly version: KerasVersion; readonly otherwise: string },
): (graph: Building, x: ValueName) => ValueName {
  return find(settings.layer, nameOfActivation(settings, key, otherwise), version).operator;
}

/** A value through the activation that a layer's setting names. */
export function activate(graph: Building, value: Value, settings: Settings): Value {
  return applyActivation(graph, value, nameOfActivation(settings, "activation", "linear"));
}

/** The activation that a setting names, as it is written in equations. */
export function equationOf(
  settings: Settings,
  key: string,
  { version, otherwise }: { readonly version: KerasVersion; readonly otherwise: string },
): (v: string) => string {
  const name = nameOfActivation(settings, key, otherwise);
  const { equation } = find(settings.layer, name, version);
  if (equation === undefined)
    throw unsupported(settings.layer, `the activation ${JSON.stringify(name)} in a recurrent cell`);
  return equation;
}

/** Layers that read each step by itself: dense, embedding, activations, and those that only do something in training. */
import type { ValueName } from "../../../graph/graph.ts";
import { known } from "../../../util/errors.ts";
import { activate, activationLayers, applyActivation } from "../activations.ts";
import type { Activation } from "../activations.ts";
import { listed } from "../layer-kind.ts";
import type { LayerKind } from "../layer-kind.ts";
import type { Settings } from "../settings.ts";
import {
  axisOf,
  checkRank,
  fixedSize,
  fixSize,
  integers,
  nameOf,
  onFeatures,
  only,
  operator,
  scalar,
  valueOf,
  weight,
} from "../values.ts";
import type { Building, Value } from "../values.ts";

const dense: LayerKind = {
  weights: (settings, version) =>
    version.major === 1
      ? listed("W", settings.flag("use_bias", true) && "b")
      : listed("kernel", settings.flag("use_bias", true) && "bias"),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    const units = settings.size("units");
    const features = fixSize(graph, value, -1);
    const [kernel, bias] = graph.version.major === 1 ? (["W", "b"] as const) : (["kernel", "bias"] as const);
    const name = (what: string): string => `${graph.layer.name}/${what}`;
    const weights = weight(graph, name("kernel"), () => call.tensor(kernel, [features, units]));
    const apply = (x: string): string => {
      const product = operator(graph, "MatMul", [x, weights]);
      if (!call.has(bias)) return product;
      return operator(graph, "Add", [product, weight(graph, name("bias"), () => call.tensor(bias, [units]))]);
    };
    return [activate(graph, onFeatures(graph, value, apply, fixedSize(units)), settings)];
  },
};

const embedding: LayerKind = {
  weights: (_, version) => listed(version.major === 1 ? "W" : "embeddings"),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    const rows = settings.size("input_dim");
    const size = settings.size("output_dim");
    const table = weight(graph, `${graph.layer.name}/embeddings`, () =>
      call.tensor(graph.version.major === 1 ? "W" : "embeddings", [rows, size]),
    );
    const tokens =
      value.type === "int32" ? nameOf(graph, value) : operator(graph, "Cast", [nameOf(graph, value)], { to: "int32" });
    const name = operator(graph, "Gather", [table, tokens], { axis: 0 });
    const mask = settings.flag("mask_zero", false) ? maskOfTokens(graph, value, tokens) : undefined;
    return [valueOf(name, [...value.shape, fixedSize(size)], { mask })];
  },
};

/** Token 0 is no token. */
function maskOfTokens(graph: Building, value: Value, tokens: string): Value {
  const zero = graph.builder.constant({ type: "int32", shape: [], data: Int32Array.of(0) });
  const name = operator(graph, "Not", [operator(graph, "Equal", [tokens, zero])]);
  return valueOf(name, value.shape, { type: "bool" });
}

/** A step counts unless all its features are this number; those that do not count become zeros. */
const masking: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    checkRank(graph, value, [3]);
    const padding = scalar(graph, settings.number("mask_value", 0));
    const isSame = operator(graph, "Equal", [nameOf(graph, value), padding]);
    const differs = operator(graph, "Cast", [operator(graph, "Not", [isSame])], { to: "float32" });
    const marks = operator(graph, "ReduceMax", [differs, integers(graph, [-1])], { keepdims: 1 });
    const flat = operator(graph, "Squeeze", [marks, integers(graph, [-1])]);
    const mask = valueOf(operator(graph, "Cast", [flat], { to: "bool" }), value.shape.slice(0, 2), { type: "bool" });
    return [valueOf(operator(graph, "Mul", [nameOf(graph, value), marks]), value.shape, { mask })];
  },
};

/** What only training knows. */
const identity = (...settings: readonly string[]): LayerKind => ({
  call: (call) => {
    for (const key of settings) call.settings.raw(key);
    return [only(call.graph, call.inputs)];
  },
});

/** A layer that is an activation with settings of its own. */
const activationKind = (make: (settings: Settings) => Activation): LayerKind => ({
  call: ({ graph, settings, inputs }) => [applyActivation(graph, only(graph, inputs), make(settings))],
});

const prelu: LayerKind = {
  weights: () => listed("alpha"),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    const given = settings.raw("shared_axes");
    const shared = Array.isArray(given) ? given.map((axis) => axisOf(value, Number(axis))) : [];
    const shape = value.shape.slice(1).map((_, at) => (shared.includes(at + 1) ? 1 : fixSize(graph, value, at + 1)));
    const slope = weight(graph, `${graph.layer.name}/alpha`, () => call.tensor("alpha", shape));
    return [valueOf(operator(graph, "PRelu", [nameOf(graph, value), slope]), value.shape, { mask: value.mask })];
  },
};

/** Numbers that a mask of their own shape leaves out have no share. */
const softmax: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    const { mask, shape } = value;
    if (mask === undefined || mask.shape.length !== shape.length) return [softmaxOf(graph, value, settings)];
    const choose = (name: ValueName, otherwise: number): ValueName =>
      operator(graph, "Where", [nameOf(graph, mask), name, scalar(graph, otherwise)]);
    const shares = softmaxOf(graph, valueOf(choose(nameOf(graph, value), -1e9), shape), settings);
    return [valueOf(choose(nameOf(graph, shares), 0), shape, { mask })];
  },
};

function softmaxOf(graph: Building, value: Value, settings: Settings): Value {
  const list = settings.raw("axis");
  const axis = Array.isArray(list) && list.length === 1 ? Number(list[0]) : settings.whole("axis", -1);
  if (axisOf(value, axis) === value.shape.length - 1)
    return onFeatures(graph, value, (x) => operator(graph, "Softmax", [x], { axis: -1 }));
  const name = operator(graph, "Softmax", [nameOf(graph, value)], { axis: axisOf(value, axis) });
  return valueOf(name, value.shape, { mask: value.mask });
}

/** A layer that does the same at each step, which lies beside the batch while it does. */
const timeDistributed: LayerKind = {
  children: (layer) => {
    const inner = layer.children.get("layer");
    return inner === undefined ? [] : [{ layer: inner, path: "layer" }];
  },
  call: (call) => {
    const { graph, layer, settings } = call;
    settings.raw("layer");
    const value = only(graph, call.inputs);
    const inner = known(layer.children.get("layer"), "the layer that is distributed");
    const { mask } = value;
    const withMask = (output: Value): Value => ({ ...output, mask });
    if (eachFeatureVector.has(inner.className)) return call.inner(inner, [value]).map(withMask);
    const [batch, steps, ...others] = value.shape;
    const flat = operator(graph, "Reshape", [nameOf(graph, value), joined(graph, nameOf(graph, value))]);
    const rows = known(batch, "the batch");
    return call.inner(inner, [valueOf(flat, [rows, ...others], { type: value.type })]).map((output) => {
      const name = operator(graph, "Reshape", [
        nameOf(graph, output),
        parted(graph, nameOf(graph, value), nameOf(graph, output)),
      ]);
      return withMask(
        valueOf(name, [rows, known(steps, "the steps"), ...output.shape.slice(1)], { type: output.type }),
      );
    });
  },
};

/** Layers that read the last axis alone: distributing them changes nothing. */
const eachFeatureVector: ReadonlySet<string> = new Set(["Dense", "Activation", "Dropout", "LeakyReLU", "ELU", "ReLU"]);

/** `[batch × steps, …]` of the shape of a value. */
function joined(graph: Building, value: string): string {
  const rest = operator(graph, "Shape", [value], { start: 2 });
  return operator(graph, "Concat", [integers(graph, [-1]), rest], { axis: 0 });
}

/** `[batch, steps, …]` of a value's first two sizes and the others of what became of it. */
function parted(graph: Building, value: string, output: string): string {
  const first = operator(graph, "Shape", [value], { start: 0, end: 2 });
  return operator(graph, "Concat", [first, operator(graph, "Shape", [output], { start: 1 })], { axis: 0 });
}

export const coreLayers: Readonly<Record<string, LayerKind>> = {
  Dense: dense,
  Embedding: embedding,
  Masking: masking,
  Activation: { call: ({ graph, settings, inputs }) => [activate(graph, only(graph, inputs), settings)] },
  Dropout: identity("rate"),
  SpatialDropout1D: identity("rate", "data_format"),
  SpatialDropout2D: identity("rate", "data_format"),
  AlphaDropout: identity("rate"),
  GaussianDropout: identity("rate"),
  GaussianNoise: identity("stddev"),
  ActivityRegularization: identity("l1", "l2"),
  Identity: identity(),
  ...Object.fromEntries(Object.entries(activationLayers).map(([name, make]) => [name, activationKind(make)])),
  PReLU: prelu,
  Softmax: softmax,
  TimeDistributed: timeDistributed,
};

/** Normalisations, with the statistics that training left. */
import type { ValueName } from "../../../graph/graph.ts";
import { known } from "../../../util/errors.ts";
import { listed } from "../layer-kind.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import type { Settings } from "../settings.ts";
import {
  axisOf,
  elementwise,
  fixSize,
  integers,
  nameOf,
  numbers,
  onFeatures,
  only,
  operator,
  scalar,
  valueOf,
  weight,
} from "../values.ts";
import type { Building, Layout, Value } from "../values.ts";
import { normalised } from "./merge.ts";

/** The one axis of a setting that may be a list of one. */
function oneAxis(settings: Settings, value: Value): number {
  const given = settings.raw("axis");
  if (Array.isArray(given) && given.length === 1) return axisOf(value, Number(given[0]));
  if (Array.isArray(given)) return settings.refuse("axis");
  return axisOf(value, settings.whole("axis", -1));
}

/** x a + b with numbers a and b for each place along an axis. */
function scaleAlong(
  graph: Building,
  value: Value,
  { axis, scale, shift }: { readonly axis: number; readonly scale: Float32Array; readonly shift: Float32Array },
): Value {
  const rank = value.shape.length;
  const isLast = axis === rank - 1;
  // Features that come second are broadcast over the axes behind them.
  const apply = (x: ValueName, layout: Layout): ValueName => {
    const behind = isLast ? (layout === "channels" ? rank - 2 : 0) : rank - 1 - axis;
    const shape = [scale.length, ...Array.from({ length: behind }, () => 1)];
    const product = operator(graph, "Mul", [x, numbers(graph, scale, shape)]);
    return operator(graph, "Add", [product, numbers(graph, shift, shape)]);
  };
  if (isLast) return elementwise(graph, value, apply);
  return valueOf(apply(nameOf(graph, value), "keras"), value.shape, { mask: value.mask });
}

function vectorOf(
  call: CallOfLayer,
  name: string,
  { size, otherwise }: { readonly size: number; readonly otherwise: number },
): Float32Array {
  if (!call.has(name)) return new Float32Array(size).fill(otherwise);
  return Float32Array.from(call.tensor(name, [size]).data as Float32Array);
}

/** γ (x - mean) / sqrt(variance + ε) + β, as one product and one sum. */
const batchNormalisation: LayerKind = {
  weights: (settings, version) =>
    listed(
      (version.major === 1 || settings.flag("scale", true)) && "gamma",
      (version.major === 1 || settings.flag("center", true)) && "beta",
      { name: "moving_mean", isTrainable: false },
      { name: "moving_variance", isTrainable: false },
    ),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    if (graph.version.major === 1) settings.refuse("name", "normalisation of Keras 1");
    if (settings.flag("renorm", false)) settings.refuse("renorm");
    const axis = oneAxis(settings, value);
    const size = fixSize(graph, value, axis);
    const epsilon = settings.number("epsilon", 1e-3);
    const [gamma, beta, mean, variance] = (
      [
        ["gamma", 1],
        ["beta", 0],
        ["moving_mean", 0],
        ["moving_variance", 1],
      ] as const
    ).map(([name, otherwise]) => vectorOf(call, name, { size, otherwise }));
    const scale = Float64Array.from(
      { length: size },
      (_, at) => (gamma?.[at] ?? 1) / Math.sqrt((variance?.[at] ?? 1) + epsilon),
    );
    const shift = Float64Array.from(scale, (one, at) => (beta?.[at] ?? 0) - (mean?.[at] ?? 0) * one);
    return [scaleAlong(graph, value, { axis, scale: Float32Array.from(scale), shift: Float32Array.from(shift) })];
  },
};

const layerNormalisation: LayerKind = {
  weights: (settings) => listed(settings.flag("scale", true) && "gamma", settings.flag("center", true) && "beta"),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    if (settings.flag("rms_scaling", false)) settings.refuse("rms_scaling");
    const given = settings.raw("axis");
    const axes = (Array.isArray(given) ? given.map(Number) : [settings.whole("axis", -1)])
      .map((axis) => axisOf(value, axis))
      .toSorted((a, b) => a - b);
    const first = known(axes[0], "an axis");
    if (axes.some((axis, at) => axis !== first + at) || first + axes.length !== value.shape.length)
      return settings.refuse("axis", "other axes than the last ones");
    const sizes = axes.map((axis) => fixSize(graph, value, axis));
    const count = sizes.reduce((all, size) => all * size, 1);
    if (count > 2 ** 24) settings.refuse("axis", `${count} numbers together`);
    const name = (what: string): string => `${graph.layer.name}/${what}`;
    const gamma = call.has("gamma")
      ? weight(graph, name("gamma"), () => call.tensor("gamma", sizes))
      : numbers(graph, new Float32Array(count).fill(1), sizes);
    const beta = call.has("beta") ? [weight(graph, name("beta"), () => call.tensor("beta", sizes))] : [];
    const attributes = { axis: -axes.length, epsilon: settings.number("epsilon", 1e-3) };
    const apply = (x: ValueName): ValueName => operator(graph, "LayerNormalization", [x, gamma, ...beta], attributes);
    if (axes.length === 1) return [onFeatures(graph, value, apply)];
    return [valueOf(apply(nameOf(graph, value)), value.shape, { mask: value.mask })];
  },
};

/** x / sqrt(mean of x² + ε), scaled; a mask does not outlast it. */
const rmsNormalisation: LayerKind = {
  weights: () => listed("scale"),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    if (oneAxis(settings, value) !== value.shape.length - 1) settings.refuse("axis", "another axis than the last");
    const size = fixSize(graph, value, -1);
    const scale = weight(graph, `${graph.layer.name}/scale`, () => call.tensor("scale", [size]));
    const attributes = { axis: -1, epsilon: settings.number("epsilon", 1e-6) };
    const output = onFeatures(graph, value, (x) => operator(graph, "RMSNormalization", [x, scale], attributes));
    return [{ ...output, mask: undefined }];
  },
};

/** Vectors along an axis over their lengths. */
const unitNormalisation: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    const axis = oneAxis(settings, value);
    if (axis === value.shape.length - 1) return [onFeatures(graph, value, (x) => normalised(graph, x, -1))];
    return [valueOf(normalised(graph, nameOf(graph, value), axis), value.shape, { mask: value.mask })];
  },
};

/** Numbers that a setting holds: one, or a list of them in brackets of any depth. */
function listOf(value: unknown): readonly number[] | undefined {
  if (typeof value === "number") return [value];
  if (!Array.isArray(value)) return undefined;
  const flat: readonly unknown[] = value.flat(8);
  return flat.every((one) => typeof one === "number") ? flat : undefined;
}

/** (x - mean) / max(sqrt(variance), 1e-7), with statistics that were set, or found and stored as weights. */
const normalisation: LayerKind = {
  weights: (settings) =>
    settings.has("mean") ? [] : ["mean", "variance", "count"].map((name) => ({ name, isTrainable: false })),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    const isScalar =
      settings.raw("axis") === null ||
      (Array.isArray(settings.raw("axis")) && (settings.raw("axis") as unknown[]).length === 0);
    const axis = isScalar ? value.shape.length - 1 : oneAxis(settings, value);
    const size = fixSize(graph, value, axis);
    const stored = (name: string): readonly number[] =>
      settings.has(name)
        ? (listOf(settings.raw(name)) ?? settings.refuse(name))
        : Array.from(call.tensor(name, isScalar ? [] : [size]).data as Float32Array);
    const mean = spread(settings, "mean", { list: stored("mean"), size });
    const variance = spread(settings, "variance", { list: stored("variance"), size });
    const deviation = variance.map((one) => Math.max(Math.sqrt(one), 1e-7));
    const isInverse = settings.flag("invert", false);
    const scale = deviation.map((one) => (isInverse ? one : 1 / one));
    const shift = scale.map((one, at) => (isInverse ? (mean[at] ?? 0) : -(mean[at] ?? 0) * one));
    return [scaleAlong(graph, value, { axis, scale: Float32Array.from(scale), shift: Float32Array.from(shift) })];
  },
};

function spread(
  settings: Settings,
  key: string,
  { list, size }: { readonly list: readonly number[]; readonly size: number },
): readonly number[] {
  if (list.length === size) return list;
  return list.length === 1 ? Array.from({ length: size }, () => known(list[0], key)) : settings.refuse(key);
}

const rescaling: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    const scale = scalar(graph, settings.number("scale"));
    const offset = scalar(graph, settings.number("offset", 0));
    return [elementwise(graph, value, (x) => operator(graph, "Add", [operator(graph, "Mul", [x, scale]), offset]))];
  },
};

/** Groups of neighbouring features, normalised over all places of a member together. */
const groupNormalisation: LayerKind = {
  weights: (settings) => listed(settings.flag("scale", true) && "gamma", settings.flag("center", true) && "beta"),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    const axis = oneAxis(settings, value);
    if (axis !== value.shape.length - 1) settings.refuse("axis", "another axis than the last");
    const size = fixSize(graph, value, axis);
    const given = settings.whole("groups", 32);
    const groups = given === -1 ? size : given;
    if (groups < 1 || size % groups !== 0) settings.refuse("groups");
    const name = nameOf(graph, value, "channels");
    // [batch, groups, everything else].
    const parted = operator(graph, "Reshape", [name, integers(graph, [0, groups, -1])]);
    const epsilon = scalar(graph, settings.number("epsilon", 1e-3));
    const mean = operator(graph, "ReduceMean", [parted, integers(graph, [2])], { keepdims: 1 });
    const centred = operator(graph, "Sub", [parted, mean]);
    const squares = operator(graph, "Mul", [centred, centred]);
    const variance = operator(graph, "ReduceMean", [squares, integers(graph, [2])], { keepdims: 1 });
    const normal = operator(graph, "Div", [
      centred,
      operator(graph, "Sqrt", [operator(graph, "Add", [variance, epsilon])]),
    ]);
    const back = operator(graph, "Reshape", [normal, operator(graph, "Shape", [name])]);
    const whole = valueOf(back, value.shape, { layout: "channels", mask: value.mask });
    const scale = vectorOf(call, "gamma", { size, otherwise: 1 });
    return [scaleAlong(graph, whole, { axis, scale, shift: vectorOf(call, "beta", { size, otherwise: 0 }) })];
  },
};

export const normaliseLayers: Readonly<Record<string, LayerKind>> = {
  BatchNormalization: batchNormalisation,
  LayerNormalization: layerNormalisation,
  GroupNormalization: groupNormalisation,
  RMSNormalization: rmsNormalisation,
  UnitNormalization: unitNormalisation,
  Normalization: normalisation,
  Rescaling: rescaling,
};

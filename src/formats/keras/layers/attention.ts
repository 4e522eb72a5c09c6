/** Attention: values mixed by how well their keys fit a query. */
import type { ValueName } from "../../../graph/graph.ts";
import { integerTensor } from "../../../graph/tensors.ts";
import { known } from "../../../util/errors.ts";
import { listed } from "../layer-kind.ts";
import type { CallOfLayer, LayerKind, NamedArgument, WeightSpec } from "../layer-kind.ts";
import { unsupported } from "../refusals.ts";
import { isSince } from "../topology.ts";
import { checkRank, fixedSize, fixSize, integers, nameOf, operator, scalar, valueOf, weight } from "../values.ts";
import type { Building, Value } from "../values.ts";
import { placesOf, valuesOf } from "./recurrent.ts";

/** What is taken from the score of a row that does not count. */
const far = 1e9;

/** Query `[batch, T, D]`, value and key `[batch, S, …]`, and the masks of all of them. */
interface Roles {
  readonly query: Value;
  readonly value: Value;
  readonly key: Value;
  readonly queryMask: Value | undefined;
  readonly valueMask: Value | undefined;
}

function rolesOf(call: CallOfLayer): Roles {
  const { graph } = call;
  const named = (key: string): Value | undefined => valuesOf(call.named.get(key))[0];
  const [first, second, third] = call.inputs;
  const query = first ?? named("query");
  const value = second ?? named("value");
  const key = third ?? named("key") ?? value;
  if (query === undefined || value === undefined || key === undefined)
    throw unsupported(graph.layer, "attention without a query and a value");
  for (const one of [query, value, key]) checkRank(graph, one, [3]);
  const masks = call.named.get("mask");
  const [queryMask, valueMask] = placesOf(masks);
  return {
    query,
    value,
    key,
    queryMask: queryMask ?? named("query_mask") ?? query.mask,
    valueMask: valueMask ?? named("value_mask") ?? value.mask,
  };
}

function isTrue(argument: NamedArgument | undefined): boolean {
  return argument !== undefined && "constant" in argument && argument.constant === true;
}

/** float32 `[1, T, S]`, or more axes before: 1 where row s lies after row t. */
function later(graph: Building, scores: ValueName): ValueName {
  const shape = operator(graph, "Shape", [scores], { start: -2 });
  const ones = operator(graph, "Expand", [scalar(graph, 1), shape]);
  // Above the diagonal.
  return operator(graph, "Trilu", [ones, graph.builder.constant(integerTensor(1))], { upper: 1 });
}

/** float32, 1 where a mask is not true; `axes` are put into its shape. */
function missing(graph: Building, mask: Value, axes: readonly number[]): ValueName {
  const marks = operator(graph, "Cast", [operator(graph, "Not", [nameOf(graph, mask)])], { to: "float32" });
  return operator(graph, "Unsqueeze", [marks, integers(graph, axes)]);
}

function farOff(graph: Building, scores: ValueName, marks: ValueName): ValueName {
  return operator(graph, "Sub", [scores, operator(graph, "Mul", [marks, scalar(graph, far)])]);
}

/** The output `[batch, T, value size]` of scores `[batch, T, S]`, and the weights where they are asked for. */
function attend(call: CallOfLayer, roles: Roles, plain: ValueName): readonly Value[] {
  const { graph, settings, named } = call;
  const isCausal = settings.flag("causal", false) || isTrue(named.get("use_causal_mask"));
  const { valueMask, queryMask, value, query } = roles;
  let scores = plain;
  if (valueMask !== undefined) scores = farOff(graph, scores, missing(graph, valueMask, [1]));
  if (isCausal) scores = farOff(graph, scores, later(graph, plain));
  const weights = operator(graph, "Softmax", [scores], { axis: -1 });
  const mixed = operator(graph, "MatMul", [weights, nameOf(graph, value)]);
  const name = queryMask === undefined ? mixed : operator(graph, "Mul", [mixed, present(graph, queryMask)]);
  const [batch, steps] = query.shape;
  const shape = [known(batch, "the batch"), known(steps, "the steps")];
  // Until 3.4 a list of inputs had no mask.
  const { version } = graph;
  const mask = isSince(version, 3) && !isSince(version, 3, 4) && !named.has("mask") ? undefined : queryMask;
  const output = valueOf(name, [...shape, known(value.shape[2], "the features")], { mask });
  const all = valueOf(weights, [...shape, known(value.shape[1], "the steps")]);
  return isTrue(named.get("return_attention_scores")) ? [output, all] : [output];
}

/** float32 `[batch, T, 1]`, 1 where a mask is true. */
function present(graph: Building, mask: Value): ValueName {
  const marks = operator(graph, "Cast", [nameOf(graph, mask)], { to: "float32" });
  return operator(graph, "Unsqueeze", [marks, integers(graph, [2])]);
}

/** `[batch, T, S, D]`: each query plus each key, squashed. */
function sums(graph: Building, { query, key }: Roles, scale: ValueName | undefined): ValueName {
  const rows = operator(graph, "Unsqueeze", [nameOf(graph, query), integers(graph, [2])]);
  const columns = operator(graph, "Unsqueeze", [nameOf(graph, key), integers(graph, [1])]);
  const all = operator(graph, "Add", [rows, columns]);
  return operator(graph, "Tanh", [scale === undefined ? all : operator(graph, "Mul", [scale, all])]);
}

function sumOfFeatures(graph: Building, name: ValueName): ValueName {
  return operator(graph, "ReduceSum", [name, integers(graph, [-1])], { keepdims: 0 });
}

/** score = scale q·k, or w Σ tanh(scale (q + k)). */
const attention: LayerKind = {
  weights: (settings) =>
    listed(
      settings.flag("use_scale", false) && "scale",
      settings.text("score_mode", "dot") === "concat" && "concat_score_weight",
    ),
  call: (call) => {
    const { graph, settings } = call;
    const roles = rolesOf(call);
    const constant = (name: string): ValueName | undefined =>
      call.has(name) ? weight(graph, `${graph.layer.name}/${name}`, () => call.tensor(name, [])) : undefined;
    const scale = constant("scale");
    const together = constant("concat_score_weight");
    if (together !== undefined)
      return attend(call, roles, operator(graph, "Mul", [sumOfFeatures(graph, sums(graph, roles, scale)), together]));
    if (settings.text("score_mode", "dot") !== "dot") settings.refuse("score_mode");
    const turned = operator(graph, "Transpose", [nameOf(graph, roles.key)], { perm: [0, 2, 1] });
    const product = operator(graph, "MatMul", [nameOf(graph, roles.query), turned]);
    return attend(call, roles, scale === undefined ? product : operator(graph, "Mul", [product, scale]));
  },
};

/** score = Σ scale tanh(q + k) over the features. */
const additiveAttention: LayerKind = {
  weights: (settings) => listed(settings.flag("use_scale", true) && "scale"),
  call: (call) => {
    const { graph, settings } = call;
    settings.raw("score_mode");
    const roles = rolesOf(call);
    const all = sums(graph, roles, undefined);
    if (!call.has("scale")) return attend(call, roles, sumOfFeatures(graph, all));
    const size = fixSize(graph, roles.query, -1);
    const scale = weight(graph, `${graph.layer.name}/scale`, () => call.tensor("scale", [size]));
    return attend(call, roles, sumOfFeatures(graph, operator(graph, "Mul", [all, scale])));
  },
};

const parts = ["query", "key", "value", "output"] as const;

interface Heads {
  readonly count: number;
  readonly size: number;
}

/** `[batch, heads, steps, size]` of `[batch, steps, features]`. */
function projected(
  call: CallOfLayer,
  part: (typeof parts)[number],
  { value, heads }: { readonly value: Value; readonly heads: Heads },
): ValueName {
  const { graph } = call;
  const { count, size } = heads;
  const features = fixSize(graph, value, -1);
  const name = (what: string): string => `${graph.layer.name}/${part}_${what}`;
  const kernel = weight(graph, name("kernel"), () => ({
    ...call.tensor(`${part}_kernel`, [features, count, size]),
    shape: [features, count * size],
  }));
  const product = operator(graph, "MatMul", [nameOf(graph, value), kernel]);
  const bias = (): ValueName =>
    weight(graph, name("bias"), () => ({ ...call.tensor(`${part}_bias`, [count, size]), shape: [count * size] }));
  const whole = call.has(`${part}_bias`) ? operator(graph, "Add", [product, bias()]) : product;
  const split = operator(graph, "Reshape", [whole, integers(graph, [0, 0, count, size])]);
  return operator(graph, "Transpose", [split], { perm: [0, 2, 1, 3] });
}

const multiHeadAttention: LayerKind = {
  weights: (settings) =>
    parts.flatMap((part): readonly WeightSpec[] =>
      listed(`${part}_kernel`, settings.flag("use_bias", true) && `${part}_bias`).map(({ name }) => ({
        name,
        places: [`${part}_dense`, `_${part}_dense`],
      })),
    ),
  call: (call) => {
    const { graph, settings, named } = call;
    // Said again by the shapes of weights.
    for (const key of ["query_shape", "key_shape", "value_shape", "dropout"]) settings.raw(key);
    const axes = settings.raw("attention_axes") ?? undefined;
    if (axes !== undefined && JSON.stringify(axes) !== "[1]" && axes !== 1) settings.refuse("attention_axes");
    const roles = rolesOf(call);
    const count = settings.size("num_heads");
    const size = settings.size("key_dim");
    const valueSize = settings.has("value_dim") ? settings.size("value_dim") : size;
    if (count < 1 || size < 1 || valueSize < 1) settings.refuse("num_heads");
    const query = projected(call, "query", { value: roles.query, heads: { count, size } });
    const key = projected(call, "key", { value: roles.key, heads: { count, size } });
    const value = projected(call, "value", { value: roles.value, heads: { count, size: valueSize } });
    const scaled = operator(graph, "Mul", [query, scalar(graph, 1 / Math.sqrt(size))]);
    const turned = operator(graph, "Transpose", [key], { perm: [0, 1, 3, 2] });
    const scores = maskedScores(call, roles, operator(graph, "MatMul", [scaled, turned]));
    const weights = operator(graph, "Softmax", [scores], { axis: -1 });
    const mixed = operator(graph, "Transpose", [operator(graph, "MatMul", [weights, value])], { perm: [0, 2, 1, 3] });
    const flat = operator(graph, "Reshape", [mixed, integers(graph, [0, 0, count * valueSize])]);
    const output = projectBack(call, { flat, roles, heads: { count, size: valueSize } });
    const [batch, steps] = roles.query.shape;
    const all = valueOf(weights, [
      known(batch, "the batch"),
      fixedSize(count),
      known(steps, "the steps"),
      known(roles.key.shape[1], "the steps"),
    ]);
    return isTrue(named.get("return_attention_scores")) ? [output, all] : [output];
  },
};

/** Masks of queries, values and keys, one that is given, and the causal one. */
function maskedScores({ graph, named }: CallOfLayer, roles: Roles, scores: ValueName): ValueName {
  const marks: ValueName[] = [];
  // Keras 3 asks the query itself for its mask, whatever the call names.
  const queryMask = isSince(graph.version, 3) ? roles.query.mask : roles.queryMask;
  if (queryMask !== undefined) marks.push(missing(graph, queryMask, [1, 3]));
  if (roles.valueMask !== undefined) marks.push(missing(graph, roles.valueMask, [1, 2]));
  const keyMask = valuesOf(named.get("key_mask"))[0] ?? (roles.key === roles.value ? undefined : roles.key.mask);
  if (keyMask !== undefined) marks.push(missing(graph, keyMask, [1, 2]));
  const [given] = valuesOf(named.get("attention_mask"));
  if (given !== undefined) {
    checkRank(graph, given, [3]);
    const isThere =
      given.type === "bool" ? nameOf(graph, given) : operator(graph, "Cast", [nameOf(graph, given)], { to: "bool" });
    marks.push(missing(graph, valueOf(isThere, given.shape, { type: "bool" }), [1]));
  }
  if (isTrue(named.get("use_causal_mask"))) marks.push(later(graph, scores));
  const [first, ...others] = marks;
  if (first === undefined) return scores;
  // What two masks leave out is left out once.
  return farOff(
    graph,
    scores,
    others.reduce((all, one) => operator(graph, "Max", [all, one]), first),
  );
}

interface Mixed {
  readonly flat: ValueName;
  readonly roles: Roles;
  readonly heads: Heads;
}

function projectBack(call: CallOfLayer, { flat, roles, heads }: Mixed): Value {
  const { graph, settings } = call;
  const given = settings.raw("output_shape") ?? undefined;
  const features = Array.isArray(given)
    ? Number(given[0])
    : given === undefined
      ? fixSize(graph, roles.query, -1)
      : Number(given);
  if (!Number.isSafeInteger(features) || (Array.isArray(given) && given.length !== 1)) settings.refuse("output_shape");
  const inner = heads.count * heads.size;
  const kernel = weight(graph, `${graph.layer.name}/output_kernel`, () => ({
    ...call.tensor("output_kernel", [heads.count, heads.size, features]),
    shape: [inner, features],
  }));
  const product = operator(graph, "MatMul", [flat, kernel]);
  const bias = (): ValueName =>
    weight(graph, `${graph.layer.name}/output_bias`, () => call.tensor("output_bias", [features]));
  const name = call.has("output_bias") ? operator(graph, "Add", [product, bias()]) : product;
  const [batch, steps] = roles.query.shape;
  return valueOf(name, [known(batch, "the batch"), known(steps, "the steps"), fixedSize(features)], {
    mask: roles.query.mask,
  });
}

export const attentionLayers: Readonly<Record<string, LayerKind>> = {
  Attention: attention,
  AdditiveAttention: additiveAttention,
  MultiHeadAttention: multiHeadAttention,
};

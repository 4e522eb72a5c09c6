/** ConvLSTM: an LSTM whose products are convolutions, over a sequence of pictures. A walk over the steps (`Scan`) whose body is one step. */
import { createGraphBuilder } from "../../../graph/build-graph.ts";
import type { Attribute, Graph, ValueName } from "../../../graph/graph.ts";
import { integerTensor } from "../../../graph/tensors.ts";
import { known } from "../../../util/errors.ts";
import { activationOperator } from "../activations.ts";
import { listed } from "../layer-kind.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import { checkRank, fixedSize, fixSize, integers, nameOf, operator, valueOf, weight } from "../values.ts";
import type { Building, Value } from "../values.ts";
import { attributesOf, convolutionWeight, isChannelsFirst, windowOf, windowsAlong } from "./convolution.ts";
import type { Window } from "./convolution.ts";
import { maskOf } from "./recurrent.ts";

/** From Keras's `[batch, steps, …, features]` to `[steps, batch, features, …]`, or from features before the axes. */
function stepsFirst(rank: number, isFirst: boolean): readonly number[] {
  const axes = Array.from({ length: rank }, (_, at) => at + (isFirst ? 3 : 2));
  return [1, 0, isFirst ? 2 : rank + 2, ...axes];
}

/** From `[…, features, axes]`, with so many axes before the features, to Keras's order. */
function featuresLast(before: readonly number[], rank: number, isFirst: boolean): readonly number[] {
  const axes = Array.from({ length: rank }, (_, at) => before.length + 1 + at);
  return isFirst ? [...before, before.length, ...axes] : [...before, ...axes, before.length];
}

/**
 * i, f, o = gate(W * x + U * h + b);  g = act(W_g * x + U_g * h + b_g);  c' = f c + i g;  h' = o act(c'),  where * is a convolution and gates lie in the order i, f, g, o.
 */
function stepOf(call: CallOfLayer, options: StepOptions): Graph {
  const { settings, graph: around } = call;
  const builder = createGraphBuilder(`${around.layer.name}/step`);
  const layer = { ...around.layer, name: `${around.layer.name}/step` };
  const graph: Building = { ...around, builder, layer };
  const { version } = around;
  const gate = activationOperator(settings, "recurrent_activation", {
    version,
    otherwise: version.major >= 3 ? "sigmoid" : "hard_sigmoid",
  });
  const act = activationOperator(settings, "activation", { version, otherwise: "tanh" });
  const input = (what: string): ValueName => builder.input({ name: `${layer.name}/${what}`, type: "float32" });
  const [h, c, x] = [input("h"), input("c"), input("x")];
  const sum = operator(graph, "Add", [
    operator(graph, "Conv", [x, ...options.kernel], options.inputs),
    operator(graph, "Conv", [h, options.recurrent], options.states),
  ]);
  const sizes = integers(graph, [options.filters, options.filters, options.filters, options.filters]);
  const [i = "", f = "", g = "", o = ""] = builder.operators("Split", [sum, sizes], {
    outputs: 4,
    attributes: { axis: 1 },
  });
  const kept = operator(graph, "Mul", [gate(graph, f), c]);
  const nextC = operator(graph, "Add", [kept, operator(graph, "Mul", [gate(graph, i), act(graph, g)])]);
  const nextH = operator(graph, "Mul", [gate(graph, o), act(graph, nextC)]);
  const output = operator(graph, "Identity", [nextH]);
  return builder.finish([nextH, nextC, output].map((name) => ({ name, type: "float32" })));
}

interface StepOptions {
  readonly filters: number;
  /** The kernel of the inputs' convolution, and its bias. */
  readonly kernel: readonly ValueName[];
  readonly recurrent: ValueName;
  readonly inputs: Readonly<Record<string, Attribute>>;
  readonly states: Readonly<Record<string, Attribute>>;
}

/** Zeros `[batch, filters, …]`, as many as the convolution of a step gives. */
function zerosLike(graph: Building, pictures: ValueName, options: StepOptions): ValueName {
  const index = graph.builder.constant(integerTensor(0));
  const first = operator(graph, "Gather", [pictures, index], { axis: 0 });
  const gates = operator(graph, "Conv", [first, ...options.kernel], options.inputs);
  const one = operator(graph, "Slice", [
    gates,
    integers(graph, [0]),
    integers(graph, [options.filters]),
    integers(graph, [1]),
  ]);
  return operator(graph, "ConstantOfShape", [operator(graph, "Shape", [one])]);
}

function convLstm(rank: number): LayerKind {
  return {
    weights: (settings) =>
      listed("kernel", "recurrent_kernel", settings.flag("use_bias", true) && "bias").map(({ name }) => ({
        name,
        places: ["cell", ""],
      })),
    call: (call) => {
      const { graph, settings } = call;
      const value = known(call.inputs[0], "the input");
      checkRank(graph, value, [rank + 3]);
      if (maskOf(call) !== undefined) settings.refuse("name", "a mask before a convolutional recurrent layer");
      const isFirst = isChannelsFirst(settings);
      const window = windowOf(settings, rank, { kernel: "kernel_size", strides: 1 });
      const options = optionsOf(call, window, fixSize(graph, value, isFirst ? 2 : -1));
      const pictures = operator(graph, "Transpose", [nameOf(graph, value)], { perm: [...stepsFirst(rank, isFirst)] });
      const before = featuresLast([0], rank, isFirst);
      const given = call.inputs
        .slice(1)
        .map((state) => operator(graph, "Transpose", [nameOf(graph, state)], { perm: inverse(before) }));
      const zeros = given.length === 2 ? [] : [zerosLike(graph, pictures, options)];
      const [h = zeros[0] ?? "", c = zeros[0] ?? ""] = given;
      const outputs = graph.builder.operators("Scan", [h, c, pictures], {
        name: graph.layer.name,
        outputs: 3,
        attributes: {
          body: stepOf(call, options),
          num_scan_inputs: 1,
          scan_input_directions: [settings.flag("go_backwards", false) ? 1 : 0],
        },
      });
      return resultOf(call, { outputs, value, window, options });
    },
  };
}

function inverse(perm: readonly number[]): readonly number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

function optionsOf(call: CallOfLayer, window: Window, features: number): StepOptions {
  const { graph, settings } = call;
  const filters = settings.size("filters");
  const name = (what: string): string => `${graph.layer.name}/${what}`;
  const kernel = call.tensor("kernel", [...window.kernel, features, 4 * filters]);
  const recurrent = call.tensor("recurrent_kernel", [...window.kernel, filters, 4 * filters]);
  const bias = call.has("bias") ? [weight(graph, name("bias"), () => call.tensor("bias", [4 * filters]))] : [];
  const ones = window.kernel.map(() => 1);
  return {
    filters,
    kernel: [weight(graph, name("kernel"), () => convolutionWeight(kernel)), ...bias],
    recurrent: weight(graph, name("recurrent_kernel"), () => convolutionWeight(recurrent)),
    inputs: attributesOf(window),
    states: attributesOf({ kernel: window.kernel, strides: ones, dilations: ones, padding: "same" }),
  };
}

interface Result {
  readonly outputs: readonly ValueName[];
  readonly value: Value;
  readonly window: Window;
  readonly options: StepOptions;
}

/** Keras's order of axes again: the sequence or the last output, and the last states where they are asked for. */
function resultOf({ graph, settings }: CallOfLayer, { outputs, value, window, options }: Result): readonly Value[] {
  const isFirst = isChannelsFirst(settings);
  const rank = window.kernel.length;
  const [batch, steps, ...others] = value.shape;
  const axes = windowsAlong(isFirst ? others.slice(1) : others.slice(0, -1), window);
  const features = fixedSize(options.filters);
  const picture = isFirst ? [features, ...axes] : [...axes, features];
  const [h = "", c = "", all = ""] = outputs;
  const turned = (name: ValueName, perm: readonly number[]): ValueName =>
    operator(graph, "Transpose", [name], { perm: [...perm] });
  const one = (name: ValueName): Value =>
    valueOf(turned(name, featuresLast([0], rank, isFirst)), [known(batch, "the batch"), ...picture]);
  const output = settings.flag("return_sequences", false)
    ? valueOf(
        turned(
          all,
          featuresLast([0, 1], rank, isFirst).map((axis) => (axis < 2 ? 1 - axis : axis)),
        ),
        [known(batch, "the batch"), known(steps, "the steps"), ...picture],
      )
    : one(h);
  return settings.flag("return_state", false) ? [output, one(h), one(c)] : [output];
}

export const convLstmLayers: Readonly<Record<string, LayerKind>> = {
  ConvLSTM1D: convLstm(1),
  ConvLSTM2D: convLstm(2),
  ConvLSTM3D: convLstm(3),
};

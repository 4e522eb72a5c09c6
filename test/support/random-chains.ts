/** Graphs of random operators, many of which are layers, each read off a list of whole numbers: what a graph computes, a network read from it has to compute too. */
import { cells } from "../../src/cells/index.ts";
import { chooseBackend } from "../../src/engine/backends.ts";
import { createGraphBuilder } from "../../src/graph/build-graph.ts";
import type { OperatorOptions } from "../../src/graph/build-graph.ts";
import { createSpend, evaluateGraph, find } from "../../src/graph/evaluate.ts";
import type { Graph, ValueName } from "../../src/graph/graph.ts";
import { readsOf } from "../../src/graph/plan.ts";
import { writesOf } from "../../src/graph/walk-nodes.ts";
import { createRecurrentRunner } from "../../src/graph/recurrent.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { countElements, floats, integerTensor } from "../../src/graph/tensors.ts";
import { networkOf } from "../../src/graph/to-network.ts";
import { RecurraError } from "../../src/util/errors.ts";

export interface RandomChain {
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<ValueName, Tensor>;
}

/** Numbers that are all different, none of them whole. */
function wave(shape: readonly number[], phase: number): Tensor {
  return floats(shape, ...Array.from({ length: countElements(shape) }, (_, i) => 1.3 * Math.sin(1.7 * i + phase)));
}

const { run: recur } = createRecurrentRunner(() => chooseBackend("wasm", { threads: 1 }).backend);

/** What a graph gives. */
export function valueIn(graph: Graph, inputs: ReadonlyMap<ValueName, Tensor>, name: ValueName): Tensor {
  return find(evaluateGraph(graph, { values: new Map(inputs), wanted: [name], recur, spend: createSpend() }), name);
}

/** Steps, members and features that no other size is taken for. */
const [steps, batch, features] = [5, 2, 4];
const layouts: readonly (readonly (readonly [string | number, number])[])[] = [
  [
    ["steps", steps],
    ["batch", batch],
    [features, features],
  ],
  [
    ["batch", batch],
    ["steps", steps],
    [features, features],
  ],
  [
    ["batch", batch],
    [features, features],
    ["steps", steps],
  ],
  [
    ["batch", batch],
    [features, features],
  ],
];

/** A graph whose decisions are the numbers of a list, in their order; what does not fit is left out. */
export function randomChain(decisions: readonly number[]): RandomChain {
  let at = 0;
  const draw = (count: number): number => (decisions[at++] ?? 0) % Math.max(1, count);
  const choose = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  const builder = createGraphBuilder("chain");
  const layout = choose(layouts);
  const inputs = new Map<ValueName, Tensor>();
  const addInput = (name: string, shape: readonly (string | number)[], value: Tensor): ValueName => {
    inputs.set(name, value);
    return builder.input({ name, type: "float32", shape });
  };
  let current = addInput(
    "X",
    layout.map(([size]) => size),
    wave(
      layout.map(([, size]) => size),
      1,
    ),
  );
  const state = addInput("S", [1, "batch", 3], wave([1, batch, 3], 2));
  const shapes = new Map<ValueName, readonly number[]>([[current, layout.map(([, size]) => size)]]);
  let phase = 3;
  const constant = (shape: readonly number[]): ValueName => builder.constant(wave(shape, phase++));
  const whole = (...numbers: number[]): ValueName => builder.constant(integerTensor(numbers));
  const shape = (): readonly number[] => shapes.get(current)!;
  const size = (): number => shape().at(-1) ?? 1;
  const earlier = (): ValueName => choose([...shapes.keys()]);
  const axis = (): number => draw(shape().length) - (draw(2) === 0 ? 0 : shape().length);
  const add = (operator: string, others: readonly ValueName[], attributes: OperatorOptions["attributes"] = {}) =>
    builder.operator(operator, [current, ...others], { attributes });
  const spread = (): ValueName => constant(choose([[], [1], [size()], [1, size()], [size(), 1], [1, 1, 1, size()]]));
  const recurrent = (direction: "forward" | "backward", to: { sequence: ValueName; h: ValueName }): void => {
    const name = choose(["rnn", "gru", "lstm"] as const);
    const cell = cells[name];
    const sizes: Readonly<Record<string, number>> = { I: size(), H: 3 };
    const first = choose([
      () => undefined,
      () => undefined,
      () => builder.operator("Gather", [state, builder.constant(integerTensor(0))], { attributes: { axis: 0 } }),
      () => builder.operator("Squeeze", [builder.operator("Tanh", [state]), whole(0)]),
      () =>
        builder.operator("Slice", [
          builder.operator("ReduceMax", [current, whole(0)], { attributes: { keepdims: 0 } }),
          whole(0),
          whole(3),
          whole(1),
        ]),
      () => builder.operator("Expand", [constant([1, 3]), whole(batch, 3)]),
    ])();
    builder.recurrent({
      name: "recurrent",
      cell: { name, text: cell.text, options: {} },
      size: 3,
      direction,
      input: current,
      parameters: Object.fromEntries(
        cell.parameters.map((one) => [one.name, constant(one.shape.map((dimension) => sizes[dimension] ?? 1))]),
      ),
      states: first === undefined ? {} : { h: first },
      outputs: { sequence: to.sequence, states: { h: to.h } },
    });
  };
  const both = (): ValueName => {
    const parts = (["forward", "backward"] as const).map((direction) => {
      const to = { sequence: builder.name("sequence"), h: builder.name("h") };
      recurrent(direction, to);
      return to;
    });
    const put = choose(["features", "directions", "ends"] as const);
    if (put === "ends")
      return builder.operator(
        "Concat",
        parts.map(({ h }) => h),
        { attributes: { axis: -1 } },
      );
    const sequences = parts.map(({ sequence }) =>
      put === "features" ? sequence : builder.operator("Unsqueeze", [sequence, whole(1)]),
    );
    return builder.operator("Concat", sequences, { attributes: { axis: put === "features" ? 2 : 1 } });
  };
  const makers: readonly (() => ValueName)[] = [
    () => add("Transpose", [], { perm: choose(permutations(shape().length)) }),
    () => add(choose(["Relu", "Tanh", "Sigmoid", "Abs", "Softplus"]), []),
    () => add(choose(["Softmax", "LogSoftmax"]), [], { axis: axis() }),
    () => add("MatMul", [constant([size(), choose([3, 4, 6])])]),
    () => add("MatMul", [constant([size(), size()])]),
    () =>
      add("Gemm", [constant([3, size()]), ...choose([[], [constant([3])], [constant([1])]])], {
        transB: 1,
        ...choose([{}, { alpha: 0.5 }, { beta: 2 }]),
      }),
    () => add("Add", [spread()]),
    () => add("Mul", [spread()]),
    () => add(choose(["Add", "Mul"]), [earlier()]),
    () => add("Concat", [earlier()], { axis: axis() }),
    () => add("Squeeze", choose([[], [whole(axis())]])),
    () => add("Unsqueeze", [whole(axis())]),
    () =>
      add("Reshape", [
        whole(
          ...choose([
            [0, 0, -1],
            [-1, size()],
            [0, -1],
            [1, 0, 0, -1],
            [0, 0, 2, -1],
            [-1, 1, size()],
          ]),
        ),
      ]),
    () => add("Reshape", [builder.operator("Shape", [earlier()])]),
    () =>
      add("Slice", [
        ...choose([
          [0, 1],
          [-1, 2 ** 40],
          [0, 3],
          [3, 6],
          [1, 2 ** 40],
        ]).map((one) => whole(one)),
        whole(axis()),
      ]),
    () => add("Gather", [builder.constant(integerTensor(choose([0, -1, 1])))], { axis: axis() }),
    () => add(choose(["ReduceMean", "ReduceMax"]), [whole(axis())], { keepdims: draw(2) }),
    () =>
      builder.operator("Cast", [add("Cast", [], { to: choose(["float64", "int32", "bool", "float32"]) })], {
        attributes: { to: "float32" },
      }),
    () => add("LayerNormalization", [constant([size()]), constant([size()])], choose([{}, { axis: -1 }, { axis: 1 }])),
    () => {
      const channels = [shape()[1] ?? 1];
      const positive = builder.operator("Abs", [constant(channels)]);
      return add("BatchNormalization", [constant(channels), constant(channels), constant(channels), positive]);
    },
    () =>
      add(
        "Conv",
        [constant([3, shape()[1] ?? 1, 3])],
        choose([
          {},
          { pads: [1, 1] },
          { pads: [2, 0] },
          { pads: [2, 2], dilations: [2] },
          { pads: [1, 1], strides: [2] },
          { auto_pad: "SAME_UPPER" },
        ]),
      ),
    () => add("AveragePool", [], { kernel_shape: [2], pads: [0, 1], count_include_pad: draw(2) }),
    () =>
      add(choose(["MaxPool", "AveragePool"]), [], {
        kernel_shape: [2],
        ...choose([{ pads: [0, 1] }, {}, { pads: [0, 1], strides: [2] }, { pads: [1, 1] }]),
      }),
    () => {
      const to = { sequence: builder.name("sequence"), h: builder.name("h") };
      recurrent(choose(["forward", "backward"]), to);
      return draw(3) === 0 ? to.h : to.sequence;
    },
    both,
    () => add(choose(["Identity", "Flatten", "Dropout"]), []),
  ];
  for (let made = 0; made < 9 && at < decisions.length; made++) {
    const before = current;
    const [which, isKept] = [draw(makers.length), draw(5) === 0];
    try {
      current = makers[which]!();
      const graph = needed(builder.finish([{ name: current, type: "float32" }]), current);
      const value = valueIn(graph, inputs, current);
      if (value.type !== "float32" || value.data.length === 0) throw new RecurraError("graph/bad-value", "no numbers");
      if (made > 0 && !isKept) networkOf(graph);
      shapes.set(current, value.shape);
    } catch (error) {
      if (!(error instanceof RecurraError)) throw error;
      current = before;
    }
  }
  const graph = needed(builder.finish([{ name: current, type: "float32" }]), current);
  return { graph, inputs: new Map([...inputs].filter(([name]) => graph.inputs.some((info) => info.name === name))) };
}

/** The graph without what one of its values does not need. */
function needed(graph: Graph, name: ValueName): Graph {
  const wanted = new Set([name]);
  const nodes = graph.nodes.toReversed().filter((node) => {
    const isNeeded = writesOf(node).some((one) => wanted.has(one));
    if (isNeeded) for (const one of readsOf(node)) wanted.add(one);
    return isNeeded;
  });
  return {
    ...graph,
    nodes: nodes.toReversed(),
    inputs: graph.inputs.filter((info) => wanted.has(info.name)),
    constants: new Map([...graph.constants].filter(([one]) => wanted.has(one))),
  };
}

function permutations(rank: number): readonly (readonly number[])[] {
  if (rank === 0) return [[]];
  return permutations(rank - 1).flatMap((rest) =>
    Array.from({ length: rank }, (_, at) => rest.toSpliced(at, 0, rank - 1)),
  );
}

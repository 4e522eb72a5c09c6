/** The recurrent modules of PyTorch as nodes of a graph: layers, directions, and their states in one stack. */
import { cells } from "../../cells/index.ts";
import { createGraphBuilder } from "../../graph/build-graph.ts";
import type { GraphBuilder } from "../../graph/build-graph.ts";
import type { Graph, ValueName } from "../../graph/graph.ts";
import { integerTensor } from "../../graph/tensors.ts";
import { specOf } from "../../network/index.ts";
import { torchError } from "./errors.ts";
import { printFound, recurrentShape } from "./infer-modules.ts";
import { checkSize, constant, join, misplaced, tensorOf } from "./module-work.ts";
import type { ModuleGraphOptions, Signal, Work } from "./module-work.ts";
import type { TorchRecurrent } from "./modules.ts";
import { parametersOf, torchCells } from "./weights.ts";
import type { TorchCellKind } from "./weights.ts";

type RecurrentSizes = NonNullable<ReturnType<typeof recurrentShape>>;

/** The sizes of a recurrent module. Throws `torch/unclear` where its tensors are not those of its kind. */
export function sizesOf(work: ModuleGraphOptions, { name, kind }: TorchRecurrent): RecurrentSizes {
  const sizes = recurrentShape((tensor) => work.tensors.get(join(name, tensor))?.shape);
  if (sizes?.kind === kind) return sizes;
  throw torchError(
    "torch/unclear",
    `${work.source}: the tensors under ${JSON.stringify(name)} are not those of ${kind === "rnn" ? "an" : "a"} ${kind}${sizes === undefined ? "" : `, but of ${sizes.kind}`}. The file has ${printFound(work.tensors)}.`,
  );
}

/** All layers and directions, with stacked first and last states `[layers × directions, batch, size]` as inputs and outputs. */
export function addRecurrent(work: Work, module: TorchRecurrent, signal: Signal): Signal {
  const { builder } = work;
  if (signal.kind !== "sequence") misplaced(work, module, "needs a sequence");
  const sizes = sizesOf(work, module);
  checkSize(work, module.name, sizes.inputs, signal.size);
  const before = work.recurrent === 1 ? "" : join(module.name, "");
  const states = stateNames(module);
  const count = sizes.layers * sizes.directions;
  const batch = batchSize(builder, signal.value, 1);
  const first = new Map(
    states.map((state) => [
      state,
      addFirstStates(work, { name: `${before}${state}_0`, count, columns: columnsOf(sizes, state), batch }),
    ]),
  );
  const last = new Map(states.map((state): [string, ValueName[]] => [state, []]));
  let value = signal.value;
  let inputs = sizes.inputs;
  for (let layer = 0; layer < sizes.layers; layer++) {
    const outputs: ValueName[] = [];
    for (let direction = 0; direction < sizes.directions; direction++) {
      const suffix = sizes.isCell ? "" : `_l${layer}${direction === 1 ? "_reverse" : ""}`;
      const at = layer * sizes.directions + direction;
      outputs.push(
        addLayer(work, module, {
          sizes,
          inputs,
          suffix,
          input: value,
          states: Object.fromEntries(states.map((state) => [state, first.get(state)?.(at) ?? ""])),
          last,
          direction: direction === 0 ? "forward" : "backward",
        }),
      );
    }
    const [only = ""] = outputs;
    value =
      outputs.length === 1
        ? only
        : builder.operator("Concat", outputs, { name: join(module.name, `l${layer}`), attributes: { axis: 2 } });
    inputs = sizes.outputs;
  }
  for (const [state, names] of last) {
    const stacked = builder.operators(
      "Concat",
      names.map((name) => builder.operator("Unsqueeze", [name, builder.constant(integerTensor([0]), "axis")])),
      {
        outputs: [`${before}${state}_n`],
        attributes: { axis: 0 },
      },
    );
    work.states.push({ name: stacked[0] ?? "", type: "float32", shape: [count, "batch", columnsOf(sizes, state)] });
  }
  return { value, size: sizes.outputs, kind: "sequence", hidden: last.get("h")?.slice(-sizes.directions) };
}

function stateNames({ kind }: TorchRecurrent): readonly ("h" | "c")[] {
  return kind === "lstm" ? ["h", "c"] : ["h"];
}

function columnsOf({ hidden, state }: RecurrentSizes, name: string): number {
  return name === "h" ? state : hidden;
}

/** `[1]`: the size of an axis of a value. */
function batchSize(builder: GraphBuilder, value: ValueName, axis: number): ValueName {
  return builder.operator("Shape", [value], { attributes: { start: axis, end: axis + 1 } });
}

/** An input of first states, zero where it is not given; gives each one `[batch, columns]`. */
function addFirstStates(
  { builder }: Work,
  {
    name,
    count,
    columns,
    batch,
  }: { readonly name: string; readonly count: number; readonly columns: number; readonly batch: ValueName },
): (at: number) => ValueName {
  builder.input({
    name,
    type: "float32",
    shape: [count, "batch", columns],
    default: { type: "float32", shape: [count, 1, columns], data: new Float32Array(count * columns) },
  });
  const one = builder.constant(integerTensor([1]), "one");
  const shape = builder.operator("Concat", [one, batch, one], { attributes: { axis: 0 } });
  const all = builder.operator("Expand", [name, shape]);
  return (at) => {
    const index = builder.constant(integerTensor(at), "index");
    return builder.operator("Gather", [all, index], { attributes: { axis: 0 } });
  };
}

interface LayerPlace {
  readonly sizes: RecurrentSizes;
  /** Numbers of a step that go in. */
  readonly inputs: number;
  /** Behind the names of its tensors. */
  readonly suffix: string;
  readonly input: ValueName;
  readonly states: Readonly<Record<string, ValueName>>;
  /** Last states so far, by name. */
  readonly last: ReadonlyMap<string, ValueName[]>;
  readonly direction: "forward" | "backward";
}

/** One layer in one direction: its outputs. */
function addLayer(work: Work, module: TorchRecurrent, place: LayerPlace): ValueName {
  const { builder, lengthsInput } = work;
  const { sizes, suffix, direction } = place;
  const { hidden, state } = sizes;
  const name = join(module.name, suffix === "" ? module.kind : suffix.slice(1));
  const kind: TorchCellKind =
    module.kind === "rnn"
      ? `rnn-${module.nonlinearity ?? "tanh"}`
      : module.kind === "lstm" && work.tensors.has(join(module.name, `weight_hr${suffix}`))
        ? "lstm-projection"
        : module.kind;
  const gates = torchCells[kind].gates.length;
  const read = (tensor: string, shape: readonly number[]): Float32Array => {
    const found = tensorOf(work, join(module.name, tensor + suffix), shape.length);
    checkSize(work, join(module.name, tensor + suffix), found.shape[0] ?? 0, shape[0] ?? 0);
    checkSize(work, join(module.name, tensor + suffix), found.shape.at(-1) ?? 0, shape.at(-1) ?? 0);
    return found.data;
  };
  const find = (tensor: string, shape: readonly number[]): Float32Array | undefined =>
    work.tensors.has(join(module.name, tensor + suffix)) ? read(tensor, shape) : undefined;
  const values = parametersOf(
    kind,
    {
      weight_ih: read("weight_ih", [gates * hidden, place.inputs]),
      weight_hh: read("weight_hh", [gates * hidden, state]),
      bias_ih: find("bias_ih", [gates * hidden]),
      bias_hh: find("bias_hh", [gates * hidden]),
      weight_hr: kind === "lstm-projection" ? read("weight_hr", [state, hidden]) : undefined,
    },
    hidden,
  );
  const cell = cells[torchCells[kind].cell];
  const dimensions: Readonly<Record<string, number>> = { I: place.inputs, H: hidden, P: state };
  const sequence = builder.name(`${name}.output`);
  const finals = Object.fromEntries(cell.states.map((one) => [one.name, builder.name(`${name}.${one.name}`)]));
  builder.recurrent({
    name,
    cell: specOf(cell),
    size: hidden,
    ...(kind === "lstm-projection" ? { sizes: { P: state } } : {}),
    direction,
    input: place.input,
    parameters: Object.fromEntries(
      cell.parameters.map((one) => [
        one.name,
        constant(work, `${name}.${one.name}`, {
          shape: one.shape.map((dimension) =>
            typeof dimension === "number" ? dimension : (dimensions[dimension] ?? 0),
          ),
          data: values[one.name] ?? new Float32Array(0),
        }),
      ]),
    ),
    states: place.states,
    ...(lengthsInput === undefined ? {} : { lengths: lengthsInput }),
    outputs: { sequence, states: finals },
  });
  for (const [state_, names] of place.last) names.push(finals[state_] ?? "");
  return sequence;
}

/** A cell by itself: `input` `[batch, size]`, `h_0` and `c_0` (zero if absent) to `h_1` and `c_1`. */
export function cellGraph(options: ModuleGraphOptions, module: TorchRecurrent): Graph {
  const builder = createGraphBuilder("torch");
  const sizes = sizesOf(options, module);
  const input = builder.input({ name: "input", type: "float32", shape: ["batch", sizes.inputs] });
  const batch = batchSize(builder, input, 0);
  const axis = builder.constant(integerTensor([0]), "axis");
  const one = builder.constant(integerTensor([1]), "one");
  const shape = builder.operator("Concat", [batch, one], { attributes: { axis: 0 } });
  const work: Work = { ...options, builder, lengthsInput: undefined, states: [], recurrent: 1 };
  const states = Object.fromEntries(
    stateNames(module).map((state) => {
      const columns = columnsOf(sizes, state);
      const name = builder.input({
        name: `${state}_0`,
        type: "float32",
        shape: ["batch", columns],
        default: { type: "float32", shape: [1, columns], data: new Float32Array(columns) },
      });
      return [state, builder.operator("Expand", [name, shape])];
    }),
  );
  const last = new Map(Object.keys(states).map((state): [string, ValueName[]] => [state, []]));
  addLayer(work, module, {
    sizes,
    inputs: sizes.inputs,
    suffix: "",
    input: builder.operator("Unsqueeze", [input, axis]),
    states,
    last,
    direction: "forward",
  });
  return builder.finish(
    [...last].map(([state, names]) => ({
      name: builder.operators("Identity", names.slice(0, 1), { outputs: [`${state}_1`] })[0] ?? "",
      type: "float32",
      shape: ["batch", columnsOf(sizes, state)],
    })),
  );
}

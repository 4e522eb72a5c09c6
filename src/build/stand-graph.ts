/** A graph that was read, all of whose nodes have kernels, as a program that runs by itself. */
import { createSpend, evaluateGraph, find } from "../graph/evaluate.ts";
import type { GraphModel, GraphSessionOptions } from "../graph/graph-model.ts";
import type { Graph, ValueInfo, ValueName } from "../graph/graph.ts";
import { keepTensor, tensorsOf } from "../graph/kept-numbers.ts";
import { settleGraph } from "../graph/kernels/load-graph.ts";
import { lowerGraph } from "../graph/kernels/lower-graph.ts";
import type { LoweredGraph } from "../graph/kernels/lower-graph.ts";
import { printNode } from "../graph/plan.ts";
import { writesOf } from "../graph/walk-nodes.ts";
import {
  addFirstStates,
  batchOf,
  checkShape,
  fixInputs,
  graphStreamFault,
  stepAxesOf,
  planStream,
  shapesOf,
} from "../graph/plan-stream.ts";
import type { OpenShape, States } from "../graph/plan-stream.ts";
import { createRecurrentRunner } from "../graph/recurrent.ts";
import { specialise } from "../graph/specialise.ts";
import type { SpecialGraph, Unlowered } from "../graph/specialise.ts";
import { pairStates } from "../graph/pair-states.ts";
import type { StepAxes } from "../graph/step-axes.ts";
import type { Tensor } from "../graph/tensor.ts";
import { convertData, countElements, createArray, isFloat } from "../graph/tensors.ts";
import type { BufferId, WeightFormat } from "../lower/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { checkWhole, mustCount, mustNotCount } from "./stand-network.ts";
import { createBuildBackend, stand } from "./standalone.ts";
import type { Parts, Port, Standalone } from "./standalone.ts";

export interface StandGraphOptions extends Pick<GraphSessionOptions, "fixed" | "states" | "shapes"> {
  readonly weights: WeightFormat;
  /** Steps of a sequence, for graphs that read whole ones. */
  readonly steps: number | undefined;
}

/** Throws `build/unsupported` naming the node that has no kernel, `build/bad-option`, and `graph/…` for options that do not fit the graph. */
export function standGraph(model: GraphModel, options: StandGraphOptions): Standalone {
  const { graph } = model;
  const fixed = fixInputs(graph, options.fixed);
  const pairs = pairStates(graph, { given: options.states, fixed: new Set(fixed.keys()) });
  const axes = stepAxesOf(graph, { fixed, states: new Set(pairs.values()), shapes: options.shapes });
  const fault = graphStreamFault(graph, axes);
  return fault === undefined ? standStream(model, options) : standSequence(model, options, { fault, axes, fixed });
}

function standStream(model: GraphModel, { weights, steps, ...options }: StandGraphOptions): Standalone {
  if (steps !== undefined) throw mustNotCount();
  const { graph } = model;
  const plan = planStream(graph, options);
  const { fixed } = plan;
  const free = examplesOf(plan.free, plan.shapes);
  const states: States = new Map();
  addFirstStates(plan, {
    inputs: new Map([...free].map(([name, example]) => [name, keepTensor(example)])),
    states,
    compute: (values, wanted) => {
      const examples = new Map([...values].filter(([name]) => !fixed.has(name)));
      const { constants } = checkLowered(specialise(graph, { examples, fixed }));
      return new Map(wanted.map((name) => [name, constants.get(name) ?? failToStart(graph, name)]));
    },
  });
  const next = new Map([...plan.pairs, ...plan.carried.map(({ input, output }) => [output, input] as const)]);
  const first = tensorsOf(states);
  const special = checkLowered(specialise(plan.graph, { examples: new Map([...free, ...first]), fixed }));
  for (const [output, input] of next) checkNext(special, output, input);
  const inputs = [...free.keys(), ...first.keys()];
  const lowered = checkLowered(lowerGraph(special, { inputs, wanted: plan.wanted, weights, next }));
  const settled = settleGraph(createBuildBackend(), lowered);
  const placeOf = (state: ValueName): BufferId => known(lowered.inputs.get(state), state).buffer;
  const begin = [...first].map(([name, { data }]) => [placeOf(name), Float32Array.from(data as Float32Array)] as const);
  const contents = new Map([...settled.contents, ...begin]);
  const given = graph.outputs.map(({ name }) => name).filter((name) => !plan.pairs.has(name));
  return stand(
    { ...settled, contents },
    {
      ...portsOf(lowered, { inputs: [...free.keys()], outputs: given }),
      states: new Map([...first.keys()].map((name) => [name, placeOf(name)])),
      perStep: true,
      follow: (calls) => {
        const session = model.session({ ...options, weights });
        const outputs = calls.map((call) => session.step(call).slice());
        session.dispose();
        return outputs;
      },
    },
  );
}

/** A graph that reads sequences as a whole. */
interface WholeGraph {
  /** Why it does. */
  readonly fault: string;
  readonly axes: StepAxes;
  readonly fixed: ReadonlyMap<ValueName, Tensor>;
}

function standSequence(
  { graph }: GraphModel,
  { steps, weights, shapes: given }: StandGraphOptions,
  { fault, axes, fixed }: WholeGraph,
): Standalone {
  checkWhole(weights);
  const withMembers = new Set(graph.inputs.map(({ name }) => name));
  const shapes = shapesOf(graph, { axes, withMembers, batch: batchOf(graph, axes) ?? 1, steps, given });
  const free = graph.inputs.filter(({ name }) => !fixed.has(name));
  const isOpen = free.some(({ name }) => shapes.get(name)?.includes(undefined));
  if (steps === undefined && isOpen) throw mustCount(`The graph reads whole sequences (${fault})`);
  const examples = examplesOf(free, shapes);
  for (const info of free) checkShape(info, known(examples.get(info.name), info.name).shape);
  const special = checkLowered(specialise(graph, { examples, fixed }));
  const outputs = graph.outputs.map(({ name }) => name);
  const lowered = checkLowered(lowerGraph(special, { inputs: [...examples.keys()], wanted: outputs }));
  const follow: Standalone["follow"] = (calls) => {
    const recurrent = createRecurrentRunner(createBuildBackend);
    const wanted = outputs.slice(0, 1);
    const results = calls.map((call) => {
      const tensors = [...examples].map(([name, { type, shape }]): [ValueName, Tensor] => {
        return [name, { type, shape, data: convertData(known(call[name], name), type) }];
      });
      const values = new Map([...fixed, ...tensors]);
      const scope = evaluateGraph(graph, { values, wanted, recur: recurrent.run, spend: createSpend() });
      return Float32Array.from(find(scope, wanted[0]!).data as Float32Array);
    });
    recurrent.dispose();
    return results;
  };
  return stand(settleGraph(createBuildBackend(), lowered), {
    ...portsOf(lowered, { inputs: [...examples.keys()], outputs }),
    states: undefined,
    perStep: true,
    follow,
  });
}

/** Zeros in the shapes of inputs. */
function examplesOf(
  infos: readonly ValueInfo[],
  shapes: ReadonlyMap<ValueName, OpenShape>,
): ReadonlyMap<ValueName, Tensor> {
  return new Map(
    infos.map(({ name, type }) => {
      const shape = known(shapes.get(name), name);
      if (shape.includes(undefined))
        throw new RecurraError(
          "build/bad-option",
          `The input ${JSON.stringify(name)} has the shape [${shape.map((size) => size ?? "?").join(", ")}], and a module is made for one size: say its shape (shapes).`,
        );
      const sizes = shape as readonly number[];
      return [name, { type, shape: sizes, data: createArray(type, countElements(sizes)) }];
    }),
  );
}

function checkLowered<T extends SpecialGraph | LoweredGraph>(result: T | Unlowered): T {
  if (!("unlowered" in result)) return result;
  const { unlowered } = result;
  if (unlowered.kind === "operator" && unlowered.operator === "If")
    throw new RecurraError(
      "build/unsupported",
      `What ${printNode(unlowered)} decides hangs on what the graph reads, so the graph cannot become a module; say which inputs stay the same (fixed).`,
    );
  throw new RecurraError(
    "build/unsupported",
    `There is no kernel for what ${printNode(unlowered)} does here, so the graph cannot become a module; run it with Recurra instead.`,
  );
}

function failToStart(graph: Graph, name: ValueName): never {
  const node = graph.nodes.find((one) => writesOf(one).includes(name));
  const what = node === undefined ? `the input ${name}` : printNode(node);
  throw new RecurraError(
    "build/unsupported",
    `A state starts from what ${what} gives for the first step, but a module starts from the same numbers each time; run the graph with Recurra instead.`,
  );
}

function checkNext({ examples }: SpecialGraph, output: ValueName, input: ValueName): void {
  const [from, to] = [output, input].map((name) => known(examples.get(name), name).data.length);
  if (from === to) return;
  throw new RecurraError(
    "build/unsupported",
    `The state ${input} has ${to} numbers, but ${output}, which it is in the next step, has ${from}.`,
  );
}

function portsOf(
  lowered: LoweredGraph,
  { inputs, outputs }: { readonly inputs: readonly ValueName[]; readonly outputs: readonly ValueName[] },
): Pick<Parts<BufferId>, "inputs" | "outputs" | "call"> {
  const [same] = lowered.through;
  if (same !== undefined)
    throw new RecurraError(
      "build/unsupported",
      `The output ${same} is an input whose numbers float32 does not hold, so the graph cannot become a module; leave it out.`,
    );
  const [main] = outputs;
  if (main !== undefined && !lowered.outputs.has(main))
    throw new RecurraError(
      "build/unsupported",
      `The output ${main} does not depend on what the graph reads, so there is nothing to compute.`,
    );
  const entries = (names: readonly ValueName[], ports: LoweredGraph["inputs"]): [ValueName, Port<BufferId>][] =>
    names.flatMap((name) => {
      const port = ports.get(name);
      return port === undefined
        ? []
        : [
            [
              name,
              { at: port.buffer, shape: port.shape, below: lowered.indices.get(name), isWhole: !isFloat(port.type) },
            ],
          ];
    });
  return {
    inputs: new Map(entries(inputs, lowered.inputs)),
    outputs: new Map(entries(outputs, lowered.outputs)),
    call: "run",
  };
}

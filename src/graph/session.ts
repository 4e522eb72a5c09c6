/** A stream through a graph, one step at a time. */
import type { Numbers } from "../engine/backend.ts";
import { RecurraError } from "../util/errors.ts";
import type { GraphSession, GraphSessionOptions, GraphSnapshot, OnRecurrent } from "./graph-model.ts";
import type { Graph, ValueName } from "./graph.ts";
import { keepTensor, setNumbers, tensorsOf } from "./kept-numbers.ts";
import type { KeptNumbers } from "./kept-numbers.ts";
import { printShape } from "./operators/operator.ts";
import { addFirstStates, planStream, stateShape } from "./plan-stream.ts";
import type { ComputeValues, States, StreamPlan } from "./plan-stream.ts";
import type { GraphRunner, RunnerOptions } from "./runner.ts";
import type { Tensor } from "./tensor.ts";
import { countElements, createArray, isFloat } from "./tensors.ts";

export interface SessionHost {
  readonly graph: Graph;
  /** Values of the graph, in plain code. */
  readonly compute: ComputeValues;
  /** What runs a graph of these shapes again and again. */
  readonly createRunner: (
    graph: Graph,
    how: Pick<RunnerOptions, "examples" | "fixed" | "wanted" | "weights" | "onRecurrent">,
  ) => GraphRunner;
}

/** Everything about a stream but its states. */
interface Stream extends StreamPlan {
  readonly host: SessionHost;
  readonly weights: RunnerOptions["weights"];
  /** The runner for the shapes of the last step, by these. */
  readonly runners: Map<string, GraphRunner>;
  readonly onRecurrent: OnRecurrent | undefined;
}

/** Opens a stream. Throws `graph/no-stream`, naming the node, for a graph that reads a sequence as a whole. */
export function createGraphSession(
  host: SessionHost,
  { weights, onRecurrent, ...options }: GraphSessionOptions = {},
): GraphSession {
  return openSession({ ...planStream(host.graph, options), host, weights, onRecurrent, runners: new Map() }, new Map());
}

type StepInputs = ArrayLike<number> | Readonly<Record<ValueName, ArrayLike<number>>>;

/** A step on arrays that stay: what changes from step to step is what they hold. */
interface BoundStep {
  /** Which of the plan's runners it is, as long as the plan has that. */
  readonly key: string;
  readonly runner: GraphRunner;
  readonly free: readonly { readonly name: ValueName; readonly kept: KeptNumbers }[];
  readonly run: () => ReadonlyMap<ValueName, Tensor>;
}

/** Made in the first step, when the sizes of all inputs are known, and again where they are others. */
function bindStep(plan: Stream, x: StepInputs, states: States): BoundStep {
  const free = stepInputs(plan, x);
  addFirstStates(plan, { inputs: free, states, compute: plan.host.compute });
  const inputs = new Map([...free, ...states]);
  const key = JSON.stringify([...inputs].map(([name, { type, shape }]) => [name, type, shape]));
  const runner = runnerOf(plan, key, inputs);
  return { key, runner, free: [...free].map(([name, kept]) => ({ name, kept })), run: runner.bind(inputs) };
}

/** Forks share it, for it keeps nothing from one step to the next. */
function runnerOf(plan: Stream, key: string, inputs: ReadonlyMap<ValueName, KeptNumbers>): GraphRunner {
  const before = plan.runners.get(key);
  if (before !== undefined) return before;
  const made = plan.host.createRunner(plan.graph, {
    examples: tensorsOf(inputs),
    fixed: plan.fixed,
    wanted: plan.wanted,
    weights: plan.weights,
    onRecurrent: plan.onRecurrent,
  });
  for (const one of plan.runners.values()) one.dispose();
  plan.runners.clear();
  plan.runners.set(key, made);
  return made;
}

function isList(x: StepInputs): x is ArrayLike<number> {
  return "length" in x && typeof x.length === "number";
}

/** Puts the numbers of a step where it reads them; false where they are not those of such a step. */
function fillStep({ free }: BoundStep, x: StepInputs): boolean {
  if (isList(x)) {
    const only = free[0]?.kept;
    if (only === undefined || free.length > 1 || only.numbers.length !== x.length) return false;
    setNumbers(only, x);
    return true;
  }
  let count = 0;
  for (const name in x) if (Object.hasOwn(x, name)) count++;
  if (count !== free.length) return false;
  for (const { name, kept } of free) if (x[name]?.length !== kept.numbers.length) return false;
  for (const { name, kept } of free) setNumbers(kept, x[name]!);
  return true;
}

function openSession(plan: Stream, begin: ReadonlyMap<ValueName, KeptNumbers>): GraphSession {
  const nexts = [
    ...[...plan.pairs].map(([output, input]) => ({ output, input })),
    ...plan.carried.map(({ output, input }) => ({ output, input })),
  ];
  let states: States = copyStates(begin);
  let bound: BoundStep | undefined;
  let outputs: ReadonlyMap<ValueName, Tensor> | undefined;
  let result: Numbers | undefined;
  let isAlive = true;
  const setStates = (next: States): void => {
    states = next;
    bound = undefined;
  };
  const step = (x: StepInputs): Numbers => {
    if (!isAlive) throw new RecurraError("engine/disposed", "This session was disposed of; open another one.");
    if (bound === undefined || plan.runners.get(bound.key) !== bound.runner || !fillStep(bound, x))
      bound = bindStep(plan, x, states);
    outputs = bound.run();
    // What a runner gives, it writes again in the next step, which may be another session's.
    for (const { output, input } of nexts) {
      const next = outputs.get(output)!;
      const state = states.get(input);
      if (state !== undefined && isLike(state, next)) setNumbers(state, next.data);
      else {
        states.set(input, keepTensor(next));
        bound = undefined;
      }
    }
    result = copyResult(outputs.get(plan.output)!, result);
    return result;
  };
  return {
    batch: plan.batch,
    inputs: plan.free.map(({ name }) => ({ name, shape: plan.shapes.get(name)! })),
    step,
    outputs: () => {
      const last = outputs;
      const names = last === undefined ? [] : plan.host.graph.outputs.map(({ name }) => name);
      return Object.fromEntries(names.map((name) => [name, last!.get(name)!]));
    },
    snapshot: () => ({
      batch: plan.batch,
      states: Object.fromEntries([...states].map(([name, kept]) => [name, numbersOf(kept)])),
    }),
    restore: (snapshot) => setStates(restoreStates(plan, snapshot, states)),
    fork: () => openSession(plan, states),
    reset: () => setStates(new Map()),
    dispose: () => {
      isAlive = false;
      setStates(new Map());
    },
  };
}

function copyStates(states: ReadonlyMap<ValueName, KeptNumbers>): States {
  return new Map([...states].map(([name, kept]) => [name, { ...kept, numbers: kept.numbers.slice() }]));
}

function isLike(state: KeptNumbers, { type, shape }: Tensor): boolean {
  if (state.type !== type || state.shape.length !== shape.length) return false;
  for (let axis = 0; axis < shape.length; axis++) if (state.shape[axis] !== shape[axis]) return false;
  return true;
}

/** The numbers of an output, in the array that the steps before gave where it is as long. */
function copyResult({ type, data }: Tensor, before: Numbers | undefined): Numbers {
  const result =
    before?.length === data.length ? before : createArray(type === "float64" ? "float64" : "float32", data.length);
  if (isFloat(type)) result.set(data as Float32Array);
  else for (let i = 0; i < result.length; i++) result[i] = Number(data[i]);
  return result;
}

function numbersOf({ type, numbers }: KeptNumbers): Numbers {
  return type === "float32" ? (numbers as Float32Array).slice() : Float64Array.from(numbers);
}

/** A snapshot holds numbers alone: shapes and types are those of the states that a step of these sizes has. */
function restoreStates(plan: StreamPlan, snapshot: GraphSnapshot, now: States): States {
  const wrong = (what: string): RecurraError =>
    new RecurraError("network/bad-snapshot", `The snapshot does not fit this session: ${what}.`);
  if (snapshot.batch !== plan.batch) throw wrong(`it has ${snapshot.batch} members, the session ${plan.batch}`);
  const states: States = new Map();
  for (const [name, numbers] of Object.entries(snapshot.states)) {
    const info = plan.graph.inputs.find((one) => one.name === name) ?? undefined;
    const carried = plan.carried.find((one) => one.input === name);
    if (info === undefined) throw wrong(`there is no state ${JSON.stringify(name)}`);
    const shape =
      now.get(name)?.shape ?? (carried === undefined ? stateShape(plan, name) : [plan.batch, ...carried.row]);
    const type = now.get(name)?.type ?? (numbers instanceof Float64Array && isFloat(info.type) ? "float64" : info.type);
    if (numbers.length !== countElements(shape))
      throw wrong(`${name} has ${numbers.length} numbers, of ${printShape(shape)}`);
    states.set(name, keepTensor({ type, shape, data: numbers }));
  }
  return states;
}

/** The free inputs of a step. Throws `graph/bad-input` for numbers that are not those of one. */
function stepInputs(plan: StreamPlan, x: StepInputs): Map<ValueName, KeptNumbers> {
  const names = plan.free.map(({ name }) => name).join(", ") || "none";
  if (isList(x) && plan.free.length !== 1)
    throw new RecurraError(
      "graph/bad-input",
      `The graph has ${plan.free.length} inputs at each step (${names}); give them by name.`,
    );
  const given: Readonly<Record<ValueName, ArrayLike<number>>> = isList(x) ? { [plan.free[0]!.name]: x } : x;
  for (const name of Object.keys(given))
    if (!plan.free.some((one) => one.name === name))
      throw new RecurraError(
        "graph/bad-input",
        `There is no input ${JSON.stringify(name)} at a step; there are ${names}.`,
      );
  return new Map(
    plan.free.map(({ name, type }): [ValueName, KeptNumbers] => {
      const numbers = given[name];
      if (numbers === undefined)
        throw new RecurraError("graph/bad-input", `The input ${JSON.stringify(name)} of the step is missing.`);
      const shape = [...plan.shapes.get(name)!];
      const open = shape.indexOf(undefined);
      if (open >= 0) shape[open] = numbers.length / shape.reduce<number>((product, size) => product * (size ?? 1), 1);
      if (
        shape.includes(undefined) ||
        countElements(shape as number[]) !== numbers.length ||
        !Number.isInteger(shape[open] ?? 0)
      )
        throw new RecurraError(
          "graph/bad-input",
          `The input ${JSON.stringify(name)} is given ${numbers.length} numbers for a step of ${printShape(plan.shapes.get(name)!.map((size) => size ?? "?"))}.`,
        );
      return [name, keepTensor({ type, shape: shape as number[], data: numbers })];
    }),
  );
}

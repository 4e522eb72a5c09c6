/** How long a training step or a prediction takes, by a table of workloads. */
import { cellNames, cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import type { Backend, Numbers } from "../engine/backend.ts";
import { chooseBackend } from "../engine/backends.ts";
import type { Cell } from "../language/index.ts";
import { createModel, describeNetwork, initialiseNetwork, lowerPredict, network } from "../network/index.ts";
import type { ModelOptions, NetworkSpec } from "../network/index.ts";
import { functionNames, lowerTraining } from "../training/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { plainData } from "../util/plain-data.ts";
import type { PlainData } from "../util/plain-data.ts";
import { createRandom } from "../util/random.ts";

/** Sizes of what is measured. */
export interface Workload {
  readonly name: string;
  readonly mode: "train" | "infer";
  readonly cell: CellName;
  readonly batch: number;
  readonly steps: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  /** Of the linear head; only for training. */
  readonly outputs: number;
}

export interface Timing {
  readonly name: string;
  readonly mode: Workload["mode"];
  readonly backend: string;
  readonly threads: number;
  /** The median of the timed runs. */
  readonly milliseconds: number;
  readonly runs: number;
}

const mostSize = 65_536;

/** Workloads from JSON: `{ train: [{ name, cell, B, T, I, H, L, O }], infer: […] }`. Throws `file/bad-workloads` naming the place. */
export function parseWorkloads(value: unknown, source = "The file"): readonly Workload[] {
  const root = plainData(
    value,
    "",
    (path, what) => new RecurraError("file/bad-workloads", `${source}: ${path === "" ? "the whole" : path} ${what}`),
  ).object();
  return (["train", "infer"] as const).flatMap(
    (mode) =>
      root
        .find(mode)
        ?.array(1000)
        .map((entry) => parseWorkload(entry, mode)) ?? [],
  );
}

function parseWorkload(data: PlainData, mode: Workload["mode"]): Workload {
  const entry = data.object();
  const size = (key: string): number => entry.get(key).whole(1, mostSize);
  const name = entry.get("cell").text(100).toLowerCase();
  const cell =
    cellNames.find((one) => one === name) ?? entry.get("cell").fail(`is "${name}", not one of ${cellNames.join(", ")}`);
  return {
    name: entry.get("name").text(100),
    mode,
    cell,
    batch: size("B"),
    steps: size("T"),
    inputs: size("I"),
    hidden: size("H"),
    layers: size("L"),
    outputs: mode === "train" ? size("O") : size("H"),
  };
}

/** A call that is timed, and what is to be let go of afterwards. */
interface Job {
  call(): void;
  dispose(): void;
}

/** Runs go on for at least so long, and at least so often unless that takes too long. */
const budget = { seconds: 1, runs: 20, mostFactor: 20 } as const;

export interface MeasureOptions {
  readonly backend?: ModelOptions["backend"];
  /** Most threads to use: one if absent. */
  readonly threads?: ModelOptions["threads"];
  /** How long to measure, at least: 1 */
  readonly seconds?: number | undefined;
}

/** Measures a workload: warms up, then takes the median of many runs. Throws `engine/…`. */
export function measureWorkload(workload: Workload, options: MeasureOptions = {}): Timing {
  const { threads } = options;
  const { backend } = chooseBackend(options.backend ?? "auto", { threads });
  const job =
    workload.mode === "train"
      ? prepareStep(workload, backend)
      : workload.steps === 1
        ? prepareStream(workload, { backend: backend.name, threads })
        : prepareForward(workload, backend);
  try {
    const times = timeRuns(job, (options.seconds ?? budget.seconds) * 1000);
    return {
      name: workload.name,
      mode: workload.mode,
      backend: backend.name,
      threads: backend.threads,
      milliseconds: median(times),
      runs: times.length,
    };
  } finally {
    job.dispose();
  }
}

function timeRuns(job: Job, least: number): readonly number[] {
  const most = least * budget.mostFactor;
  const start = performance.now();
  // The engine that runs the kernels optimises them while they run.
  for (let warm = 0; warm < 3 || performance.now() - start < least / 4; warm++) {
    job.call();
    if (performance.now() - start > most / 4) break;
  }
  const times: number[] = [];
  const first = performance.now();
  for (let now = first; ;) {
    job.call();
    const after = performance.now();
    times.push(after - now);
    now = after;
    const spent = after - first;
    if ((spent >= least && times.length >= budget.runs) || spent >= most) return times;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = known(sorted[middle], "a time");
  return sorted.length % 2 === 1 ? upper : (upper + known(sorted[middle - 1], "a time")) / 2;
}

function stackOf({
  cell,
  inputs,
  hidden,
  layers,
}: Workload): ReturnType<ReturnType<typeof network<number>>["recurrent"]> {
  const chosen: Cell = cells[cell];
  let stack = network({ features: inputs }).recurrent(chosen, { size: hidden });
  for (let layer = 1; layer < layers; layer++) stack = stack.recurrent(chosen, { size: hidden });
  return stack;
}

function fillNormal(array: Numbers, seed: number): void {
  const random = createRandom(seed);
  for (let i = 0; i < array.length; i++) array[i] = random.normal();
}

/** Forwards, mean squared error, backwards, Adam. */
function prepareStep(workload: Workload, backend: Backend): Job {
  const { steps, batch } = workload;
  const spec: NetworkSpec = stackOf(workload).last().dense(workload.outputs).build();
  const lowered = lowerTraining({
    network: spec,
    loss: { kind: "mean-squared" },
    optimiser: { kind: "adam" },
    steps: [steps],
    batch,
    lengths: false,
  });
  const executable = backend.load(lowered.program);
  const { inputs, targets, weights, scale } = lowered.ports;
  for (const [name, values] of Object.entries(initialiseNetwork(spec, { seed: 1 })))
    executable.array(known(lowered.parameters.get(name), name).value).set(values);
  fillNormal(executable.array(inputs), 2);
  fillNormal(executable.array(targets), 3);
  executable.array(weights).fill(1);
  executable.array(scale)[0] = 1 / (batch * workload.outputs);
  const { step } = functionNames(steps);
  const numbers = executable.array(lowered.update.numbers);
  let update = 0;
  return {
    call: () => {
      executable.call(step);
      lowered.optimiser.writeNumbers(++update, lowered.optimiser.rate, numbers);
      executable.call("update");
    },
    dispose: () => executable.dispose(),
  };
}

/** All outputs of the sequence, and the final states of all layers, as new arrays. */
function prepareForward(workload: Workload, backend: Backend): Job {
  const { steps, batch } = workload;
  const spec = stackOf(workload).build();
  const lowered = lowerPredict(spec, describeNetwork(spec), { steps, batch, hasLengths: false, hasStates: true });
  const executable = backend.load(lowered.program);
  for (const [name, values] of Object.entries(initialiseNetwork(spec, { seed: 1 })))
    executable.array(known(lowered.places.get(name), name).value).set(values);
  const inputs = new Float32Array(steps * batch * workload.inputs);
  fillNormal(inputs, 2);
  const results = [lowered.output, ...lowered.finalStates.values()];
  return {
    call: () => {
      executable.array(lowered.input).set(inputs);
      executable.call("predict");
      for (const result of results) executable.array(result).slice();
    },
    dispose: () => executable.dispose(),
  };
}

/** One step of a session. */
function prepareStream(workload: Workload, options: Pick<ModelOptions, "backend" | "threads">): Job {
  const spec = stackOf(workload).build();
  const model = createModel({
    spec,
    parameters: initialiseNetwork(spec, { seed: 1 }),
    ...options,
  });
  const session = model.session({ batch: workload.batch });
  const x = new Float32Array(workload.batch * workload.inputs);
  fillNormal(x, 2);
  return {
    call: () => void session.step(x),
    dispose: () => {
      session.dispose();
      model.dispose();
    },
  };
}

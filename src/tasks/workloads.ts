/** How long a training step or a prediction takes, by a table of workloads. */
import { cellNames } from "../cells/index.ts";
import type { Backend, Executable, Numbers } from "../engine/backend.ts";
import { chooseBackend } from "../engine/backends.ts";
import { cell } from "../language/index.ts";
import { createModel, describeNetwork, initialiseNetwork, lowerPredict, network } from "../network/index.ts";
import type { CellChoice, ModelOptions, NetworkSpec, WeightFormat } from "../network/index.ts";
import { functionNames, lowerTraining } from "../training/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { plainData } from "../util/plain-data.ts";
import type { PlainData } from "../util/plain-data.ts";
import { createRandom } from "../util/random.ts";

/** Sizes of what is measured. */
export interface Workload {
  readonly name: string;
  readonly mode: "train" | "infer";
  readonly cell: CellChoice;
  readonly batch: number;
  readonly steps: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  /** Of the linear head; only for training. */
  readonly outputs: number;
  /** Steps between checkpoints of the gradient; only for training. */
  readonly checkpoint?: number;
}

export interface Timing {
  readonly name: string;
  readonly mode: Workload["mode"];
  readonly backend: string;
  readonly threads: number;
  readonly weights: WeightFormat;
  /** The median of the timed runs. */
  readonly milliseconds: number;
  readonly runs: number;
  /** All memory of the program, as planned; absent for a stream. */
  readonly bytes?: number;
}

const mostSize = 65_536;

/**
 * Workloads from JSON: `{ train: [{ name, cell, B, T, I, H, L, O }], infer: […] }`; `cell` is a built-in one's name, or the name of that
 * whose `equations` are given as well, and a training may have a `checkpoint`. Throws `file/bad-workloads` naming the place, and what
 * `cell` throws for bad equations.
 */
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
  const checkpoint = mode === "train" ? entry.find("checkpoint")?.whole(1, mostSize) : undefined;
  return {
    name: entry.get("name").text(100),
    mode,
    cell: parseCell(entry),
    batch: size("B"),
    steps: size("T"),
    inputs: size("I"),
    hidden: size("H"),
    layers: size("L"),
    outputs: mode === "train" ? size("O") : size("H"),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

function parseCell(entry: ReturnType<PlainData["object"]>): CellChoice {
  const text = entry.get("cell").text(100);
  const equations = entry.find("equations")?.text(mostSize);
  if (equations !== undefined) return cell(text, equations);
  const name = text.toLowerCase();
  return (
    cellNames.find((one) => one === name) ?? entry.get("cell").fail(`is "${name}", not one of ${cellNames.join(", ")}`)
  );
}

/** A call that is timed, and what is to be let go of afterwards. */
interface Job {
  /** Of the whole program. */
  readonly bytes?: number;
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
  /** How the weights of streams (one step a call) are held: float32. All else runs on float32. */
  readonly weights?: WeightFormat | undefined;
}

/** Measures a workload: warms up, then takes the median of many runs. Throws `engine/…`. */
export function measureWorkload(workload: Workload, options: MeasureOptions = {}): Timing {
  const { threads } = options;
  const { backend } = chooseBackend(options.backend ?? "auto", { threads });
  const isStream = workload.mode === "infer" && workload.steps === 1;
  const weights = isStream ? (options.weights ?? "float32") : "float32";
  const job =
    workload.mode === "train"
      ? prepareStep(workload, backend)
      : isStream
        ? prepareStream(workload, { backend: backend.name, threads }, weights)
        : prepareForward(workload, backend);
  try {
    const times = timeRuns(job, (options.seconds ?? budget.seconds) * 1000);
    return {
      name: workload.name,
      mode: workload.mode,
      backend: backend.name,
      threads: backend.threads,
      weights,
      milliseconds: median(times),
      runs: times.length,
      ...(job.bytes === undefined ? {} : { bytes: job.bytes }),
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
  checkpoint,
}: Workload): ReturnType<ReturnType<typeof network<number>>["recurrent"]> {
  const options = { size: hidden, ...(checkpoint === undefined ? {} : { checkpoint }) };
  let stack = network({ features: inputs }).recurrent(cell, options);
  for (let layer = 1; layer < layers; layer++) stack = stack.recurrent(cell, options);
  return stack;
}

/** Bytes of all memory a loaded program has. */
function bytesOf({ plan }: Executable, backend: Backend): number {
  return plan.words * (backend.describe().numbers === "float64" ? 8 : 4);
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
    shapes: [{ steps }],
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
  const { step } = functionNames({ steps });
  const numbers = executable.array(lowered.update.numbers);
  let update = 0;
  return {
    bytes: bytesOf(executable, backend),
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
  executable.call("prepare");
  const inputs = new Float32Array(steps * batch * workload.inputs);
  fillNormal(inputs, 2);
  const results = [lowered.output, ...lowered.finalStates.values()];
  return {
    bytes: bytesOf(executable, backend),
    call: () => {
      executable.array(lowered.input).set(inputs);
      executable.call("predict");
      for (const result of results) executable.array(result).slice();
    },
    dispose: () => executable.dispose(),
  };
}

/** One step of a session. */
function prepareStream(
  workload: Workload,
  options: Pick<ModelOptions, "backend" | "threads">,
  weights: WeightFormat,
): Job {
  const spec = stackOf(workload).build();
  const model = createModel({
    spec,
    parameters: initialiseNetwork(spec, { seed: 1 }),
    ...options,
  });
  const session = model.session({ batch: workload.batch, weights });
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

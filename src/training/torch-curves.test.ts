import { describe, expect, it } from "vitest";
import { isThere, orMissing, readTorchCases, readTorchTensors } from "../../test/support/torch-fixtures.ts";
import {
  takeTorchParameters,
  torchLayer,
  torchLinear,
  torchOptimiser,
  torchSchedule,
} from "../../test/support/torch-training.ts";
import type { TorchCase, TorchCell } from "../../test/support/torch-training.ts";
import { tolerances } from "../../test/tolerances.ts";
import type { Numbers } from "../engine/backend.ts";
import { chooseBackend } from "../engine/backends.ts";
import type { NetworkSpec } from "../network/index.ts";
import type { StepEvent } from "./events.ts";
import { createMachine } from "./machine.ts";
import { train } from "./trainer.ts";
import { settleOptions } from "./training-options.ts";
import type { TrainingOptions } from "./training-options.ts";

/** A case as a run of ours, and the kind of its recurrent cell. */
interface OurRun {
  readonly options: TrainingOptions;
  readonly kind: TorchCell;
}

type Tensors = ReturnType<typeof readTorchTensors>;

function numbersOf(tensors: Tensors, name: string): Float64Array {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`${name} is missing`);
  return tensor.data;
}

/** Every 20 updates are 20 epochs of one batch, but for the stream: 2 epochs of ten pieces. */
function ourRun(one: TorchCase, tensors: Tensors): OurRun {
  const kind = (/^(?:LSTM|GRU|RNN)/.exec(one.model)?.[0] ?? "LSTM") as TorchCell;
  const make = one.id.startsWith("tag") ? tagger : one.id.startsWith("tbptt") ? stream : regression;
  const { network, ...rest } = make(kind, tensors);
  const options: TrainingOptions = {
    epochs: 20,
    ...rest,
    network,
    parameters: takeTorchParameters(tensors, "init.", network, kind),
    optimiser: torchOptimiser(one),
    schedule: torchSchedule(one),
    clip: one.clip === null ? undefined : { kind: one.clip[0], most: one.clip[1] },
    backend: one.dtype === "float64" ? "reference" : "wasm",
    shuffle: false,
    stepSeconds: 0,
    checkpointEpochs: 1,
  };
  return { options, kind };
}

type Setting = Pick<TrainingOptions, "network" | "data" | "loss"> & Partial<TrainingOptions>;

/** `data.x` [7, 4, 3] to a target [4, 2] from the last step. */
function regression(kind: TorchCell, tensors: Tensors): Setting {
  const x = numbersOf(tensors, "data.x");
  const inputs = Float64Array.from(x, (_, n) => {
    const [member, step, column] = [Math.floor(n / 21), Math.floor(n / 3) % 7, n % 3];
    return x[(step * 4 + member) * 3 + column] ?? NaN;
  });
  const starts = Int32Array.of(0, 7, 14, 21);
  const lengths = new Int32Array(4).fill(7);
  return {
    network: {
      input: { kind: "features", size: 3 },
      layers: [torchLayer(kind, 5), { kind: "pool", over: "last" }, torchLinear(2)],
    },
    data: {
      kind: "sequences",
      inputs,
      inputSize: 3,
      starts,
      lengths,
      targets: numbersOf(tensors, "data.y"),
      targetSize: 2,
      perStep: false,
    },
    loss: { kind: "mean-squared" },
  };
}

/** A packed two-layer bidirectional tagger; -100 marks what does not count. */
function tagger(kind: TorchCell, tensors: Tensors): Setting {
  const targets = numbersOf(tensors, "data.y");
  const network: NetworkSpec = {
    input: { kind: "tokens", size: 9 },
    layers: [{ kind: "embedding", size: 4 }, torchLayer(kind, 5, "both"), torchLayer(kind, 5, "both"), torchLinear(4)],
  };
  return {
    network,
    data: {
      kind: "sequences",
      inputs: numbersOf(tensors, "data.x"),
      inputSize: 1,
      starts: Int32Array.of(0, 7, 14),
      lengths: Int32Array.from(numbersOf(tensors, "data.lengths")),
      targets,
      targetSize: 1,
      perStep: true,
      weights: targets.map((tag) => (tag === -100 ? 0 : 1)),
    },
    loss: { kind: "cross-entropy" },
  };
}

/** `data.tokens` [61, 2] in pieces of six, the state carried; zero at each of two epochs. */
function stream(kind: TorchCell, tensors: Tensors): Setting {
  const tokens = numbersOf(tensors, "data.tokens");
  return {
    network: {
      input: { kind: "tokens", size: 6 },
      layers: [{ kind: "embedding", size: 4 }, torchLayer(kind, 7), torchLinear(6)],
    },
    data: {
      kind: "stream",
      inputs: tokens.slice(0, 120),
      inputSize: 1,
      targets: tokens.slice(2),
      targetSize: 1,
      batch: 2,
    },
    loss: { kind: "cross-entropy" },
    truncation: { update: 6 },
    epochs: 2,
  };
}

/** What differs by more than the tolerance, relative to 1 + |expected|. */
function findFaults(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): string[] {
  if (actual.length !== expected.length) return [`${what} has ${actual.length} numbers instead of ${expected.length}`];
  return Array.from(expected).flatMap((should, n) => {
    const is = actual[n] ?? NaN;
    return Math.abs(is - should) <= tolerance * (1 + Math.abs(should))
      ? []
      : [`${what}[${n}] is ${is}, PyTorch has ${should}`];
  });
}

describe("PyTorch's training runs", () => {
  it.for(orMissing(readTorchCases("training") as readonly TorchCase[]))("$id", async (one, context) => {
    if (!isThere(one)) return context.skip(one.id);
    const tensors = readTorchTensors(one);
    const { options, kind } = ourRun(one, tensors);
    const tolerance = one.dtype === "float64" ? tolerances.torchTraining64 : tolerances.torchTraining32;
    const weightTolerance = one.dtype === "float64" ? tolerances.torchTraining64 : tolerances.torchWeight32;
    const expected = (prefix: string): [string, Float64Array][] =>
      Object.entries(takeTorchParameters(tensors, prefix, options.network, kind));

    const machine = createMachine(settleOptions(options), chooseBackend(options.backend ?? "auto").backend);
    machine.resetStates();
    machine.step(0, 0);
    const gradientOf = (name: string): Numbers =>
      machine.executable.array(machine.program.parameters.get(name)?.gradient ?? -1);
    expect(
      expected("grad0.").flatMap(([name, values]) => findFaults(gradientOf(name), values, tolerance, `d${name}`)),
    ).toEqual([]);

    const steps: StepEvent[] = [];
    const weights: Record<string, Numbers>[] = [];
    for await (const event of train(options)) {
      if (event.kind === "step") steps.push(event);
      if (event.kind === "checkpoint") weights.push({ ...event.checkpoint.arrays });
    }
    expect(
      findFaults(
        steps.map((step) => step.loss),
        one.losses.slice(0, 20),
        tolerance,
        "loss",
      ),
    ).toEqual([]);
    expect(
      findFaults(
        steps.map((step) => step.norm),
        one.grad_norms,
        tolerance,
        "norm",
      ),
    ).toEqual([]);
    expect(
      findFaults(
        steps.map((step) => step.rate),
        one.lrs ?? steps.map((step) => step.rate),
        tolerances.schedule,
        "rate",
      ),
    ).toEqual([]);
    for (const [prefix, arrays] of [
      ["step1.", weights[0]],
      ["final.", weights.at(-1)],
    ] as const) {
      const faults = expected(prefix).flatMap(([name, values]) =>
        findFaults(arrays?.[`parameter/${name}`] ?? [], values, weightTolerance, prefix + name),
      );
      expect(faults).toEqual([]);
    }
  });
});

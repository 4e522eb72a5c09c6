import { describe, expect, it } from "vitest";
import { readTorchCases, readTorchTensors, takeTorchParameters, torchLayer, torchLinear, torchOptimiser, torchSchedule } from "../../test/support/torch-training.ts";
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
    network: { input: { kind: "features", size: 3 }, layers: [torchLayer(kind, 5), { kind: "pool", over: "last" }, torchLinear(2)] },
    data: { kind: "sequences", inputs, inputSize: 3, starts, lengths, targets: numbersOf(tensors, "data.y"), targetSize: 2, perStep: false },
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
    network: { input: { kind: "tokens", size: 6 }, layers: [{ kind: "embedding", size: 4 }, torchLayer(kind, 7), torchLinear(6)] },
    data: { kind: "stream", inputs: tokens.slice(0, 120), inputSize: 1, targets: tokens.slice(2), targetSize: 1, batch: 2 },
    loss: { kind: "cross-entropy" },
    truncation: { update: 6 },
    epochs: 2,
  };
}

/** Errors are relative to 1 + |expected|. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  for (let n = 0; n < expected.length; n++) {
    const [is, should] = [actual[n] ?? NaN, expected[n] ?? NaN];
    expect(Math.abs(is - should), `${what}[${n}] is ${is}, PyTorch has ${should}`).toBeLessThanOrEqual(tolerance * (1 + Math.abs(should)));
  }
}

const cases = readTorchCases("training");

describe("PyTorch's training runs", () => {
  if (cases.length === 0) it("match", (context) => context.skip("../shared/fixtures is missing"));
  it.each(cases.map((one) => [one.id, one] as const))("%s", async (_, one) => {
    const tensors = readTorchTensors(one);
    const { options, kind } = ourRun(one, tensors);
    const { network } = options;
    const tolerance = one.dtype === "float64" ? tolerances.torchTraining64 : tolerances.torchTraining32;
    const expected = (prefix: string): Record<string, Float64Array> => takeTorchParameters(tensors, prefix, network, kind);

    const machine = createMachine(settleOptions(options), chooseBackend(options.backend ?? "auto").backend);
    machine.resetStates();
    machine.step(0, 0);
    for (const [name, values] of Object.entries(expected("grad0."))) {
      const gradient = machine.program.parameters.get(name)?.gradient;
      expectClose(machine.executable.array(gradient ?? -1), values, tolerance, `d${name}`);
    }

    const steps: StepEvent[] = [];
    const weights: Record<string, Numbers>[] = [];
    for await (const event of train(options)) {
      if (event.kind === "step") steps.push(event);
      if (event.kind === "checkpoint") weights.push({ ...event.checkpoint.arrays });
    }
    expectClose(steps.map((step) => step.loss), one.losses.slice(0, 20), tolerance, "losses");
    expectClose(steps.map((step) => step.norm), one.grad_norms, tolerance, "norms");
    if (one.lrs !== undefined) expectClose(steps.map((step) => step.rate), one.lrs, tolerances.schedule, "rates");
    for (const [prefix, arrays] of [["step1.", weights[0]], ["final.", weights.at(-1)]] as const) {
      for (const [name, values] of Object.entries(expected(prefix))) expectClose(arrays?.[`parameter/${name}`] ?? [], values, tolerance, `${prefix}${name}`);
    }
  });
});

import { describe, expect, it } from "vitest";
import { collect, waveRun } from "../../test/support/training-runs.ts";
import type { Numbers } from "../engine/backend.ts";
import { network } from "../network/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { TrainingOptions } from "./training-options.ts";

/** A checkpoint as it comes back from a file: JSON, and arrays by name. */
function throughFile({ arrays, ...rest }: Checkpoint): Checkpoint {
  const copies = Object.entries(arrays).map(([name, array]): [string, Numbers] => [name, array.slice()]);
  return { ...(JSON.parse(JSON.stringify(rest)) as Omit<Checkpoint, "arrays">), arrays: Object.fromEntries(copies) };
}

/** Two streams of tokens, and an LSTM that is trained along them with gradients through more steps than an update. */
function streamRun(options: Partial<TrainingOptions> = {}): TrainingOptions {
  const tokens = Int32Array.from({ length: 2 * 21 }, (_, n) => (n * n + Math.floor(n / 5)) % 5);
  const stream = (from: number, length: number) =>
    ({
      kind: "stream",
      inputs: tokens.slice(from, from + 2 * length),
      inputSize: 1,
      targets: tokens.slice(from + 2, from + 2 * (length + 1)),
      targetSize: 1,
      batch: 2,
    }) as const;
  return {
    network: network({ tokens: 5 })
      .embedding(3)
      .recurrent("lstm", { size: 4, recurrentDropout: 0.2, initialState: "learned" })
      .dropout(0.1)
      .dense(5)
      .build(),
    data: stream(0, 14),
    validation: stream(28, 6),
    loss: { kind: "cross-entropy", smoothing: 0.1 },
    optimiser: { kind: "rmsprop", rate: 0.01, momentum: 0.9, centred: true },
    truncation: { update: 2, back: 4 },
    epochs: 3,
    backend: "reference",
    stepSeconds: 0,
    ...options,
  };
}

/** Sequences of different lengths in buckets, watched by a schedule that remembers. */
function sequenceRun(options: Partial<TrainingOptions> = {}): TrainingOptions {
  const lengths = Int32Array.from({ length: 17 }, (_, n) => 1 + (n % 5));
  const starts = lengths.map((_, n) => lengths.subarray(0, n).reduce((sum, length) => sum + length, 0));
  const rows = lengths.reduce((sum, length) => sum + length, 0);
  const inputs = Float64Array.from({ length: rows * 2 }, (_, n) => Math.sin(n));
  const data = (indices: Int32Array) =>
    ({
      kind: "sequences",
      inputs,
      inputSize: 2,
      starts,
      lengths,
      targets: lengths.map((length) => length % 2),
      targetSize: 1,
      perStep: false,
      indices,
      buckets: 2,
    }) as const;
  const all = Int32Array.from(lengths, (_, n) => n);
  return {
    network: network({ features: 2 })
      .recurrent("gru", { size: 3, direction: "both", zoneout: 0.1 })
      .mean()
      .dense(2)
      .build(),
    data: data(all.slice(0, 12)),
    validation: data(all.slice(12)),
    loss: { kind: "cross-entropy" },
    optimiser: { kind: "adamw", rate: 0.05, decayed: "matrices", amsgrad: true },
    schedule: { kind: "warm-up", steps: 2, next: { kind: "on-plateau", patience: 1, factor: 0.5 } },
    epochs: 4,
    batch: 3,
    backend: "reference",
    stepSeconds: 0,
    ...options,
  };
}

const runs: readonly (readonly [string, TrainingOptions])[] = [
  ["windows, shuffled, with dropout", waveRun({ keep: "best", schedule: { kind: "cosine" } })],
  ["sequences in buckets, with zoneout", sequenceRun()],
  ["streams with carried states, with recurrent dropout", streamRun()],
  ["windows, in WebAssembly", waveRun({ backend: "wasm" })],
];

describe.each(runs)("a run over %s", (_, options) => {
  it("ends with the same bits wherever it was stopped and resumed", async () => {
    const whole = await collect(options);
    const updates = whole.steps.length;
    const perEpoch = whole.started.updatesPerEpoch;
    // After the first update, within an epoch, at its last batch (before it is watched), after it, and at the very last.
    for (const stopAt of [1, perEpoch + 2, 2 * perEpoch, 2 * perEpoch + 1, updates]) {
      const first = await collect(options, (event) => event.kind === "step" && event.update === stopAt);
      expect(first.stopped?.progress.update).toBe(stopAt);
      const rest = await collect({ ...options, resume: throughFile(first.stopped!) });
      expect(rest.started.update).toBe(stopAt);
      expect([...first.steps, ...rest.steps].map(({ loss, norm, rate }) => [loss, norm, rate])).toEqual(
        whole.steps.map(({ loss, norm, rate }) => [loss, norm, rate]),
      );
      expect(rest.finished?.parameters).toEqual(whole.finished?.parameters);
      expect(rest.finished?.best).toEqual(whole.finished?.best);
      expect(rest.finished?.history.map(({ loss, validation }) => [loss, validation])).toEqual(
        whole.epochs.map(({ loss, validation }) => [loss, validation]),
      );
    }
  });

  it("ends with the same bits when it is stopped again and again", async () => {
    const whole = await collect(options);
    let checkpoint: Checkpoint | undefined;
    for (;;) {
      const last: number = checkpoint?.progress.update ?? 0;
      const part = await collect(
        { ...options, resume: checkpoint },
        (event) => event.kind === "step" && event.update === last + 3,
      );
      if (part.stopped === undefined) {
        expect(part.finished?.parameters).toEqual(whole.finished?.parameters);
        return;
      }
      checkpoint = throughFile(part.stopped);
    }
  });

  it("goes on from the checkpoints it gives", async () => {
    const whole = await collect({ ...options, checkpointEpochs: 2 });
    const rest = await collect({ ...options, resume: throughFile(whole.checkpoints[0]!) });
    expect(rest.started.update).toBe(2 * whole.started.updatesPerEpoch);
    expect(rest.finished?.parameters).toEqual(whole.finished?.parameters);
  });
});

describe("a checkpoint", () => {
  const options = waveRun({ checkpointEpochs: 1 });

  it("of a run that has ended gives its end again, and can be trained further", async () => {
    const whole = await collect(options);
    const resume = throughFile(whole.checkpoints.at(-1)!);
    const again = await collect({ ...options, resume });
    expect(again.steps).toEqual([]);
    expect(again.finished).toMatchObject({ parameters: whole.finished!.parameters, best: whole.finished!.best });
    const further = await collect({ ...options, epochs: 5, resume });
    const long = await collect({ ...options, epochs: 5 });
    expect(further.finished?.parameters).toEqual(long.finished?.parameters);
  });

  it("of another run is refused, and says in what it differs", async () => {
    const { checkpoints } = await collect(options);
    const resume = checkpoints[0]!;
    const other = network({ features: 1 }).recurrent("gru", { size: 5 }).last().dense(1).build();
    const cases: readonly (readonly [Partial<TrainingOptions>, RegExp])[] = [
      [{ network: other }, /another network/],
      [{ loss: { kind: "absolute" } }, /another loss/],
      [{ optimiser: { kind: "adam", betas: [0.5, 0.9] } }, /another optimiser, or one with other settings/],
      [{ clip: undefined }, /another clipping/],
      [{ batch: 4 }, /another batch size/],
      [{ ...waveRun(), data: waveRun().validation! }, /other training data/],
    ];
    for (const [change, message] of cases) {
      await expect(collect({ ...options, ...change, resume })).rejects.toMatchObject({
        code: "training/other-run",
        message: expect.stringMatching(message) as string,
      });
    }
  });

  it("goes on at another learning rate, as a schedule would have changed it", async () => {
    const base = { ...options, schedule: undefined, optimiser: { kind: "adam", rate: 0.01 } } as const;
    const { checkpoints, started } = await collect(base);
    const every = started.updatesPerEpoch;
    const stepped = await collect({ ...base, schedule: { kind: "step", every, factor: 3 }, epochs: 2 });
    const resumed = await collect({
      ...base,
      epochs: 2,
      optimiser: { kind: "adam", rate: 0.03 },
      resume: throughFile(checkpoints[0]!),
    });
    expect(resumed.steps[0]?.rate).toBe(0.03);
    expect(resumed.finished?.parameters).toEqual(stepped.finished?.parameters);
  });

  it("goes on at another learning rate where a plateau has lowered it, lowered as much", async () => {
    // The loss is never low enough, so that the rate is halved after each epoch.
    const schedule = { kind: "on-plateau", factor: 0.5, patience: 0, threshold: 1 } as const;
    const base = { ...options, schedule, optimiser: { kind: "sgd", rate: 0.01 } } as const;
    const { checkpoints } = await collect(base);
    const lowered = checkpoints[1]!;
    expect(lowered.progress.plateau?.rate).toBe(0.005);
    const { steps } = await collect({ ...base, optimiser: { kind: "sgd", rate: 0.04 }, resume: throughFile(lowered) });
    expect(steps[0]?.rate).toBe(0.02);
  });

  it("that is damaged is refused", async () => {
    const { checkpoints } = await collect(options);
    const resume = checkpoints[0]!;
    const { "moment/v/3.W": removed, ...arrays } = resume.arrays;
    expect(removed).toHaveLength(4);
    await expect(collect({ ...options, resume: { ...resume, arrays } })).rejects.toThrow(/moment\/v\/3.W is missing/);
    await expect(collect({ ...options, resume: { ...resume, version: 2 as 1 } })).rejects.toThrow(/version 2/);
  });
});

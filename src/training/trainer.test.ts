import { describe, expect, it } from "vitest";
import { collect, waveRun } from "../../test/support/training-runs.ts";
import { cell } from "../language/index.ts";
import { describeNetwork, network } from "../network/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import type { SequenceData } from "./sequence-data.ts";
import type { TrainingOptions } from "./training-options.ts";

describe("a run", () => {
  it("tells of its start, every update, every epoch, and its end", async () => {
    const { events, started, steps, epochs, finished } = await collect(waveRun());
    expect(started).toMatchObject({
      backend: "reference",
      epochs: 3,
      updatesPerEpoch: 6,
      update: 0,
      parameters: 4 * 3 * (1 + 4 + 1) + 4 + 4 + 1,
    });
    expect(events.map((event) => event.kind).filter((kind) => kind !== "step")).toEqual([
      "started",
      "epoch",
      "epoch",
      "epoch",
      "finished",
    ]);
    expect(steps.map(({ update }) => update)).toEqual(Array.from({ length: 18 }, (_, n) => n + 1));
    expect(steps[7]).toMatchObject({ epoch: 2, updates: 18, rate: 0.02 });
    expect(epochs.map(({ epoch, epochs: all }) => [epoch, all])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(finished).toMatchObject({ because: "epochs", history: epochs.map(({ epoch, loss }) => ({ epoch, loss })) });
    expect(Object.keys(finished!.parameters)).toEqual(
      describeNetwork(waveRun().network).parameters.map(({ name }) => name),
    );
  });

  it("tells only now and then of its updates if so asked", async () => {
    const { steps, epochs } = await collect(waveRun({ stepSeconds: 3600 }));
    expect([steps.length, epochs.length]).toEqual([1, 3]);
  });

  it("tells of its updates after so many of them, however fast they are", async () => {
    const { steps } = await collect(waveRun({ stepSeconds: 3600, stepUpdates: 4 }));
    expect(steps.map(({ update }) => update)).toEqual([1, 4, 8, 12, 16]);
  });

  it("averages an epoch's loss over all that counts", async () => {
    const { steps, epochs } = await collect(waveRun({ epochs: 1 }));
    // 42 windows in batches of 8.
    const counts = [8, 8, 8, 8, 8, 2];
    expect(steps).toHaveLength(6);
    const mean = steps.reduce((sum, { loss }, n) => sum + loss * counts[n]!, 0) / 42;
    expect(epochs[0]!.loss).toBeCloseTo(mean, 14);
  });

  it("gives the same bits for the same seed, and others for another", async () => {
    const [one, same, other] = [
      await collect(waveRun()),
      await collect(waveRun()),
      await collect(waveRun({ seed: 2 })),
    ];
    expect(same.steps.map(({ loss, norm }) => [loss, norm])).toEqual(one.steps.map(({ loss, norm }) => [loss, norm]));
    expect(same.finished?.parameters).toEqual(one.finished?.parameters);
    expect(other.steps[5]?.loss).not.toBe(one.steps[5]?.loss);
  });

  it("learns the same whether it is watched or not", async () => {
    const watched = await collect(waveRun({ keep: "last" }));
    const alone = await collect(waveRun({ validation: undefined }));
    expect(alone.finished?.parameters).toEqual(watched.finished?.parameters);
    expect(alone.epochs[0]).not.toHaveProperty("validation");
  });

  it("starts from given parameters, and refuses those that do not fit", async () => {
    const first = await collect(waveRun());
    const parameters = first.finished!.parameters;
    const second = await collect(waveRun({ epochs: 1, parameters }));
    expect(second.steps[0]!.loss).toBeLessThan(first.steps[0]!.loss);
    await expect(collect(waveRun({ parameters: { ...parameters, "9.W": new Float32Array(1) } }))).rejects.toMatchObject(
      { code: "network/bad-parameters" },
    );
    await expect(collect(waveRun({ parameters: { "3.W": new Float32Array(3) } }))).rejects.toThrow(
      /3.W was given 3 numbers, but has 4/,
    );
  });

  it("follows a schedule by updates or by epochs", async () => {
    const byUpdate = await collect(waveRun({ schedule: { kind: "step", every: 9, factor: 0.5 } }));
    expect(byUpdate.steps.map(({ rate }) => rate)).toEqual(Array.from({ length: 18 }, (_, n) => (n < 9 ? 0.02 : 0.01)));
    expect(byUpdate.epochs.map(({ rate }) => rate)).toEqual([0.02, 0.01, 0.01]);
    const byEpoch = await collect(waveRun({ schedule: { kind: "step", every: 1, factor: 0.5 }, schedulePer: "epoch" }));
    expect(byEpoch.epochs.map(({ rate }) => rate)).toEqual([0.02, 0.01, 0.005]);
  });

  it("lowers its rate on a plateau of the validation loss", async () => {
    const { epochs } = await collect(
      waveRun({
        epochs: 6,
        optimiser: { kind: "sgd", rate: 1e-9 },
        schedule: { kind: "on-plateau", patience: 1, factor: 0.5, threshold: 0.5 },
      }),
    );
    expect(epochs.map(({ rate }) => rate)).toEqual([1e-9, 1e-9, 1e-9, 1e-9, 1e-9, 1e-9]);
    const larger = await collect(
      waveRun({
        epochs: 6,
        optimiser: { kind: "sgd", rate: 1e-6 },
        schedule: { kind: "on-plateau", patience: 1, factor: 0.5, threshold: 0.5 },
      }),
    );
    expect(larger.epochs.map(({ rate }) => rate)).toEqual([1e-6, 1e-6, 1e-6, 5e-7, 5e-7, 2.5e-7]);
  });
});

describe("early stopping", () => {
  // A rate at which the loss soon gets worse.
  const wild = waveRun({ epochs: 40, patience: 3, optimiser: { kind: "adam", rate: 0.3 }, checkpointEpochs: 1 });

  it("ends the run when the watched loss has not fallen for so many epochs, with the best parameters", async () => {
    const { epochs, finished, checkpoints } = await collect(wild);
    const watched = epochs.map(({ validation }) => validation!);
    const best = watched.indexOf(Math.min(...watched));
    expect(finished).toMatchObject({ because: "patience", best: { epoch: best + 1, loss: watched[best] } });
    expect(epochs).toHaveLength(best + 1 + 3);
    expect(epochs.map((epoch) => epoch.best)).toEqual(
      watched.map((loss, n) => watched.slice(0, n).every((before) => loss < before)),
    );
    const kept = checkpoints[best]!.arrays;
    for (const [name, values] of Object.entries(finished!.parameters))
      expect(values).toEqual(Float32Array.from(kept[`parameter/${name}`]!));
  });

  it("keeps the last parameters if so asked", async () => {
    const { finished, checkpoints } = await collect({ ...wild, keep: "last" });
    for (const [name, values] of Object.entries(finished!.parameters))
      expect(values).toEqual(Float32Array.from(checkpoints.at(-1)!.arrays[`parameter/${name}`]!));
  });
});

describe("a loss that is no number any more", () => {
  it("stops the run before the weights are spoilt, and says what was large and what to do", async () => {
    const run = waveRun({ clip: undefined, optimiser: { kind: "sgd", rate: 1e160 }, stepSeconds: 0, epochs: 9 });
    const events: string[] = [];
    const failure = await collect(run, (event) => events.push(event.kind) < 0).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "training/not-finite" });
    const { message } = failure as Error;
    expect(message).toMatch(/^The (loss became|gradient's norm became) (NaN|Infinity)/);
    expect(message).toMatch(/at step \d+ \(epoch \d+, batch \d+\), with a learning rate of 1e\+160/);
    expect(message).toMatch(/Largest gradients: d3\.|Largest gradients: d0\./);
    expect(message).toMatch(/The gradient's norm was [\d.e+, ]+ in the steps before/);
    expect(message).toMatch(/clip: \{ kind: "norm", most: 1 \}, or lower the learning rate to 1e\+159\.$/);
    expect(events.at(-1)).toBe("checkpoint");
  });

  it("names the data where they are the cause", async () => {
    const data = threeSequences(Float64Array.of(1, 2, NaN, 4, 5, 6));
    await expect(collect(sequenceRun(data))).rejects.toThrow(
      /its inputs, 1 of \d+ numbers are not finite. Fill or drop missing values/,
    );
  });

  it("says so where it is the validation loss", async () => {
    const validation = threeSequences(Float64Array.of(1, 2, NaN, 4, 5, 6));
    const run = sequenceRun(threeSequences(Float64Array.of(1, 2, 3, 4, 5, 6)));
    await expect(collect({ ...run, validation })).rejects.toThrow(
      /The validation loss became NaN after epoch 1; look for missing or huge values/,
    );
  });

  it("advises to scale what is large", async () => {
    const data = threeSequences(Float64Array.of(1, 2, 3, 4, 5, 1e200), Float64Array.of(1, 1, 1e200));
    await expect(collect(sequenceRun(data))).rejects.toThrow(
      /Try to scale the inputs, which reach 1e\+200, or scale the targets, which reach 1e\+200/,
    );
  });
});

function threeSequences(inputs: Float64Array, targets = Float64Array.of(1, 2, 3)): SequenceData {
  return {
    kind: "sequences",
    inputs,
    inputSize: 1,
    starts: Int32Array.of(0, 1, 3),
    lengths: Int32Array.of(1, 2, 3),
    targets,
    targetSize: 1,
    perStep: false,
  };
}

function sequenceRun(data: SequenceData, options: Partial<TrainingOptions> = {}): TrainingOptions {
  const spec = network({ features: 1 }).recurrent("rnn", { size: 3 }).last().dense(1).build();
  return { network: spec, data, loss: { kind: "mean-squared" }, epochs: 1, batch: 3, backend: "reference", ...options };
}

describe("what does not fit is refused", () => {
  const data = threeSequences(Float64Array.of(0, 1, 0, 1, 1, 0), Float64Array.of(0, 1, 1));
  const classes: NetworkSpec = network({ tokens: 2 })
    .embedding(2)
    .recurrent("rnn", { size: 3 })
    .last()
    .dense(2)
    .build();
  const frozen = cell("still", "h' = tanh(W x + U h)", { frozen: ["W", "U"] });
  it.each<readonly [string, Partial<TrainingOptions>, string, RegExp]>([
    ["epochs", { epochs: 0 }, "training/bad-option", /epochs is 0/],
    ["seed", { seed: 0.5 }, "training/bad-option", /seed is 0.5/],
    ["patience", { patience: 0 }, "training/bad-option", /patience is 0/],
    ["keep", { keep: "worst" as "best" }, "training/bad-option", /keep is "worst"; give "best" or "last"/],
    ["clip", { clip: { kind: "norm", most: 0 } }, "training/bad-clip", /limit above 0/],
    ["schedule", { schedule: { kind: "step", every: 0 } }, "training/bad-schedule", /every 0/],
    [
      "inputs",
      { network: network({ features: 2 }).recurrent("rnn", { size: 3 }).last().dense(1).build() },
      "training/bad-data",
      /1 numbers a step, but the network takes 2/,
    ],
    [
      "targets",
      { network: network({ features: 1 }).recurrent("rnn", { size: 3 }).last().dense(2).build() },
      "training/bad-data",
      /1 numbers a target/,
    ],
    [
      "an output for each step",
      { network: network({ features: 1 }).recurrent("rnn", { size: 3 }).dense(1).build() },
      "training/bad-data",
      /over: "last"/,
    ],
    [
      "a target for each step",
      { data: { ...data, perStep: true, targets: new Float64Array(6) } },
      "training/bad-data",
      /remove the pooling/,
    ],
    [
      "tokens",
      {
        network: classes,
        loss: { kind: "cross-entropy" },
        data: { ...data, inputs: Float64Array.of(0, 1, 2, 0, 0, 0) },
      },
      "training/bad-data",
      /Row 2 has token 2; a token is a whole number from 0 to 1/,
    ],
    [
      "classes",
      { network: classes, loss: { kind: "cross-entropy" }, data: { ...data, targets: Float64Array.of(0, 1, -1) } },
      "training/bad-data",
      /Row 2 has class -1/,
    ],
    [
      "frozen",
      { network: network({ features: 1 }).recurrent(frozen, { size: 1 }).last().build() },
      "training/nothing-to-train",
      /frozen/,
    ],
  ])("%s", async (_, options, code, message) => {
    await expect(collect(sequenceRun(data, options))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });

  it("but not a class that is not asked for, or has no weight", async () => {
    const run = sequenceRun(
      { ...data, targets: Float64Array.of(0, 1, -1) },
      { network: classes, loss: { kind: "cross-entropy" } },
    );
    const left = { ...data, targets: Float64Array.of(0, 1, -1) };
    await collect({ ...run, data: { ...left, indices: Int32Array.of(0, 1) } });
    const { epochs } = await collect({ ...run, data: { ...left, weights: Float64Array.of(1, 1, 0) } });
    expect(epochs[0]?.loss).toBeGreaterThan(0);
  });
});

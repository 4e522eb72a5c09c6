/** Scheduled sampling: what a decoder is given is the true tokens, its own, or a mixture. */
import { describe, expect, it } from "vitest";
import { createWasmBackend } from "../engine/wasm-backend.ts";
import { createModel, network } from "../network/index.ts";
import { createMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { settleOptions } from "./training-options.ts";
import type { TrainingOptions } from "./training-options.ts";
import { collect } from "../../test/support/training-runs.ts";

const words = 5;
const [steps, batch] = [6, 3];
const spec = network({ tokens: words }).embedding(4).recurrent("gru", { size: 5 }).dense(words).build();
const inputs = Int32Array.from({ length: steps * batch }, (_, n) => (n * n + 2) % words);

function optionsWith(tokens: Int32Array, more: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    network: spec,
    data: {
      kind: "sequences",
      inputs: tokens,
      inputSize: 1,
      starts: Int32Array.of(0, steps, 2 * steps),
      lengths: new Int32Array(batch).fill(steps),
      targets: Int32Array.from(inputs, (token) => (token + 1) % words),
      targetSize: 1,
      perStep: true,
    },
    loss: { kind: "cross-entropy" },
    epochs: 3,
    batch,
    backend: "wasm",
    seed: 4,
    ...more,
  };
}

function machineOf(options: TrainingOptions): Machine {
  return createMachine(settleOptions(options), createWasmBackend());
}

/** The sequences with each token but the first what the network says after the true ones before it. */
function guessAll(machine: Machine): Int32Array {
  const model = createModel({ spec, parameters: machine.parameters("last"), backend: "wasm" });
  return inputs.map((token, at) => {
    if (at % steps === 0) return token;
    const before = inputs.slice(at - (at % steps), at);
    const said = Array.from(model.predict({ steps: before.length, batch: 1, inputs: before })).slice(-words);
    return said.indexOf(said.reduce((a, b) => Math.max(a, b)));
  });
}

const sampled = (): Machine => machineOf(optionsWith(inputs, { scheduledSampling: { to: 1 } }));

describe("scheduled sampling", () => {
  it("of a share of 0 is teacher forcing", () => {
    expect(sampled().step(0, 9, 0).loss).toBe(machineOf(optionsWith(inputs)).step(0, 9).loss);
  });

  it("of a share of 1 gives the decoder all that it would have said", () => {
    const machine = sampled();
    const guesses = guessAll(machine);
    expect([...guesses]).not.toEqual([...inputs]);
    expect(machine.step(0, 9, 1).loss).toBeCloseTo(machineOf(optionsWith(guesses)).step(0, 9).loss, 6);
  });

  it("in between lies between, and follows from the seed", () => {
    const machine = sampled();
    const losses = [1, 2, 3, 4].map((seed) => machine.step(0, seed, 0.5).loss);
    expect(new Set(losses).size).toBeGreaterThan(1);
    expect(machine.step(0, 1, 0.5).loss).toBe(losses[0]);
  });

  it("rises over the run, so that the first update is one of teacher forcing", async () => {
    const plain = await collect(optionsWith(inputs, { stepSeconds: 0 }));
    const rising = await collect(optionsWith(inputs, { stepSeconds: 0, scheduledSampling: { to: 1 } }));
    expect(rising.steps[0]?.loss).toBe(plain.steps[0]?.loss);
    expect(rising.steps.at(-1)?.loss).not.toBe(plain.steps.at(-1)?.loss);
  });

  it("rises over the epochs of the run, so that one of more or fewer is another run", async () => {
    const rising = optionsWith(inputs, { scheduledSampling: { to: 1 }, checkpointEpochs: 1 });
    const { checkpoints } = await collect(rising);
    const [resume] = checkpoints;
    const other = {
      code: "training/other-run",
      message: expect.stringMatching(/epochs over which it rises/) as string,
    };
    await expect(collect({ ...rising, epochs: 4, resume })).rejects.toMatchObject(other);
    await expect(collect({ ...rising, scheduledSampling: { to: 0.5 }, resume })).rejects.toMatchObject(other);
    expect((await collect({ ...rising, resume })).finished?.history).toHaveLength(3);
    const level = optionsWith(inputs, { scheduledSampling: { from: 0.5, to: 0.5 }, checkpointEpochs: 1 });
    const further = await collect({ ...level, epochs: 4, resume: (await collect(level)).checkpoints[0] });
    expect(further.finished?.history).toHaveLength(4);
  });

  it("refuses networks that read ahead of what they say", () => {
    const both = network({ tokens: words }).embedding(4).recurrent("gru", { size: 5, direction: "both" }).dense(words);
    expect(() => machineOf(optionsWith(inputs, { network: both.build(), scheduledSampling: { to: 1 } }))).toThrow(
      /layer 1 reads tokens that come later; let it read forwards only/,
    );
  });

  it("refuses networks that do not read what they say", () => {
    const other = network({ tokens: words }).embedding(4).recurrent("gru", { size: 5 }).dense(3).build();
    expect(() => machineOf(optionsWith(inputs, { network: other, scheduledSampling: { to: 1 } }))).toThrow(
      /both read and told/,
    );
    expect(() => machineOf(optionsWith(inputs, { scheduledSampling: { to: 2 } }))).toThrow(/share 2/);
  });
});

/** Readouts: the solution is where the gradient is zero, and a reservoir with one forecasts a chaotic series. */
import { describe, expect, test } from "vitest";
import { reservoirCell } from "../cells/index.ts";
import { makeMackeyGlass } from "../data/index.ts";
import { createModel, initialiseNetwork, network } from "../network/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import { createRandom } from "../util/random.ts";
import { fitReadout } from "./readout.ts";
import { solveRidge } from "./ridge.ts";
import type { Rows } from "./ridge.ts";
import type { SequenceData } from "./sequence-data.ts";
import type { TrainingEvent } from "./events.ts";
import { train } from "./trainer.ts";

function drawRows(count: number, columns: number, targetSize: number): Rows {
  const random = createRandom(4);
  return {
    count,
    columns,
    targetSize,
    x: Float32Array.from({ length: count * columns }, () => random.normal(0.5)),
    y: Float64Array.from({ length: count * targetSize }, () => random.normal(2)),
    w: Float64Array.from({ length: count }, () => random.uniform(0.2, 2)),
  };
}

/** `Σ w |V x + c - y|² / Σ w + λ |V|²`, straight from its definition. */
function objective(rows: Rows, weights: Float64Array, offsets: Float64Array, ridge: number): number {
  let [sum, total] = [0, 0];
  for (let row = 0; row < rows.count; row++) {
    total += rows.w[row]!;
    for (let o = 0; o < rows.targetSize; o++) {
      let value = offsets[o]!;
      for (let i = 0; i < rows.columns; i++) value += weights[o * rows.columns + i]! * rows.x[row * rows.columns + i]!;
      sum += rows.w[row]! * (value - rows.y[row * rows.targetSize + o]!) ** 2;
    }
  }
  return sum / total + ridge * weights.reduce((squares, weight) => squares + weight * weight, 0);
}

describe("ridge regression", () => {
  test.each([1e-6, 0.1, 3])("has no gradient left at ridge %d", async (ridge) => {
    const rows = drawRows(40, 5, 2);
    const { weights, offsets } = (await solveRidge(rows, [ridge]))[0]!;
    for (const values of [weights, offsets]) {
      for (let at = 0; at < values.length; at++) {
        const [before, step] = [values[at]!, 1e-4];
        values[at] = before + step;
        const high = objective(rows, weights, offsets, ridge);
        values[at] = before - step;
        const low = objective(rows, weights, offsets, ridge);
        values[at] = before;
        expect(Math.abs(high - low) / (2 * step)).toBeLessThan(1e-8);
      }
    }
  });

  test("its error is the mean over rows and targets, and a larger ridge fits the rows less well", async () => {
    const rows = drawRows(40, 5, 2);
    const solutions = await solveRidge(rows, [10, 0.1]);
    expect(solutions.map(({ ridge }) => ridge)).toEqual([0.1, 10]);
    const [small, large] = solutions;
    expect(small!.error(rows)).toBeCloseTo(objective(rows, small!.weights, small!.offsets, 0) / 2, 12);
    expect(large!.error(rows)).toBeGreaterThan(small!.error(rows));
  });
});

/** A series of which each step is to tell the next value. */
function nextValues(series: ArrayLike<number>): SequenceData {
  const length = series.length - 1;
  return {
    kind: "sequences",
    inputs: Float64Array.from({ length }, (_, at) => series[at]!),
    inputSize: 1,
    starts: Int32Array.of(0),
    lengths: Int32Array.of(length),
    targets: Float64Array.from({ length }, (_, at) => series[at + 1]!),
    targetSize: 1,
    perStep: true,
  };
}

const reservoir = network({ features: 1 })
  .recurrent(reservoirCell({ leak: 0.5, inputScale: 1 }), { size: 100 })
  .dense(1)
  .build();
const series = makeMackeyGlass({ count: 1500 }).map((value) => value - 0.93);

describe("fitting a readout", () => {
  test("a reservoir learns Mackey–Glass in one go, and then runs on its own", async () => {
    const parameters = initialiseNetwork(reservoir, { seed: 1 });
    const fitted = await fitReadout({
      network: reservoir,
      parameters,
      data: nextValues(series.subarray(0, 1200)),
      washout: 100,
      backend: "wasm",
    });
    expect(fitted.rows).toBe(1099);
    expect(fitted.trials.map(({ validation }) => validation)).toContain(
      Math.min(...fitted.trials.map(({ validation }) => validation)),
    );
    expect(fitted.parameters["0.U"]).toBe(parameters["0.U"]);
    const session = createModel({ spec: reservoir, parameters: fitted.parameters, backend: "wasm" }).session();
    let said = 0;
    for (const value of series.subarray(900, 1200)) said = session.step([value])[0]!;
    for (const value of series.subarray(1200, 1220)) {
      expect(Math.abs(said - value)).toBeLessThan(0.02);
      said = session.step([said])[0]!;
    }
  });

  test("given validation data, it chooses by those and solves with the others only", async () => {
    const fitted = await fitReadout({
      network: reservoir,
      parameters: initialiseNetwork(reservoir, { seed: 1 }),
      data: nextValues(series.subarray(0, 800)),
      validation: nextValues(series.subarray(800)),
      washout: 100,
      ridges: [1, 1e-6],
      backend: "wasm",
    });
    expect(fitted).toMatchObject({ rows: 699, ridge: 1e-6 });
  });

  test("one target a sequence, sequences of several lengths: as an output layer made by hand says", async () => {
    const spec = network({ features: 1 }).recurrent("gru", { size: 3 }).mean().dense(2).build();
    const parameters = initialiseNetwork(spec, { seed: 2 });
    const random = createRandom(5);
    const lengths = Int32Array.from({ length: 40 }, () => 1 + random.integer(6));
    const data: SequenceData = {
      kind: "sequences",
      inputs: Float32Array.from({ length: 60 }, () => random.normal()),
      inputSize: 1,
      starts: Int32Array.from(lengths, () => random.integer(50)),
      lengths,
      // What the network itself says: there is nothing left to explain.
      targets: new Float32Array(80),
      targetSize: 2,
      perStep: false,
    };
    const model = createModel({ spec, parameters, backend: "wasm" });
    for (let n = 0; n < 40; n++) {
      const inputs = data.inputs.subarray(data.starts[n], data.starts[n]! + lengths[n]!);
      data.targets.set(model.predict({ steps: lengths[n]!, batch: 1, inputs }), 2 * n);
    }
    const fitted = await fitReadout({ network: spec, parameters, data, ridges: [1e-12], batch: 8, backend: "wasm" });
    fitted.parameters["2.W"]!.forEach((value, at) => expect(value).toBeCloseTo(parameters["2.W"]![at]!, 4));
    fitted.parameters["2.b"]!.forEach((value, at) => expect(value).toBeCloseTo(parameters["2.b"]![at]!, 4));
  });

  test.each<{ what: RegExp; spec?: NetworkSpec; ridges?: number[]; washout?: number }>([
    {
      what: /last layer is dense and linear/,
      spec: network({ features: 1 }).recurrent("rnn", { size: 2 }).dense(1, { activation: "tanh" }).build(),
    },
    { what: /no network|none before it/, spec: network({ features: 1 }).dense(1).build() },
    { what: /ridges are \[0\]/, ridges: [0] },
    { what: /washout is -1/, washout: -1 },
    { what: /after 5000 steps of washout/, washout: 5000 },
    {
      what: /target for each step/,
      spec: network({ features: 1 }).recurrent("rnn", { size: 2 }).last().dense(1).build(),
    },
  ])("wrong: $what", async ({ what, spec = reservoir, ...rest }) => {
    const parameters = initialiseNetwork(spec, { seed: 1 });
    await expect(
      fitReadout({ network: spec, parameters, data: nextValues(series.subarray(0, 60)), backend: "wasm", ...rest }),
    ).rejects.toThrow(what);
  });
});

describe("as a training run", () => {
  const options = {
    network: reservoir,
    data: nextValues(series.subarray(0, 400)),
    epochs: 1,
    backend: "wasm",
    readout: { washout: 50, ridges: [1e-6] },
  } as const;

  test("it has the events of any other, and the numbers of fitReadout", async () => {
    const events: TrainingEvent[] = [];
    for await (const event of train({ ...options, loss: { kind: "mean-squared" }, seed: 3 })) events.push(event);
    expect(events.map(({ kind }) => kind)).toEqual(["started", "epoch", "finished"]);
    expect(events[0]).toMatchObject({ parameters: 101 });
    const { network: spec, data, readout } = options;
    const parameters = initialiseNetwork(spec, { seed: 3 });
    const fitted = await fitReadout({ network: spec, data, parameters, backend: "wasm", ...readout });
    expect(events[2]).toMatchObject({ parameters: fitted.parameters });
  });

  test("another loss needs training", async () => {
    await expect(train({ ...options, loss: { kind: "absolute" } }).next()).rejects.toThrow(/the loss absolute needs/);
  });
});

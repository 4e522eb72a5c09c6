/** The losses of ten updates as they were recorded: a change to them is a change to how networks learn. */
import { describe, expect, it } from "vitest";
import { collect } from "../../test/support/training-runs.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cell } from "../language/index.ts";
import { network } from "../network/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import type { LossSpec } from "./losses.ts";
import type { OptimiserSpec } from "./optimisers.ts";
import type { SequenceData } from "./sequence-data.ts";
import type { TrainingOptions } from "./training-options.ts";

/** A cell of two stages with a bias inside the reset, so that every kind of gradient takes part. */
const gated = cell(
  "recorded",
  "r = sigmoid(W_r x + U_r h + b_r)\nn = tanh(W_n x + U_n (r * h) + b_n)\nh' = (1 - r) * n + r * h",
);

/** Numbers that need no generator. */
function wave(length: number, pace: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => Math.round(1e6 * Math.sin(pace * (n + 1))) / 1e6);
}

function firstValues(spec: NetworkSpec): Record<string, Float64Array> {
  const sizes: Readonly<Record<string, number>> = { W_r: 6, U_r: 9, b_r: 3, W_n: 6, U_n: 9, b_n: 3, W: 6, b: 2 };
  const last = spec.layers.length - 1;
  return Object.fromEntries(
    Object.entries(sizes).map(([name, size], n) => [
      `${name === "W" || name === "b" ? last : 0}.${name}`,
      wave(size, 1.3 + n).map((value) => value / 2),
    ]),
  );
}

const spec = network({ features: 2 }).recurrent(gated, { size: 3 }).last().dense(2).build();

const data: SequenceData = {
  kind: "sequences",
  inputs: wave(22, 0.7),
  inputSize: 2,
  starts: Int32Array.of(0, 4, 7),
  lengths: Int32Array.of(4, 3, 4),
  targets: wave(6, 2.1),
  targetSize: 2,
  perStep: false,
};

const classes: SequenceData = { ...data, targets: Int32Array.of(1, 0, 1), targetSize: 1 };

interface Recorded {
  readonly optimiser: OptimiserSpec;
  readonly loss?: LossSpec;
  readonly losses: readonly number[];
}

const recorded: readonly Recorded[] = [
  {
    optimiser: { kind: "sgd", rate: 0.1 },
    losses: [
      0.617842736624005, 0.547637293541209, 0.495204958985193, 0.455318555684764, 0.424316950191538, 0.399604125551241,
      0.379333583664269, 0.362195763208327, 0.347268218056239, 0.33390743503551,
    ],
  },
  {
    optimiser: { kind: "sgd", rate: 0.1, momentum: 0.9, nesterov: true },
    losses: [
      0.617842736624005, 0.493709651064913, 0.395256420291232, 0.339484830253549, 0.310801123270003, 0.283926608651208,
      0.245358120717131, 0.199148211488503, 0.158314524802883, 0.133127181794193,
    ],
  },
  {
    optimiser: { kind: "adam", rate: 0.01 },
    losses: [
      0.617842736624005, 0.58786616661602, 0.558951073526127, 0.531188104630198, 0.504628547347455, 0.479285329919081,
      0.455161747194306, 0.432265650020155, 0.410604151797613, 0.39018066671934,
    ],
  },
  {
    optimiser: { kind: "adamw", rate: 0.01, amsgrad: true },
    losses: [
      0.617842736624005, 0.587845438975804, 0.558919993157256, 0.531156169145375, 0.504604263594251, 0.479276188380824,
      0.455174229760161, 0.432305199050518, 0.410675078528131, 0.390286101902434,
    ],
  },
  {
    optimiser: { kind: "adamax", rate: 0.01 },
    losses: [
      0.617842736624005, 0.58786616661602, 0.559711502489259, 0.533255277008003, 0.508379514871366, 0.484978733021547,
      0.462955307181969, 0.442230491984352, 0.422734971780517, 0.404402246842149,
    ],
  },
  {
    optimiser: { kind: "radam", rate: 0.01 },
    losses: [
      0.617842736624005, 0.610346245257564, 0.603006990708546, 0.595824037649678, 0.58879631990726, 0.581922642330472,
      0.581177524565873, 0.58023444908912, 0.579120566592492, 0.57785478631257,
    ],
  },
  {
    optimiser: { kind: "rmsprop", rate: 0.01, centred: true, momentum: 0.5 },
    losses: [
      0.617842736624005, 0.372400415914791, 0.239171237488415, 0.151962129809292, 0.135604225822901, 0.143586005275064,
      0.12853265217442, 0.124491733568622, 0.124464152147797, 0.122948218765105,
    ],
  },
  {
    optimiser: { kind: "adagrad", rate: 0.1 },
    losses: [
      0.617842736624005, 0.37327454239851, 0.271394240770336, 0.205411973849189, 0.1627532342562, 0.140490470990628,
      0.130793390992634, 0.12670517437231, 0.124624878531056, 0.123176436337805,
    ],
  },
  {
    optimiser: { kind: "adam", rate: 0.01 },
    loss: { kind: "absolute" },
    losses: [
      0.672143275608772, 0.654850727967175, 0.637393527231233, 0.619779516515911, 0.602012104063122, 0.584084701369709,
      0.565976588673746, 0.547651402434963, 0.529059676889727, 0.510142618467607,
    ],
  },
  {
    optimiser: { kind: "adam", rate: 0.01 },
    loss: { kind: "huber", delta: 0.5 },
    losses: [
      0.215777899885977, 0.20812978653408, 0.200748213749883, 0.193647173525451, 0.186836836121819, 0.180322938404057,
      0.174104266151329, 0.168170961347403, 0.162503921479749, 0.15707442074227,
    ],
  },
  {
    optimiser: { kind: "adam", rate: 0.01 },
    loss: { kind: "cross-entropy", smoothing: 0.1 },
    losses: [
      0.925842428166489, 0.90746531887916, 0.889307608060379, 0.871377566236416, 0.853701533689978, 0.83630896952512,
      0.819228536526284, 0.802486921275875, 0.78611131625608, 0.770132036929792,
    ],
  },
];

function runFor(
  { optimiser, loss = { kind: "mean-squared" } }: Recorded,
  backend: "reference" | "wasm",
): TrainingOptions {
  const isClass = loss.kind === "cross-entropy";
  return {
    network: spec,
    parameters: firstValues(spec),
    data: isClass ? classes : data,
    loss,
    optimiser,
    epochs: 10,
    batch: 3,
    backend,
    stepSeconds: 0,
  };
}

/** The largest difference, relative to 1 + |recorded|. */
async function differenceOf(one: Recorded, backend: "reference" | "wasm"): Promise<number> {
  const { steps } = await collect(runFor(one, backend));
  return Math.max(...one.losses.map((loss, n) => Math.abs((steps[n]?.loss ?? NaN) - loss) / (1 + Math.abs(loss))));
}

describe("ten updates of a small network", () => {
  const cases = recorded.map((one) => [JSON.stringify([one.optimiser, one.loss ?? "mean-squared"]), one] as const);
  it.each(cases)("%s", async (_, one) => {
    expect(await differenceOf(one, "reference")).toBeLessThanOrEqual(tolerances.recordedLoss64);
    expect(await differenceOf(one, "wasm")).toBeLessThanOrEqual(tolerances.recordedLoss32);
  });
});

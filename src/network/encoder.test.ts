/** Networks with an encoder: what is read, started from, streamed and stored. */
import { describe, expect, it } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { cell } from "../language/index.ts";
import { load, save } from "../formats/recurra/index.ts";
import { createRandom } from "../util/random.ts";
import { createModel, initialiseNetwork, network } from "./index.ts";
import type { Model, NetworkSpec } from "./index.ts";

const begin = network({
  tokens: 7,
  encoder: network({ tokens: 6 }).embedding(3).recurrent("lstm", { size: 5, direction: "both" }).build(),
}).embedding(4);
const inLoop = cell(
  "in-loop",
  `
  v in R^H
  a  = attend(W_a h, K memory, memory, v)
  c' = 0.9 * c + 0.1 * tanh(W x + B a + b_c)
  h' = tanh(U h + V c' + b)
  `,
);
const after = cell("after", "y = tanh(C attend(W x, memory) + V x + b)");

const specs: Readonly<Record<string, NetworkSpec>> = {
  "that a cell starts from": begin.recurrent("lstm", { size: 10, initialState: "encoder" }).dense(7).build(),
  "that is attended to after the cell": begin
    .recurrent("lstm", { size: 10, initialState: "encoder" })
    .recurrent(after, { size: 6 })
    .dense(7)
    .build(),
  "that leaves fewer steps than it reads": network({
    tokens: 7,
    encoder: network({ tokens: 6 })
      .embedding(3)
      .convolution(4, { kernel: 3, activation: "tanh" })
      .pool(2, "max")
      .recurrent("gru", { size: 4, direction: "both" })
      .build(),
  })
    .embedding(4)
    .recurrent("gru", { size: 8, initialState: "encoder" })
    .recurrent(after, { size: 6 })
    .dense(7)
    .build(),
  "that is attended to within the cell": begin
    .recurrent(inLoop, { size: 10, initialState: "encoder" })
    .dense(7)
    .build(),
};

const [steps, batch, sourceSteps] = [4, 3, 6];
const random = createRandom(5);
const inputs = Float32Array.from({ length: steps * batch }, () => random.integer(7));
const source = {
  steps: sourceSteps,
  inputs: Float32Array.from({ length: sourceSteps * batch }, () => random.integer(6)),
  lengths: [2, 6, 4],
};

function modelOn(backend: "reference" | "wasm" | "native", of: NetworkSpec): Model {
  return createModel({ spec: of, parameters: initialiseNetwork(of, { seed: 3 }), backend });
}

/** The largest difference of two arrays. */
function apart(one: ArrayLike<number>, other: ArrayLike<number>): number {
  expect(one.length).toBe(other.length);
  return Array.from(one).reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0);
}

/** What one member reads. */
function sourceOf(member: number) {
  const length = source.lengths[member]!;
  return { steps: length, inputs: Array.from({ length }, (_, step) => source.inputs[step * batch + member]!) };
}

const near = tolerances.float32Cell;

describe.each(Object.entries(specs))("a network with an encoder %s", (_, spec) => {
  const whole = modelOn("reference", spec).predict({ steps, batch, inputs, source });

  it.each(["wasm", "native"] as const)("gives the reference's numbers on %s", (backend) => {
    expect(apart(modelOn(backend, spec).predict({ steps, batch, inputs, source }), whole)).toBeLessThan(near);
  });

  it("gives each member what it would alone", () => {
    const model = modelOn("wasm", spec);
    for (let member = 0; member < batch; member++) {
      const own = Array.from({ length: steps }, (_, step) => inputs[step * batch + member]!);
      const alone = model.predict({ steps, batch: 1, inputs: own, source: sourceOf(member) });
      const among = Array.from(alone, (_, at) => whole[(Math.floor(at / 7) * batch + member) * 7 + (at % 7)]!);
      expect(apart(alone, among)).toBeLessThan(near);
    }
  });

  it("does more than ignore its source", () => {
    const other = { ...source, inputs: source.inputs.map((token) => (token + 1) % 6) };
    expect(apart(modelOn("wasm", spec).predict({ steps, batch, inputs, source: other }), whole)).toBeGreaterThan(0.01);
  });

  it("sets outputs past a sequence's length to zero", () => {
    const said = modelOn("wasm", spec).predict({ steps, batch, inputs, lengths: [4, 1, 2], source });
    said.forEach((value, at) => {
      const [step, member] = [Math.floor(at / 7 / batch), Math.floor(at / 7) % batch];
      if (step >= [4, 1, 2][member]!) expect(value).toBe(0);
      else expect(Math.abs(value - whole[at]!)).toBeLessThan(near);
    });
  });

  it("steps as it runs", () => {
    const session = modelOn("wasm", spec).session({ batch, source });
    for (let step = 0; step < steps; step++) {
      const said = session.step(inputs.subarray(step * batch, (step + 1) * batch));
      expect(apart(said, whole.subarray(step * batch * 7, (step + 1) * batch * 7))).toBeLessThan(near);
    }
  });

  it("starts again, reads another source, and goes on from other members", () => {
    const session = modelOn("wasm", spec).session({ batch, source });
    const first = inputs.subarray(0, batch);
    const begun = session.step(first).slice();
    session.reset();
    expect([...session.step(first)]).toEqual([...begun]);
    session.read({ steps: 2, inputs: [1, 2, 3, 4, 5, 0] });
    expect(apart(session.step(first), begun)).toBeGreaterThan(0.001);
    session.read(source);
    expect([...session.step(first)]).toEqual([...begun]);
    session.reset(1);
    expect([...session.step(first, [0, 1, 0])].slice(7, 14)).toEqual([...begun].slice(7, 14));

    session.reorder([2, 2, 2]);
    const states = session.snapshot().states["1.h"]!;
    const size = states.length / batch;
    expect(states.slice(0, size)).toEqual(states.slice(2 * size));
    const fork = session.fork();
    expect([...fork.step(first)]).toEqual([...session.step(first)]);
    fork.reset();
    expect([...fork.step(first)]).toEqual([...begun]);
  });

  it("reads a source once for all that say something of it", () => {
    const said = [1, 2].map((readers) => {
      const members = [0, 1, 2].flatMap((member) => (readers === 2 ? [member] : [member, member]));
      const session = modelOn("wasm", spec).session({
        batch: 2 * batch,
        readers,
        source: {
          steps: sourceSteps,
          inputs: Array.from({ length: sourceSteps }, (__, step) =>
            members.map((member) => source.inputs[step * batch + member]!),
          ).flat(),
          lengths: members.map((member) => source.lengths[member]!),
        },
      });
      session.step([1, 1, 2, 2, 3, 3]);
      session.reorder([1, 1, 2, 2, 5, 4]);
      return session.step([0, 1, 2, 3, 4, 5]);
    });
    expect(apart(said[0]!, said[1]!)).toBeLessThan(near);
  });

  it("is stored with what its encoder is tried with", () => {
    const model = modelOn("wasm", spec);
    const loaded = load(save(model), { verify: true, backend: "wasm" });
    expect(loaded.spec).toEqual(spec);
    expect([...loaded.predict({ steps, batch, inputs, source })]).toEqual([
      ...model.predict({ steps, batch, inputs, source }),
    ]);
  });

  it("says where it looked, and nowhere past a source's end", () => {
    const session = modelOn("wasm", spec).session({ batch, source });
    session.step(inputs.subarray(0, batch));
    const looks = session.attention?.();
    expect(looks === undefined).toBe(
      !spec.layers.some((layer) => layer.kind === "cell" && layer.cell.text.includes("attend")),
    );
    if (looks === undefined) return;
    for (let member = 0; member < batch; member++) {
      const [width, left] = [
        looks.length / batch,
        Math.ceil((source.lengths[member]! * looks.length) / batch / sourceSteps),
      ];
      const row = Array.from(looks.slice(member * width, (member + 1) * width));
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      expect(row.slice(left).every((share) => share === 0)).toBe(true);
    }
  });
});

describe("a network with an encoder", () => {
  const [spec] = Object.values(specs) as [NetworkSpec];

  it("refuses what does not fit", () => {
    const model = modelOn("wasm", spec);
    expect(() => model.predict({ steps, batch, inputs })).toThrow(/has an encoder, so give what that reads/);
    expect(() => model.session({ batch })).toThrow(/open its session with what that reads/);
    expect(() => model.predict({ steps, batch, inputs, source: { steps: 2, inputs: [1] } })).toThrow(
      /source.inputs has 1 numbers, but 2 steps × 3 members × 1 need 6/,
    );
    expect(() =>
      model.predict({ steps, batch, inputs, source: { ...source, inputs: source.inputs.map(() => 6) } }),
    ).toThrow(/Token 0 is 6/);
    expect(() => model.session({ batch, readers: 2, source })).toThrow(/readers must be a number that divides/);
    const session = model.session({ batch: 1, source: { steps: 1, inputs: [1] } });
    expect(() => session.read({ steps: 2, inputs: [1, 2] })).toThrow(/opened for 1 at most/);
    const plain = modelOn("wasm", network({ tokens: 3 }).embedding(2).recurrent("gru", { size: 2 }).build());
    expect(() => plain.session().read({ steps: 1, inputs: [1] })).toThrow(/no encoder/);
    const encoder = network({ tokens: 6 }).embedding(3).recurrent("gru", { size: 4 }).build();
    const start = (cell: "lstm" | "gru", size: number) => () =>
      network({ tokens: 3, encoder }).embedding(2).recurrent(cell, { size, initialState: "encoder" });
    expect(start("gru", 5)).toThrow(/state h of 5 numbers from the encoder's layer 1 \(gru\), which has 4 numbers/);
    expect(start("lstm", 4)).toThrow(/which has no such state/);
  });
});

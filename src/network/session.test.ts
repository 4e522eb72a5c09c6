/** Streaming steps on the fast backend: equal to the whole sequence, member by member, and without allocating. */
import { describe, expect, test } from "vitest";
import { measureHeapGrowth } from "../../test/support/heap-growth.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cell } from "../language/index.ts";
import { createRandom } from "../util/random.ts";
import { createModel, initialiseNetwork, network } from "./index.ts";
import type { Model, NetworkSpec } from "./index.ts";

function modelOf(spec: NetworkSpec, backend: "wasm" | "reference" = "wasm"): Model {
  return createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend });
}

function draw(length: number, seed = 2): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => random.normal());
}

const stack = (): NetworkSpec =>
  network({ features: 3 }).recurrent("lstm", { size: 17 }).recurrent("gru-v1", { size: 5 }).dense(2).build();

describe("a step allocates nothing", () => {
  const spec = network({ features: 4 }).recurrent("lstm", { size: 16 }).recurrent("gru", { size: 8 }).dense(2).build();

  // An object a step would be at least 16 bytes for each; what is left is the runtime's own bookkeeping.
  const limit = 40_000;
  test("in 200,000 steps", () => {
    const session = modelOf(spec).session();
    const x = Float32Array.of(0.1, -0.2, 0.3, 0.4);
    const grown = measureHeapGrowth(() => session.step(x), { warmUp: 60_000, runs: 200_000, limit });
    expect(grown).toBeLessThan(limit);
  });

  test("on int8 weights, with some of the members", () => {
    const session = modelOf(spec).session({ batch: 4, weights: "int8" });
    const x = new Float32Array(16).fill(0.1);
    const active = [true, false, true, true];
    const grown = measureHeapGrowth(() => session.step(x, active), { warmUp: 60_000, runs: 10_000, limit });
    expect(grown).toBeLessThan(limit);
  });
});

describe("reordering members", () => {
  const spec = network({ features: 2 }).recurrent("lstm", { size: 3 }).build();
  const states = (session: ReturnType<Model["session"]>): number[] => Array.from(session.snapshot().states["0.h"]!);

  test("gives each the states of its parent, and allocates nothing", () => {
    const session = modelOf(spec).session({ batch: 3 });
    session.step(draw(6));
    const before = states(session);
    const member = (n: number): number[] => before.slice(3 * n, 3 * n + 3);
    session.reorder([1, 0, 0]);
    expect(states(session)).toEqual([...member(1), ...member(0), ...member(0)]);
    const turn = [2, 0, 1];
    const limit = 40_000;
    const grown = measureHeapGrowth(() => session.reorder(turn), { warmUp: 60_000, runs: 20_000, limit });
    expect(grown).toBeLessThan(limit);
  });

  test("refuses parents that are not there, with nothing changed", () => {
    const session = modelOf(spec).session({ batch: 2 });
    session.step(draw(4));
    const before = states(session);
    for (const parents of [
      [1, 2],
      [1, -1],
      [1, 0.5],
      [1, NaN],
    ])
      expect(() => session.reorder(parents)).toThrow(expect.objectContaining({ code: "network/no-member" }));
    expect(() => session.reorder([0])).toThrow("needs 2 numbers");
    expect(states(session)).toEqual(before);
  });
});

test("streams that step together equal whole sequences", () => {
  const model = modelOf(stack());
  const [steps, batch] = [12, 5];
  const inputs = draw(steps * batch * 3);
  const whole = model.predict({ steps, batch, inputs });
  const session = model.session({ batch });
  for (let t = 0; t < steps; t++) {
    const y = session.step(inputs.subarray(t * batch * 3, (t + 1) * batch * 3));
    y.forEach((value, i) => expect(Math.abs(value - whole[t * batch * 2 + i]!)).toBeLessThan(tolerances.float32Cell));
  }
});

describe.each(["wasm", "reference"] as const)("members on %s", (backend) => {
  // A cell that reads the time, which differs from member to member, and one with a number for a state.
  const counting = cell("counting", "s' = 0.5 * s + sum(x)\nh' = tanh(W x + U h + b + 0.1 * t + s)", {});
  const spec = network({ features: 2 }).recurrent(counting, { size: 3 }).recurrent("lstm", { size: 4 }).build();

  test("come, go and move without touching the others", () => {
    const model = modelOf(spec, backend);
    const rows = draw(40 * 2);
    const x = (n: number): Float32Array => rows.subarray(2 * n, 2 * n + 2);
    const room = model.session({ batch: 3 });
    const together = (a: number, b: number, c: number): number[][] => {
      const y = room.step([...x(a), ...x(b), ...x(c)]);
      return [0, 1, 2].map((member) => Array.from(y.subarray(4 * member, 4 * member + 4)));
    };
    const alone = (...numbers: number[]): number[] => {
      const session = model.session();
      let last: number[] = [];
      for (const n of numbers) last = Array.from(session.step(x(n)));
      session.dispose();
      return last;
    };
    together(0, 1, 2);
    expectClose(together(3, 4, 5)[1], alone(1, 4));
    // Member 1 starts anew, member 0 is taken out and put in again, another number takes it over.
    room.reset(1);
    const kept = room.snapshot(0);
    expectClose(together(6, 7, 8)[0], alone(0, 3, 6));
    room.restore(kept, 2);
    const [first, second, third] = together(9, 10, 11);
    expectClose(first, alone(0, 3, 6, 9));
    expectClose(second, alone(7, 10));
    expectClose(third, alone(0, 3, 11));
    // And a session of one goes on with what a member remembers, and back.
    const single = model.session();
    single.restore(room.snapshot(1));
    expectClose(Array.from(single.step(x(12))), alone(7, 10, 12));
    room.restore(single.snapshot(), 0);
    expectClose(together(13, 14, 15)[0], alone(7, 10, 12, 13));
    expect(Array.from(room.snapshot().steps)).toEqual([4, 3, 4]);
  });

  test("stand still where they are not active", () => {
    const session = modelOf(spec, backend).session({ batch: 2 });
    const x = draw(4);
    const before = [...session.step(x)];
    const other = session.fork();
    const some = [...session.step([Number.NaN, Number.NaN, 0.5, 0.25], [0, 1])];
    expect(some.slice(0, 4)).toEqual(before.slice(0, 4));
    expectClose(some.slice(4), [...other.step([0, 0, 0.5, 0.25])].slice(4));
    expect(Array.from(session.snapshot().steps)).toEqual([1, 2]);
    // What did not count is not remembered: member 0 goes on as if it had not been there.
    const third = modelOf(spec, backend).session();
    third.step(x.subarray(0, 2));
    expectClose([...session.step(x)].slice(0, 4), [...third.step(x.subarray(0, 2))]);
  });

  test("that are not there, and snapshots of others, are refused before anything changes", () => {
    const session = modelOf(spec, backend).session({ batch: 2 });
    session.step(draw(4));
    const before = session.snapshot();
    const code = (what: string): unknown => expect.objectContaining({ code: what });
    expect(() => session.reset(2)).toThrow(code("network/no-member"));
    expect(() => session.snapshot(-1)).toThrow(code("network/no-member"));
    expect(() => session.restore(before, 0)).toThrow(code("network/bad-snapshot"));
    expect(() => session.restore({ ...before, states: { ...before.states, "1.c": new Float32Array(3) } })).toThrow(
      /3 numbers for state 1\.c, but 8 are needed/,
    );
    // A network with more states may have all of these.
    expect(() => session.restore({ ...before, states: { ...before.states, "2.h": new Float32Array(8) } })).toThrow(
      /a state 2\.h, which this network does not/,
    );
    expect(() => session.step(draw(4), [1])).toThrow(code("network/bad-input"));
    expect(session.snapshot()).toEqual(before);
  });
});

function expectClose(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual?.length).toBe(expected.length);
  expected.forEach((value, i) => expect(Math.abs(value - actual![i]!)).toBeLessThan(tolerances.float32Cell));
}

describe("weights of fewer bits", () => {
  test.each(["wasm", "reference"] as const)("are the same on every backend, and near float32, on %s", (backend) => {
    const model = modelOf(stack(), backend);
    const [half, byte] = model.compareWeights({ steps: 30, batch: 2 });
    expect([half?.format, byte?.format]).toEqual(["float16", "int8"]);
    // Eleven and eight significant bits.
    expect(half!.relativeError).toBeGreaterThan(1e-6);
    expect(half!.relativeError).toBeLessThan(2e-3);
    expect(byte!.relativeError).toBeGreaterThan(half!.relativeError);
    expect(byte!.relativeError).toBeLessThan(5e-2);
    expect(half!.meanError).toBeLessThanOrEqual(half!.largestError);
    const [again] = modelOf(stack(), "reference").compareWeights({ steps: 30, batch: 2 });
    expect(Math.abs(again!.meanError - half!.meanError)).toBeLessThan(tolerances.float32Cell);
  });

  test("take less memory", () => {
    const spec = network({ features: 64 }).recurrent("lstm", { size: 64 }).dense(8).build();
    const { weights } = modelOf(spec).session({ weights: "int8" });
    // Products of 64 × 256, twice, and 64 × 8, of which int8 holds 64 × 16; a scale for each column.
    expect(weights).toEqual({
      format: "int8",
      bytes: 2 * (64 * 256 + 1024) + 64 * 16 + 64,
      bytesFloat32: (2 * 256 + 8) * 256,
    });
  });

  test("are measured on what is given", () => {
    const model = modelOf(stack());
    expect(model.compareWeights({ formats: ["float32"], steps: 2, inputs: draw(6) })).toEqual([
      expect.objectContaining({ largestError: 0, meanError: 0, relativeError: 0, inputs: "given" }),
    ]);
    expect(() => model.compareWeights({ steps: 2, inputs: draw(5) })).toThrow(/2 steps × 1 members × 3 need 6/);
  });

  test("are refused where there is no such format or no such number", () => {
    const model = modelOf(stack());
    expect(() => model.session({ weights: "int4" as "int8" })).toThrow(/choose float32, float16, int8/);
    model.parameters["0.U_i"]![3] = Infinity;
    expect(() => model.session({ weights: "float16" })).toThrow(/Parameter 0\.U_i/);
  });
});

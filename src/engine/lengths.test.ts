/** Members of different lengths in one batch: what becomes of one does not depend on the others, on their order, or on what is padded. */
import { describe, expect, test } from "vitest";
import { drawNumbers } from "../../test/support/cell-cases.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cells } from "../cells/index.ts";
import type { Backend, Numbers } from "./backend.ts";
import { compileOn } from "./compile.ts";
import type { ForwardOptions } from "./compiled-cell.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";
import { createNativeBackend } from "./native-backend.ts";
import { findNative } from "./platform-native.ts";
import { createWasmBackend } from "./wasm-backend.ts";

/** More members than steps, so that they go step by step, and one of them alone all of its steps at once. */
const lengths = [3, 9, 1, 9, 4, 7, 4, 2, 8, 5];
const [steps, batch] = [9, lengths.length];
const sizes = { inputSize: 3, hiddenSize: 6 };

const backends: readonly (readonly [string, () => Backend])[] = [
  ["reference", () => createInterpreterBackend()],
  ["wasm", () => createWasmBackend()],
  ...(typeof findNative() === "string" ? [] : [["native", () => createNativeBackend()] as const]),
];
const ways = [
  { reverse: false },
  { reverse: true },
  { reverse: false, checkpoint: 4 },
  { reverse: true, checkpoint: 2 },
] as const;

/** Member `members[n]` of rows `[of, batch, size]` as member n, for the first `kept` of them. */
function pick(values: Numbers, of: number, members: readonly number[], kept = of): Numbers {
  const size = values.length / (of * batch);
  const rows = Array.from({ length: kept }).flatMap((_, step) =>
    members.flatMap((member) => [
      ...values.subarray((step * batch + member) * size, (step * batch + member + 1) * size),
    ]),
  );
  return Float64Array.from(rows);
}

/** What goes in and comes out of some members, run by themselves for so many steps. */
function run(
  backend: Backend,
  name: keyof typeof cells,
  way: (typeof ways)[number],
  members: readonly number[],
  kept = steps,
) {
  const compiled = compileOn(backend, cells[name], { ...sizes, ...way });
  const { forward, gradients } = drawNumbers(cells[name], compiled, { steps, batch, ...sizes, lengths }, 5);
  const each = (all: Readonly<Record<string, Numbers>> = {}): Record<string, Numbers> =>
    Object.fromEntries(Object.entries(all).map(([key, values]) => [key, pick(values, 1, members)]));
  const options: ForwardOptions = {
    ...forward,
    steps: kept,
    batch: members.length,
    inputs: pick(forward.inputs, steps, members, kept),
    states: each(forward.states),
    lengths: members.map((member) => lengths[member]!),
  };
  const { outputs, states } = compiled.forward(options);
  const { dInputs, dParameters, dStates } = compiled.backward({
    dOutputs: pick(gradients.dOutputs, steps, members, kept),
    dStates: each(gradients.dStates),
  });
  compiled.dispose();
  return { sequences: { outputs, dInputs }, states: { ...states, ...dStates }, dParameters };
}

const everyone = lengths.map((_, member) => member);

describe.each(backends)("%s", (_, create) => {
  describe.each(["lstm", "gru-v1", "slstm", "min-gru"] as const)("%s", (name) => {
    test.each(ways)("a batch is its members alone, %o", (way) => {
      const together = run(create(), name, way, everyone);
      for (const member of everyone) {
        const kept = lengths[member]!;
        const alone = run(create(), name, way, [member], kept);
        for (const [key, values] of Object.entries(alone.sequences)) {
          const all = together.sequences[key as "outputs"];
          expect(pick(all, steps, [member], kept), key).toEqual(Float64Array.from(values));
          expect(
            pick(all, steps, [member])
              .subarray(values.length)
              .every((value) => value === 0),
            key,
          ).toBe(true);
        }
        for (const [key, values] of Object.entries(alone.states))
          expect(pick(together.states[key]!, 1, [member]), key).toEqual(Float64Array.from(values));
      }
    });

    test("the order of members changes nothing for them, and only the order of sums for parameters", () => {
      const order = [4, 0, 9, 6, 2, 5, 8, 1, 7, 3];
      const way = ways[0];
      const [as, shuffled] = [run(create(), name, way, everyone), run(create(), name, way, order)];
      for (const key of ["outputs", "dInputs"] as const)
        expect(Float64Array.from(shuffled.sequences[key])).toEqual(pick(as.sequences[key], steps, order));
      for (const [key, values] of Object.entries(as.states))
        expect(Float64Array.from(shuffled.states[key]!)).toEqual(pick(values, 1, order));
      for (const [key, values] of Object.entries(as.dParameters)) {
        const scale = Math.max(1, ...values.map(Math.abs));
        values.forEach((value, n) =>
          expect(Math.abs(value - shuffled.dParameters[key]![n]!) / scale, key).toBeLessThan(tolerances.float32Cell),
        );
      }
    });
  });
});

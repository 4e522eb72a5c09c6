/** Attention in every form and place: the reference against central differences, kernels against the reference, and what makes it attention. */
import { describe, expect, test } from "vitest";
import {
  drawNumbers,
  everyWay,
  expectAsReference,
  expectCentralDifferences,
  programOf,
} from "../../test/support/cell-cases.ts";
import type { CellCase } from "../../test/support/cell-cases.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cell as createCell } from "../language/index.ts";
import { compile, compileOn } from "./compile.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";
import { createWasmBackend } from "./wasm-backend.ts";

const forms: readonly (readonly [name: string, text: string])[] = [
  ["dot with the input", "memory in R^I\ny = attend(x, memory)"],
  ["general", "y = tanh(C attend(A x, memory) + V x + b)"],
  ["additive", "v in R^P\ny = tanh(C attend(A x, K memory, memory, v) + V x)"],
  ["keys", "h' = tanh(W x + C attend(A h, K memory, memory))\nA in R^(P x H)"],
  ["keys that are values", "h' = tanh(W x + attend(A h, K memory))"],
  ["values by another matrix", "h' = tanh(W x + attend(A h, memory, L memory))"],
  ["a state that is its own query", "h' = attend(h, memory)"],
  ["a state handed to a number", "s in R\nmemory in R^H\ns' = 0.5 * s + sum(attend(h, memory))\nh' = tanh(W x + s)"],
  ["additive from a state as it is", "h' = tanh(W x + attend(h, K memory, memory, v))"],
  ["in a gate, twice with one memory", "a = attend(A h, memory)\nh' = a * sigmoid(W x) + attend(B x, memory) * h"],
  ["of two memories", "h' = tanh(W x + attend(h, K first, first, v) + attend(h, second))"],
  ["of what was attended to", "y = W attend(A attend(B x, memory), memory)"],
  ["with a query of all steps and members", "y = V x + C attend(q, memory)"],
  ["with a query that follows from parameters", "y = V x + C attend(tanh(q), K memory, memory, exp(v))\nq in R^P"],
  ["beside sums of products", "h' = tanh(W x + U h + C attend(A h + b, K memory, memory, v))\nv in R^P"],
  ["to nowhere", "a = attend(A x, memory)\nh' = tanh(W x + h)"],
];

function caseOf(one: CellCase, text: string): CellCase {
  const sizes = { ...(/\bP\b/.test(text) ? { P: 5 } : {}), ...namedSizes(text) };
  return { ...one, sizes };
}

/** Sizes of rows that nothing else gives a size. */
function namedSizes(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    createCell("form", text)
      .dimensions.filter((name) => name !== "P")
      .map((name) => [name, 6]),
  );
}

describe.each(forms)("%s", (_, text) => {
  const cell = createCell("form", text);
  test("the reference's gradient is that of central differences", () => {
    expectCentralDifferences(cell, caseOf({ steps: 3, batch: 2, inputSize: 2, hiddenSize: 3, lengths: [3, 2] }, text));
  });

  test("kernels compute what the reference does", () => {
    for (const one of everyWay)
      expectAsReference(createInterpreterBackend(), cell, caseOf(one, text), tolerances.randomCell);
    for (const one of everyWay.slice(2, 4))
      expectAsReference(createWasmBackend(), cell, caseOf(one, text), tolerances.float32Cell);
  });
});

const luong = createCell("luong", "y = attend(A x, memory)");

test("one row is all of the attention, whatever its score", async () => {
  const run = await compile(luong, { inputSize: 2, hiddenSize: 1, sizes: { M: 3 }, backend: "wasm" });
  const { outputs, attention } = run.forward({
    steps: 1,
    batch: 2,
    inputs: Float32Array.of(1, 2, 3, 4),
    parameters: { A: new Float32Array(6).fill(40) },
    memory: { memory: Float32Array.of(1, 2, 3, -4, -5, -6, 100, 100, 100, -90, -90, -90) },
    memoryLengths: { memory: [1, 1] },
  });
  expect([...outputs]).toEqual([1, 2, 3, -4, -5, -6]);
  expect([...attention["memory"]!]).toEqual([1, 0, 1, 0]);
  run.dispose();
});

test("rows past a member's length change nothing, and get no gradient", () => {
  const one: CellCase = { steps: 2, batch: 2, inputSize: 3, hiddenSize: 4, sizes: { M: 4 } };
  const compiled = compileOn(createInterpreterBackend(), luong, one);
  const { forward, gradients } = drawNumbers(luong, compiled, one, 5);
  const lengths = { memory: [2, 3] };
  const results = [0, 7].map((past) => {
    const memory = forward.memory!["memory"]!.slice();
    for (let s = 0; s < 4; s++) {
      for (let b = 0; b < 2; b++) if (s >= lengths.memory[b]!) memory.fill(past, (s * 2 + b) * 4, (s * 2 + b + 1) * 4);
    }
    const result = compiled.forward({ ...forward, memory: { memory }, memoryLengths: lengths });
    return { ...result, ...compiled.backward(gradients) };
  });
  expect(results[1]).toEqual(results[0]);
  const d = results[0]!.dMemory["memory"]!;
  expect([...d.slice(2 * 8, 2 * 8 + 4), ...d.slice(3 * 8)]).toEqual(Array.from({ length: 12 }, () => 0));
  expect(d.slice(0, 8).every((value) => value !== 0)).toBe(true);
});

test("a memory that is missing, of another size, or too long is one clear error", () => {
  const one: CellCase = { steps: 1, batch: 2, inputSize: 2, hiddenSize: 3, sizes: { M: 4 } };
  for (const backend of [undefined, createInterpreterBackend()]) {
    const compiled = compileOn(backend, luong, one);
    const { forward } = drawNumbers(luong, compiled, one, 5);
    const errorOf = (given: object): string => {
      try {
        compiled.forward({ ...forward, ...given });
      } catch (error) {
        return String(error);
      }
      return "none";
    };
    expect(errorOf({ memory: {} })).toContain("memory.memory is missing; give a multiple of 8 numbers");
    expect(errorOf({ memory: { memory: new Float64Array(12) } })).toContain("memory.memory has 12 numbers");
    expect(errorOf({ memory: { other: new Float64Array(8) } })).toContain("memory.other is given");
    expect(errorOf({ memoryLengths: { memory: [1, 4] } })).toContain("memoryLengths.memory[1] is 4");
    expect(errorOf({ memoryLengths: { memory: [0, 1] } })).toContain("a memory without rows has no mean");
  }
});

test("keys are made once for a memory, outside of the loop over steps", () => {
  const cell = createCell("once", "h' = tanh(W x + attend(h, K memory, memory, v))");
  const program = programOf(cell, { steps: 3, batch: 2, inputSize: 2, hiddenSize: 4 });
  const products = program.functions[0]!.body.filter((one) => one.kind === "product");
  expect(products.map(({ rows, depth }) => [rows, depth])).toEqual(expect.arrayContaining([[5 * 2, 4]]));
});

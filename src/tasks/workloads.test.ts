import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { measureWorkload, parseWorkloads } from "./workloads.ts";

const tiny = { name: "tiny", cell: "LSTM", B: 2, T: 3, I: 2, H: 3, L: 2, O: 1 };

test("the usual table is read", () => {
  const table: unknown = JSON.parse(readFileSync(new URL("../../bench/workloads.json", import.meta.url), "utf8"));
  const workloads = parseWorkloads(table);
  expect(workloads).toHaveLength(11);
  expect(workloads[0]).toEqual({
    name: "stock-4x50",
    mode: "train",
    cell: "lstm",
    batch: 32,
    steps: 60,
    inputs: 1,
    hidden: 50,
    layers: 4,
    outputs: 1,
  });
  expect(workloads.at(-1)).toMatchObject({ mode: "infer", batch: 32, outputs: 256 });
});

test("a step, a prediction and a stream are measured", () => {
  const workloads = parseWorkloads({
    train: [tiny],
    infer: [
      { ...tiny, name: "sequence" },
      { ...tiny, name: "stream", T: 1, cell: "gru" },
    ],
  });
  for (const workload of workloads) {
    const { name, mode, milliseconds, runs, backend, threads, weights } = measureWorkload(workload, {
      backend: "wasm",
      seconds: 0.05,
      weights: "float16",
    });
    expect({ name, mode, backend, threads, weights }).toEqual({
      name: workload.name,
      mode: workload.mode,
      backend: "wasm",
      threads: 1,
      weights: workload.steps === 1 && workload.mode === "infer" ? "float16" : "float32",
    });
    expect(milliseconds).toBeGreaterThan(0);
    expect(runs).toBeGreaterThanOrEqual(20);
  }
});

test("a cell of one's own is measured, and the bytes of a program that keeps less for the way back", () => {
  const equations = "h' = tanh(W x + U h + b)";
  const longer = { ...tiny, T: 16, L: 1, cell: "mine", equations };
  const bytes = parseWorkloads({ train: [longer, { ...longer, checkpoint: 4 }] }).map(
    (workload) => measureWorkload(workload, { backend: "wasm", seconds: 0.01 }).bytes ?? NaN,
  );
  expect(bytes[0]).toBeGreaterThan(16 * 2 * 3 * 4);
  expect(bytes[1]).toBeLessThan(bytes[0] ?? NaN);
});

test.each([
  [[], /the whole is a list/],
  [{ train: [{ ...tiny, cell: "LSMT" }] }, /train\[0\]\.cell is "lsmt", not one of/],
  [{ train: [{ ...tiny, checkpoint: 0 }] }, /train\[0\]\.checkpoint is 0/],
  [{ train: [{ ...tiny, H: 0 }] }, /train\[0\]\.H is 0/],
  [{ infer: [{ ...tiny, B: "2" }] }, /infer\[0\]\.B is "2"/],
  [{ train: [{ ...tiny, O: undefined }] }, /train\[0\]\.O is absent/],
])("a malformed table is refused: %#", (table, message) => {
  expect(() => parseWorkloads(table, "w.json")).toThrow(message);
  expect(() => parseWorkloads(table, "w.json")).toThrow(expect.objectContaining({ code: "file/bad-workloads" }));
});

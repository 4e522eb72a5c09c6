import { expect, test } from "vitest";
import { storedData } from "./stored-task.ts";
import { findTask } from "./task-table.ts";
import type { TaskName } from "./task-table.ts";

const parse = (task: TaskName, options: unknown): object =>
  findTask(task).parseOptions(storedData(options, "options", "x.checkpoint"));

const learning = {
  cell: { name: "mine", text: "h' = tanh(W x + U h)", options: {} },
  hidden: 4,
  dropout: 0.1,
  scheme: "torch",
  loss: { kind: "huber", delta: 2 },
  optimiser: { kind: "adamw", betas: [0.9, 0.99], amsgrad: true, decayed: "matrices" },
  schedule: { kind: "warm-up", steps: 5, next: { kind: "one-cycle", shape: "linear" } },
  clip: { kind: "value", most: 1 },
  seed: 3,
  backend: "wasm",
  threads: "auto",
};
const reading = { missing: { value: 0 }, decimal: ",", dateOrder: "day-first", names: ["a", "b"], quotes: false };

test.each([
  ["forecast", { ...learning, targets: ["a"], bidirectional: true, form: "difference", timeFeatures: [], reading }],
  ["forecast", { targets: ["a"], quantiles: [0.1, 0.9], scaler: "robust", readout: "ridge", predict: "all" }],
  ["classify", { ...learning, label: "a", features: ["b"], layers: 2, reading: {} }],
  ["texts", { cell: "gru", text: "a", target: "b", cuts: [0], bidirectional: false, pooling: "mean" }],
  ["tag", { restore: "diacritics", causal: true, threads: 2, clip: "none" }],
  ["translate", { source: "a", target: "b", attention: "none", search: { width: 1 }, targetUnit: "character" }],
  ["caption", { channels: [4, 8], search: { lengthPenalty: 0 }, shift: 0 }],
  ["generate", { unit: "subword", tie: true, text: "a" }],
] as const)("%s: %j come back as they were", (task, options) => {
  expect(parse(task, JSON.parse(JSON.stringify(options)))).toEqual(options);
});

test.each([
  ["forecast", 5, "options is 5, not an object"],
  ["forecast", {}, 'options lacks "targets"'],
  ["forecast", { targets: 5 }, "options.targets is 5, not a list"],
  ["forecast", { targets: [1] }, "options.targets[0] is 1, not a text"],
  ["forecast", { targets: ["a"], hidden: "4" }, 'options.hidden is "4", not a finite number'],
  ["forecast", { targets: ["a"], cell: { name: "mine" } }, 'options.cell lacks "options"'],
  ["forecast", { targets: ["a"], loss: { kind: "quantile" } }, 'options.loss lacks "quantiles"'],
  ["forecast", { targets: ["a"], optimiser: { kind: "adam", betas: [1] } }, "options.optimiser.betas has 1 numbers"],
  ["forecast", { targets: ["a"], schedule: { kind: "toString" } }, 'options.schedule.kind is "toString", not one of'],
  ["forecast", { targets: ["a"], schedule: { kind: "warm-up", steps: 1, next: 1 } }, "options.schedule.next is 1"],
  ["forecast", { targets: ["a"], clip: "all" }, 'options.clip is "all", not an object'],
  ["forecast", { targets: ["a"], reading: { names: [1] } }, "options.reading.names[0] is 1, not a text"],
  ["classify", { label: "a", targets: ["a"] }, 'options has "targets", which has no meaning here'],
  ["caption", { layers: 3 }, 'options has "layers", which has no meaning here'],
  ["translate", { source: "a", target: "b", search: { width: [] } }, "options.search.width is a list"],
] as const)("%s: %j are refused", (task, options, says) => {
  expect(() => parse(task, options)).toThrow(`x.checkpoint: ${says}`);
});

/** Lessons of every kind, planned, run, stopped, gone on with and concluded. */
import { load, openCheckpoint, openTask } from "recurra";
import { describe, expect, test } from "vitest";
import type { LearnEvent } from "./learn.ts";
import type { DataFile, LearningChoice, LessonTask } from "./lessons/lesson.ts";
import { planLesson } from "./lessons/plan-lesson.ts";
import { runLesson } from "./run-lesson.ts";

const fileOf = (name: string, lines: readonly string[]): DataFile => ({
  name,
  blob: new Blob([lines.join("\n")]),
});

/** A wave with a little noise that follows from the row. */
const wave = fileOf("wave.csv", [
  "value",
  ...Array.from({ length: 160 }, (_, row) => (Math.sin(row / 3) + ((row * 7919) % 13) / 100).toFixed(4)),
]);

/** Words of two kinds of letters. */
const words = fileOf("words.csv", [
  "text,kind",
  ...Array.from({ length: 90 }, (_, row) => {
    const letters = row % 2 === 0 ? "abcde" : "vwxyz";
    const word = Array.from({ length: 4 }, (__, at) => letters[(row * (at + 1) + at) % 5]).join("");
    return `${word}${row},${row % 2 === 0 ? "early" : "late"}`;
  }),
]);

const text = fileOf(
  "text.txt",
  Array.from({ length: 30 }, (_, line) => `line ${line} says the same as line ${line + 1}`),
);

const sentences = fileOf(
  "sentences.txt",
  Array.from({ length: 40 }, (_, line) => `${["tôi là", "bạn là", "họ không là"][line % 3]} số ${line} và ${line * 7}`),
);

const learning: LearningChoice = { cell: "gru", hidden: 8, layers: 1, epochs: 3, rate: 0.01, seed: 1 };

async function collect(
  task: LessonTask,
  {
    stopAt = Infinity,
    ...given
  }: { stopAt?: number; rate?: number; resume?: (LearnEvent & { kind: "paused" })["checkpoint"] } = {},
): Promise<readonly LearnEvent[]> {
  const stop = new AbortController();
  const events: LearnEvent[] = [];
  const choice = { task, learning: { ...learning, ...(given.rate === undefined ? {} : { rate: given.rate }) } };
  for await (const event of runLesson({ choice, resume: given.resume }, stop.signal)) {
    events.push(event);
    if (event.kind === "epoch" && event.record.epoch >= stopAt) stop.abort();
  }
  return events;
}

async function all(events: AsyncIterable<LearnEvent>): Promise<readonly LearnEvent[]> {
  const told: LearnEvent[] = [];
  for await (const event of events) told.push(event);
  return told;
}

function pick<K extends LearnEvent["kind"]>(events: readonly LearnEvent[], kind: K): (LearnEvent & { kind: K })[] {
  return events.filter((event): event is LearnEvent & { kind: K } => event.kind === kind);
}

const tasks: readonly (readonly [string, LessonTask, string])[] = [
  ["a forecast", { kind: "forecast", data: wave, target: "value", horizon: 1 }, "absolute-error"],
  ["classes of texts", { kind: "texts", data: words, text: "text", target: "kind", unit: "character" }, "accuracy"],
  ["a language model", { kind: "generate", data: text }, "bits"],
  ["marks of letters", { kind: "marks", data: sentences }, "words"],
  ["a task of memory", { kind: "memory", task: "adding", steps: 4 }, "squared-error"],
];

describe.each(tasks)("%s", (_, task, measure) => {
  test("is run to its end: the loss falls, samples come, and the model can be opened", async () => {
    const events = await collect(task);
    expect(events[0]).toMatchObject({ kind: "planned", facts: { epochs: 3 } });
    const losses = pick(events, "epoch").map(({ record }) => record.loss);
    expect(losses).toHaveLength(3);
    expect(losses[2]).toBeLessThan(losses[0] ?? 0);
    const [finished] = pick(events, "finished");
    expect(finished?.conclusion.scores?.measure).toBe(measure);
    expect(finished?.conclusion.scores?.rows.every(({ value }) => Number.isFinite(value))).toBe(true);
    const model = load(finished?.conclusion.model ?? new Uint8Array());
    if (task.kind === "memory") return;
    expect(openTask(model).kind).not.toBe("");
    expect(pick(events, "sample").length).toBeGreaterThan(0);
    expect(finished?.conclusion.sample?.kind).toBe(pick(events, "sample")[0]?.sample.kind);
  });

  test("is stopped, and goes on to the same end; its checkpoint is one of the command line's", async () => {
    const whole = await collect(task);
    const [paused] = pick(await collect(task, { stopAt: 1 }), "paused");
    if (paused === undefined) throw new Error("it was not paused");
    const rest = await collect(task, { resume: paused.checkpoint });
    expect(pick(rest, "started")[0]?.history).toHaveLength(1);
    expect(pick(rest, "finished")[0]?.conclusion.model).toEqual(pick(whole, "finished")[0]?.conclusion.model);
    if (paused.file !== undefined) expect(openCheckpoint(load(paused.file)).checkpoint.progress.epoch).toBe(2);
    expect(paused.file === undefined).toBe(task.kind === "memory");
  });
});

test.each(tasks)(
  "%s is learned with more options, which its checkpoint holds by the command line's names",
  async (_, task) => {
    const more = { optimiser: "rmsprop", batch: 4, clip: "none", dropout: 0.25 } as const;
    const choice = { task, learning: { ...learning, ...more, ...(task.kind === "generate" ? { steps: 16 } : {}) } };
    const { training, keep } = await planLesson(choice);
    expect(training).toMatchObject({ optimiser: { kind: "rmsprop", rate: 0.01 }, batch: 4, clip: undefined });
    expect(training.network.layers).toContainEqual({ kind: "dropout", rate: 0.25 });
    const clipped = await planLesson({ task, learning: { ...learning, clip: 0.5 } });
    expect(clipped.training.clip).toEqual({ kind: "norm", most: 0.5 });
    if (keep === undefined) return;
    const stop = new AbortController();
    stop.abort();
    const [paused] = pick(await all(runLesson({ choice }, stop.signal)), "paused");
    expect(openCheckpoint(load(paused?.file ?? new Uint8Array())).options).toMatchObject({
      ...more,
      optimiser: { kind: "rmsprop" },
      ...(task.kind === "generate" ? { steps: 16 } : {}),
    });
  },
);

test("a table with holes is refused until there is a rule for them, which the task keeps", async () => {
  const rows = Array.from({ length: 160 }, (_, row) => (row % 40 === 7 ? "" : Math.sin(row / 3).toFixed(4)));
  const task = {
    kind: "forecast",
    data: fileOf("holes.csv", ["value", ...rows.map((one) => `"${one}"`)]),
    target: "value",
    horizon: 1,
  } as const;
  await expect(planLesson({ task, learning })).rejects.toMatchObject({ code: "data/missing-value" });
  const stop = new AbortController();
  stop.abort();
  const choice = { task: { ...task, missing: "linear" }, learning } as const;
  const [paused] = pick(await all(runLesson({ choice }, stop.signal)), "paused");
  expect(openTask(load(paused?.file ?? new Uint8Array()))).toMatchObject({ task: { reading: { missing: "linear" } } });
});

test("a paused run goes on at another rate", async () => {
  const task: LessonTask = { kind: "memory", task: "adding", steps: 4 };
  const [paused] = pick(await collect(task, { stopAt: 1 }), "paused");
  const [step] = pick(await collect(task, { resume: paused!.checkpoint, rate: 0.001 }), "step");
  expect(step?.rate).toBeLessThan(0.001);
});

test("what does not fit is said in the library's words", async () => {
  await expect(collect({ kind: "forecast", data: wave, target: "Value", horizon: 1 })).rejects.toThrow(
    /did you mean "value"/,
  );
});

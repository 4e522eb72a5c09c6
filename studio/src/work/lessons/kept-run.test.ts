/** Runs of checkpoint files, as the command line writes them, gone on with. */
import {
  concludeForecast,
  load,
  openCheckpoint,
  planForecast,
  planGenerate,
  planTag,
  planTexts,
  readTable,
  saveCheckpoint,
  saveResult,
  train,
} from "recurra";
import type { Checkpoint, FinishedEvent, Json, StoredRun, TaskPlan } from "recurra";
import { describe, expect, test } from "vitest";
import type { LearnEvent } from "../learn.ts";
import { runLesson } from "../run-lesson.ts";
import { describeFailure } from "../serve-work.ts";
import { explainFailure } from "../../words/explain-failure.ts";
import { describeKept } from "./kept-run.ts";
import { findKeptTask } from "./kept-task.ts";
import type { DataFile } from "./lesson.ts";

const fileOf = (name: string, content: string | Uint8Array): DataFile => ({
  name,
  blob: new Blob([content as BlobPart]),
});
const learning = { cell: "gru", hidden: 4, epochs: 2, seed: 4 } as const;

const waves = [
  "day;level;price",
  ...Array.from(
    { length: 120 },
    (_, row) => `${new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10)};${row % 7},5;${row % 5}`,
  ),
].join("\n");
const words = [
  "word,kind",
  ...Array.from({ length: 40 }, (_, row) => `${row % 2 === 0 ? "abcab" : "xyzzy"}${row},${row % 2}`),
].join("\n");
const lines = Array.from({ length: 24 }, (_, at) => `tôi là người số ${at}, bạn là người số ${at * 3}`).join("\r\n");

const plans: Readonly<Record<string, () => Promise<{ plan: TaskPlan; data: DataFile }>>> = {
  forecast: async () => {
    const reading = { decimal: ",", dateColumn: "day" } as const;
    const { table } = await readTable(new TextEncoder().encode(waves), { source: "waves.csv", ...reading });
    const options = {
      ...learning,
      targets: ["level"],
      covariates: ["price"],
      horizon: 2,
      date: "day",
      reading: { decimal: "," },
    } as const;
    return { plan: planForecast(table, options), data: fileOf("waves.csv", waves) };
  },
  texts: async () => {
    const { table } = await readTable(new TextEncoder().encode(words), {
      source: "words.csv",
      types: { word: "text" },
    });
    const options = { ...learning, text: "word", target: "kind", answer: "class", unit: "character" } as const;
    return { plan: planTexts(table, options), data: fileOf("words.csv", words) };
  },
  generate: async () => {
    const text = lines.replaceAll("\r\n", "\n");
    return { plan: planGenerate({ text, source: "lines.txt" }, learning), data: fileOf("lines.txt", lines) };
  },
  marks: async () => {
    const texts = lines.split("\r\n");
    const plan = planTag({ kind: "texts", source: "lines.txt", texts }, { ...learning, restore: "diacritics" });
    return { plan, data: fileOf("lines.txt", lines) };
  },
};

/** The run of a plan: its checkpoint after the first epoch, and its end. */
async function runWhole({ training }: TaskPlan): Promise<{ checkpoint: Checkpoint; finished: FinishedEvent }> {
  let [checkpoint, finished]: [Checkpoint?, FinishedEvent?] = [];
  for await (const event of train({ ...training, checkpointEpochs: 1 })) {
    if (event.kind === "checkpoint") checkpoint ??= event.checkpoint;
    if (event.kind === "finished") finished = event;
  }
  return { checkpoint: checkpoint!, finished: finished! };
}

async function goOn(
  run: DataFile,
  data: DataFile,
  { rate, stop = new AbortController() }: { readonly rate?: number; readonly stop?: AbortController } = {},
): Promise<readonly LearnEvent[]> {
  const events: LearnEvent[] = [];
  const choice = { run, data, ...(rate === undefined ? {} : { rate }) };
  for await (const event of runLesson({ choice }, stop.signal)) events.push(event);
  return events;
}

const find = <K extends LearnEvent["kind"]>(events: readonly LearnEvent[], kind: K): LearnEvent & { kind: K } =>
  events.find((event): event is LearnEvent & { kind: K } => event.kind === kind)!;

const notes = { text: "a column" } as const;

describe.each(Object.entries(plans))("a run of %s", (task, make) => {
  test("is known, goes on to the parameters it would have come to, and keeps its notes", async () => {
    const { plan, data } = await make();
    const { checkpoint, finished } = await runWhole(plan);
    const kept: Json = task === "marks" ? {} : { ...notes };
    const run = fileOf("run.checkpoint", saveCheckpoint(plan, checkpoint, kept));
    expect(await describeKept(run)).toMatchObject({
      kind: "kept",
      task,
      model: { progress: { epoch: 2 }, history: [{ epoch: 1 }] },
    });
    const events = await goOn(run, data);
    expect(find(events, "started")).toMatchObject({ history: [{ epoch: 1 }], best: 1 });
    const model = load(find(events, "finished").conclusion.model);
    expect(model.parameters).toEqual(finished.parameters);
    expect(find(events, "planned").facts.rate).toBe(plan.training.optimiser?.rate);
    const stop = new AbortController();
    stop.abort();
    const paused = find(await goOn(run, data, { rate: 0.5, stop }), "paused");
    const again = openCheckpoint(load(paused.file ?? new Uint8Array()));
    expect(again).toMatchObject({ notes: kept, options: { rate: 0.5 } });
  });
});

describe("what does not fit", () => {
  const made = plans["forecast"]!().then(async ({ plan, data }) => {
    const { checkpoint, finished } = await runWhole(plan);
    return { plan, data, checkpoint, finished };
  });

  test("other data are refused before anything is learned, in one message", async () => {
    const { plan, data, checkpoint } = await made;
    const run = fileOf("run.checkpoint", saveCheckpoint(plan, checkpoint));
    const other = fileOf("waves.csv", waves.replace("3,5;", "3,6;"));
    await expect(goOn(run, other)).rejects.toMatchObject({
      code: "studio/other-data",
      message: expect.stringMatching(
        /^waves\.csv does not hold what the run of run\.checkpoint learned from/,
      ) as unknown,
    });
    await expect(goOn(run, fileOf("b.csv", "day;price\n2024-01-01;3\n"))).rejects.toThrow(/b\.csv.*"level"/);
    await expect(goOn(run, fileOf("empty.csv", ""))).rejects.toThrow(/empty\.csv/);
    expect(find(await goOn(run, data), "finished").kept).toBeGreaterThan(0);
  });

  test("a finished model has ended; a run of a part of its data, and a broken file, are refused by name", async () => {
    const { plan, checkpoint, finished } = await made;
    if (plan.kind !== "forecast-plan") throw new Error(plan.kind);
    expect(await describeKept(fileOf("m.safetensors", saveResult(concludeForecast(plan, finished))))).toEqual({
      kind: "ended",
    });
    await expect(
      describeKept(fileOf("fast.checkpoint", saveCheckpoint(plan, checkpoint, { fast: true }))),
    ).rejects.toThrow(/^fast\.checkpoint is of a run with --fast.*--resume fast\.checkpoint goes on with it/);
    await expect(describeKept(fileOf("no.checkpoint", "nothing"))).rejects.toThrow("no.checkpoint");
  });

  test("each thing that the workbench does not do is said by a sentence of its own in Vietnamese", async () => {
    const { plan, data, checkpoint } = await made;
    const of = (learned: TaskPlan, notes?: Json): StoredRun =>
      ({ kind: learned.kind.replace("-plan", ""), options: learned.options, checkpoint, notes }) as StoredRun;
    const tagged = { kind: "tagged-text", source: "made", layout: "slashed", sentences: [] } as const;
    const sentences = Array.from({ length: 9 }, (_, at) => ({ tokens: ["Dogs", `bark${at}`], tags: ["N", "V"] }));
    const tags = planTag({ ...tagged, sentences }, learning);
    const marks = (await plans["marks"]!()).plan;
    const run = fileOf("run.checkpoint", saveCheckpoint(plan, checkpoint));
    const other = fileOf("waves.csv", waves.replace("3,5;", "3,6;"));
    const large = { size: 201e6 } as Blob;
    const gone = { size: 9, arrayBuffer: async () => Promise.reject(new Error("gone")) } as unknown as Blob;
    const said: readonly (readonly [() => unknown, RegExp])[] = [
      [() => findKeptTask(of(plan, { fast: true }), "run"), /--fast/],
      [() => findKeptTask(of(tags), "run"), /lành lặn.*một bài toán mà bàn thực nghiệm không có/],
      [() => findKeptTask({ ...of(plan), kind: "translate" } as StoredRun, "run"), /lành lặn.*một bài toán/],
      [() => findKeptTask(of(marks, { text: "a column" }), "run"), /một cột của bảng \(--text\)/],
      [async () => goOn(run, other), /^Dữ liệu này không phải dữ liệu mà lần huấn luyện đang học/],
      [async () => goOn(run, { ...data, blob: large }), /^Tệp quá lớn.*200 MB/],
      [async () => goOn(run, { ...data, blob: gone }), /^Tệp đã bị sửa hoặc bị xoá/],
      [async () => describeKept(fileOf("no.checkpoint", "nothing")), /^Tệp bị cụt|^Đây không phải tệp safetensors/],
    ];
    for (const [act, sentence] of said) {
      const error: unknown = await Promise.resolve()
        .then(act)
        .then(
          () => "nothing was thrown",
          (thrown: unknown) => thrown,
        );
      expect(explainFailure(describeFailure(error), "vi")).toMatch(sentence);
    }
  });
});

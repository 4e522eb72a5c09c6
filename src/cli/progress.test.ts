import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import type { EpochEvent, StartedEvent, TrainingEvent } from "../node.ts";
import { createProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

const started: StartedEvent = {
  kind: "started",
  backend: "wasm",
  note: "",
  parameters: 1,
  words: 1,
  epochs: 2,
  updatesPerEpoch: 10,
  update: 0,
};
const ended: EpochEvent = {
  kind: "epoch",
  epoch: 1,
  epochs: 2,
  loss: 0.25,
  validation: 0.125,
  rate: 1e-3,
  seconds: 1,
  best: true,
};
const events: readonly TrainingEvent[] = [
  started,
  { kind: "step", epoch: 1, update: 5, updates: 20, loss: 0.5, norm: 1, rate: 2e-3 },
  ended,
  { kind: "step", epoch: 2, update: 15, updates: 20, loss: 0.5, norm: 1, rate: 5e-4 },
  { kind: "epoch", epoch: 2, epochs: 2, loss: 0.2, validation: 0.1, rate: 1e-6, seconds: 1, best: true },
];

/** What a run of these events says, on a screen of so many columns or without one. */
async function show(columns?: number): Promise<string> {
  let said = "";
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 24 });
  screen.on("data", (data: Buffer) => (said += data.toString()));
  const terminal: Terminal = {
    command: "recurra",
    print: () => undefined,
    say: (text) => (said += `${text}\n`),
    screen: columns === undefined ? undefined : (screen as unknown as NodeJS.WriteStream),
    onInterrupt: () => () => undefined,
  };
  const progress = createProgress(terminal);
  for (const event of events) {
    progress.show(event);
    // A bar is drawn some times a second; here every event has its turn.
    if (columns !== undefined) {
      await new Promise((resolve) => {
        setTimeout(resolve, 120);
      });
    }
  }
  progress.end();
  return said;
}

test("without a terminal there are plain lines, the last one always", async () => {
  const lines = (await show()).trimEnd().split("\n");
  expect(lines[0]).toMatch(/^epoch 1\/2 {2}loss 0\.2500 {2}validation 0\.1250 {2}rate 1\.0e-3$/);
  expect(lines.at(-1)).toBe("epoch 2/2  loss 0.2000  validation 0.1000  rate 1.0e-6");
});

test.each([0, 20])("time left is by the epochs after the first of the run, which began at update %i", (update) => {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  let said = "";
  const terminal: Terminal = {
    command: "recurra",
    print: () => undefined,
    say: (text) => (said += `${text}\n`),
    screen: undefined,
    onInterrupt: () => () => undefined,
  };
  const progress = createProgress(terminal);
  const first = update / 10 + 1;
  progress.show({ ...started, epochs: 12, update });
  // The first epoch takes a minute, those after it three seconds each.
  for (const [at, seconds] of [60, 3, 3].entries()) {
    now += seconds * 1000;
    progress.show({ ...ended, epoch: first + at, epochs: 12, seconds });
  }
  clock.mockRestore();
  const times = said
    .trimEnd()
    .split("\n")
    .map((line) => /rate \S+(?: {2}(.*) left)?$/.exec(line)?.[1]);
  expect(times).toEqual([undefined, `${3 * (12 - first - 1)} s`, `${3 * (12 - first - 2)} s`]);
});

test("on a terminal there is a bar with epoch, losses, time left and rate", async () => {
  const said = await show(120);
  expect(said).toMatch(/█+░+ 25 % {2}epoch 1\/2 {2}loss 0\.5000 {2}.* left {2}rate 2\.0e-3/);
  expect(said).toMatch(/75 % {2}epoch 2\/2 {2}loss 0\.2500 {2}validation 0\.1250 {2}.* left {2}rate 5\.0e-4/);
  // The cursor is shown again, and the line is empty.
  expect(said).toContain("\u001b[?25h");
});

test("on a narrow terminal only the rate is cut off", async () => {
  const [line = ""] = (await show(80)).match(/[█░]+ 75 %[^\u001b]*/) ?? [];
  expect(line.indexOf("left")).toBeGreaterThan(0);
  expect(line.indexOf("left")).toBeLessThan(80);
});

test("a metric is told until there is another, with the epoch it is of", () => {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  const said: string[] = [];
  const progress = createProgress({
    command: "recurra",
    print: () => undefined,
    say: (text) => said.push(text),
    screen: undefined,
    onInterrupt: () => () => undefined,
  });
  for (const [at, metric] of [undefined, "accuracy 50 %", undefined, undefined, "accuracy 60 %"].entries()) {
    // The third is not due, and still the metric is of the second.
    now += at === 2 ? 1 : 3000;
    progress.measure(metric);
    progress.show({ ...ended, epoch: at + 1, epochs: 6 });
  }
  clock.mockRestore();
  expect(said.map((line) => /validation \S+ {2}(.*?) *rate/.exec(line)?.[1])).toEqual([
    "",
    "accuracy 50 %",
    "accuracy 50 % (epoch 2)",
    "accuracy 60 %",
  ]);
});

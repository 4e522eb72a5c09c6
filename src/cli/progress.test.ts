import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { TrainingEvent } from "../node.ts";
import { createProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

const events: readonly TrainingEvent[] = [
  { kind: "started", backend: "wasm", note: "", parameters: 1, words: 1, epochs: 2, updatesPerEpoch: 10, update: 0 },
  { kind: "step", epoch: 1, update: 5, updates: 20, loss: 0.5, norm: 1, rate: 2e-3 },
  { kind: "epoch", epoch: 1, epochs: 2, loss: 0.25, validation: 0.125, rate: 1e-3, seconds: 1, best: true },
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
  expect(lines[0]).toMatch(/^epoch 1\/2 {2}loss 0\.2500 {2}validation 0\.1250 {2}rate 1\.0e-3 {2}1 s left$/);
  expect(lines.at(-1)).toBe("epoch 2/2  loss 0.2000  validation 0.1000  rate 1.0e-6");
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

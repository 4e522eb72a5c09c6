import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { collect, sortEvents, waveRun } from "../../test/support/training-runs.ts";
import { RecurraError } from "../util/errors.ts";
import type { TrainingEvent } from "./events.ts";
import { trainInWorker } from "./train-in-worker.ts";
import type { TrainingOptions } from "./training-options.ts";
import { fromPlain, serveTraining } from "./worker-protocol.ts";
import type { FromWorker, ToWorker } from "./worker-protocol.ts";

/** A run served over a channel, whose messages are cloned like a worker's. */
async function runOverChannel(
  options: TrainingOptions,
  stopAt: (event: TrainingEvent) => boolean = () => false,
): Promise<TrainingEvent[]> {
  const { port1, port2 } = new MessageChannel();
  serveTraining({
    post: (message) => port2.postMessage(message),
    listen: (listener) => port2.on("message", (message: ToWorker) => listener(message)),
  });
  const events: TrainingEvent[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const answer = (message: FromWorker): void => {
        if (message.kind === "ready") port1.postMessage({ kind: "train", options } satisfies ToWorker);
        if (message.kind === "done") resolve();
        if (message.kind === "failed") reject(fromPlain(message.error));
        if (message.kind !== "event") return;
        events.push(message.event);
        if (stopAt(message.event)) port1.postMessage({ kind: "stop" } satisfies ToWorker);
      };
      port1.on("message", answer);
    });
  } finally {
    port1.close();
  }
  return events;
}

describe("a run over messages", () => {
  it("tells the same as one on this thread", async () => {
    const here = await collect(waveRun());
    const there = sortEvents(await runOverChannel(waveRun()));
    expect(there.steps).toEqual(here.steps);
    expect(there.finished?.parameters).toEqual(here.finished?.parameters);
  });

  it("stops when told to, and its checkpoint goes on anywhere", async () => {
    // Many epochs, so that the message arrives before the end.
    const options = waveRun({ epochs: 60 });
    const part = sortEvents(await runOverChannel(options, (event) => event.kind === "step" && event.update === 2));
    const update = part.stopped?.progress.update ?? 0;
    expect(update).toBeGreaterThanOrEqual(2);
    const rest = await collect({ ...options, resume: part.stopped });
    const whole = await collect(options);
    expect(rest.finished?.parameters).toEqual(whole.finished?.parameters);
  });

  it("fails with the same error", async () => {
    const failure: unknown = await runOverChannel(waveRun({ epochs: 0 })).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RecurraError);
    expect(failure).toMatchObject({
      code: "training/bad-option",
      message: "epochs is 0; give a whole number from 1 on.",
    });
  });
});

describe("trainInWorker", () => {
  // From the sources there is no worker.js beside this file, as on a page that cannot load one.
  it("trains on this thread where no worker can be started, and says so", async () => {
    const events: TrainingEvent[] = [];
    for await (const event of trainInWorker(waveRun())) events.push(event);
    const { started, finished } = sortEvents(events);
    expect(started.note).toMatch(/On this thread, as no worker could be started \(.*worker\.js.*\)\.$/s);
    expect(finished?.parameters).toEqual((await collect(waveRun())).finished?.parameters);
  });
});

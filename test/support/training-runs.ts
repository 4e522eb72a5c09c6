/** Small training runs for tests, and how they end. */
import { createWindows, tableFromNumbers } from "../../src/data/index.ts";
import { network } from "../../src/network/index.ts";
import type { Checkpoint } from "../../src/training/checkpoint.ts";
import type { EpochEvent, FinishedEvent, StartedEvent, StepEvent, TrainingEvent } from "../../src/training/events.ts";
import { train } from "../../src/training/trainer.ts";
import type { TrainingOptions } from "../../src/training/training-options.ts";
import type { TrainingData } from "../../src/training/batch-source.ts";
import { createRandom } from "../../src/util/random.ts";

export interface WholeRun {
  readonly events: readonly TrainingEvent[];
  readonly started: StartedEvent;
  readonly steps: readonly StepEvent[];
  readonly epochs: readonly EpochEvent[];
  readonly checkpoints: readonly Checkpoint[];
  readonly finished: FinishedEvent | undefined;
  /** Of the last event, if it was stopped. */
  readonly stopped: Checkpoint | undefined;
}

/** All events of a run; stopped by the first event for which `stopAt` holds. */
export async function collect(
  options: TrainingOptions,
  stopAt: (event: TrainingEvent) => boolean = () => false,
): Promise<WholeRun> {
  const stop = new AbortController();
  const events: TrainingEvent[] = [];
  for await (const event of train(options, { signal: stop.signal })) {
    events.push(event);
    if (stopAt(event)) stop.abort();
  }
  return sortEvents(events);
}

export function sortEvents(events: readonly TrainingEvent[]): WholeRun {
  const of = <K extends TrainingEvent["kind"]>(kind: K) =>
    events.filter((event): event is Extract<TrainingEvent, { readonly kind: K }> => event.kind === kind);
  const [started] = of("started");
  if (started === undefined) throw new Error("the run did not start");
  return {
    events,
    started,
    steps: of("step"),
    epochs: of("epoch"),
    checkpoints: of("checkpoint").map((event) => event.checkpoint),
    finished: of("finished")[0],
    stopped: of("stopped")[0]?.checkpoint,
  };
}

/** Windows over a noisy wave: 42 to train on and 14 to watch. */
export function waveWindows(rows = 62, window = 6): { readonly data: TrainingData; readonly validation: TrainingData } {
  const random = createRandom(11);
  const table = tableFromNumbers({
    v: Float64Array.from({ length: rows }, (_, n) => Math.sin(n / 3) + 0.1 * random.normal()),
  });
  const windows = createWindows(table, { targets: ["v"], window });
  const cut = Math.floor(windows.count * 0.75);
  const from = (start: number, end: number): TrainingData => ({
    kind: "windows",
    windows,
    indices: Int32Array.from({ length: end - start }, (_, n) => start + n),
  });
  return { data: from(0, cut), validation: from(cut, windows.count) };
}

/** A small GRU on the wave, in float64. */
export function waveRun(options: Partial<TrainingOptions> = {}): TrainingOptions {
  return {
    network: network({ features: 1 }).recurrent("gru", { size: 4 }).dropout(0.2).last().dense(1).build(),
    ...waveWindows(),
    loss: { kind: "mean-squared" },
    optimiser: { kind: "adam", rate: 0.02 },
    clip: { kind: "norm", most: 1 },
    epochs: 3,
    batch: 8,
    backend: "reference",
    stepSeconds: 0,
    ...options,
  };
}

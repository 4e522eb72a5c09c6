/** What is to be known of a training, in the model's file. */
import type { Json } from "../formats/recurra/index.ts";
import type { EpochRecord, FinishedEvent, TrainingOptions } from "../training/index.ts";
import { known } from "../util/errors.ts";
import { plainData } from "../util/plain-data.ts";
import type { Table } from "../data/index.ts";

/** Plain data, and nothing of the moment: the same run gives the same summary. */
export interface TrainingSummary {
  /** The data's name and size. */
  readonly data: { readonly source: string; readonly rows: number };
  /** Windows, sequences, texts, …: how many were learned from, watched, and kept for the test. */
  readonly parts: { readonly train: number; readonly validation: number; readonly test: number };
  readonly seed: number;
  readonly batch: number;
  readonly loss: string;
  readonly optimiser: string;
  /** Epochs that were run. */
  readonly epochs: number;
  readonly because: FinishedEvent["because"];
  /** The epoch whose parameters were kept, and its validation loss; the last, and its loss, without validation. */
  readonly kept: { readonly epoch: number; readonly loss: number };
  readonly history: readonly Omit<EpochRecord, "seconds">[];
  /** On the test part, beside the simplest that could be done. */
  readonly test?: Readonly<Record<string, Json>>;
}

interface Facts {
  readonly data: TrainingSummary["data"];
  readonly parts: TrainingSummary["parts"];
  readonly training: TrainingOptions;
  readonly finished: Pick<FinishedEvent, "best" | "because" | "history">;
  readonly test: Readonly<Record<string, Json>> | undefined;
}

export function summarise({ data, parts, training, finished, test }: Facts): TrainingSummary {
  return {
    data,
    parts,
    seed: training.seed ?? 1,
    batch: training.batch ?? 32,
    loss: training.loss.kind,
    optimiser: training.readout === undefined ? (training.optimiser?.kind ?? "adam") : "ridge regression",
    epochs: finished.history.length,
    because: finished.because,
    kept: findKept(training, finished),
    history: finished.history.map(({ epoch, loss, validation, rate }) => ({
      epoch,
      loss,
      ...(validation === undefined ? {} : { validation }),
      rate,
    })),
    ...(test === undefined ? {} : { test }),
  };
}

/** A table as the data of a summary. */
export function describeTable(table: Table): TrainingSummary["data"] {
  return { source: table.origin.source, rows: table.rows };
}

function findKept(training: TrainingOptions, { best, history }: Facts["finished"]): TrainingSummary["kept"] {
  if (training.validation !== undefined) return best;
  const { epoch, loss } = known(history.at(-1), "an epoch");
  return { epoch, loss };
}

/** The main facts of a summary in a model file; nothing where something else is stored there. */
export function readSummary(value: unknown): Omit<TrainingSummary, "parts" | "because" | "history"> | undefined {
  const isOther = new Error("no summary");
  try {
    const root = plainData(value, "training", () => isOther).object();
    const data = root.get("data").object();
    const kept = root.get("kept").object();
    const test = root.find("test");
    test?.object();
    return {
      data: { source: data.get("source").text(), rows: data.get("rows").whole(0) },
      seed: root.get("seed").whole(),
      batch: root.get("batch").whole(1),
      loss: root.get("loss").text(),
      optimiser: root.get("optimiser").text(),
      epochs: root.get("epochs").whole(0),
      kept: { epoch: kept.get("epoch").whole(0), loss: kept.get("loss").number() },
      ...(test === undefined ? {} : { test: test.value as Readonly<Record<string, Json>> }),
    };
  } catch (error) {
    if (error === isOther) return undefined;
    throw error;
  }
}

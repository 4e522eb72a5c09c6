/** How long a task learns and in what batches, where nothing is said. */
import type { LearningOptions } from "./learning.ts";

/** What a task takes where nothing is said. */
export interface Pace {
  /** Items in a batch at most: fewer where an epoch would have fewer than `leastUpdates`. */
  readonly batch: number;
  /** So many, or as many as make `updates`, from `least` to `most`. */
  readonly epochs: number | { readonly updates: number; readonly least: number; readonly most: number };
  /** Epochs without a lower validation loss: so many, or a fifth of all but at least so many. */
  readonly patience: number | { readonly least: number };
}

/** How long a network learns, and in batches of how many items. */
export interface DecidedPace {
  readonly batch: number;
  readonly epochs: number;
  readonly patience: number;
}

/** Updates that an epoch has at least, as far as batches may be made smaller for it: a few items would else be learned from in hardly any updates. */
const leastUpdates = 8;
/** Of a batch that is made smaller, since kernels go through rows four at a time; and what it has at least. */
const granule = 4;

/** The options' own, and for what they do not say the task's, for so many items (windows, sequences, texts, pictures) to learn from. */
export function decidePace(
  options: Pick<LearningOptions, "batch" | "epochs" | "patience">,
  pace: Pace,
  members: number,
): DecidedPace {
  const batch =
    options.batch ?? Math.min(pace.batch, granule * Math.max(1, Math.floor(members / leastUpdates / granule)));
  const epochs = options.epochs ?? chooseEpochs(pace.epochs, Math.max(1, Math.ceil(members / batch)));
  const patience =
    typeof pace.patience === "number" ? pace.patience : Math.max(pace.patience.least, Math.ceil(epochs / 5));
  return { batch, epochs, patience: options.patience ?? patience };
}

function chooseEpochs(epochs: Pace["epochs"], updatesOfOne: number): number {
  if (typeof epochs === "number") return epochs;
  return Math.min(epochs.most, Math.max(epochs.least, Math.ceil(epochs.updates / updatesOfOne)));
}

/** As people read it: a number, or in a few words what it depends on. */
export function printPace({ batch, epochs, patience }: Pace): Readonly<Record<keyof DecidedPace, string>> {
  return {
    batch: `at most ${batch}`,
    epochs: typeof epochs === "number" ? String(epochs) : `${epochs.least} to ${epochs.most}`,
    patience: typeof patience === "number" ? String(patience) : `1/5, least ${patience.least}`,
  };
}

/** What a classifier needs beside its network: plain data that is stored in the model file. */
import type { Classes, Scaler } from "../../data/index.ts";
import { parseScaler } from "../parse-scaler.ts";
import { parseReading } from "../reading.ts";
import type { Reading } from "../reading.ts";
import { storedData } from "../stored-task.ts";

/** From tables to the network's inputs, and from its outputs to labels. */
export interface ClassifyTask {
  readonly kind: "classify";
  /** The column of the classes. */
  readonly label: string;
  readonly classes: Classes;
  /** Number of the class that training saw most. A file may not say it; the one that the evaluated items have most, which is no easier to beat, then stands for it. */
  readonly majority?: number;
  readonly features: readonly string[];
  readonly scalers: Readonly<Record<string, Scaler>>;
  /** Whole sequences, named by a column; or windows that end at (or before) the row they label. */
  readonly of:
    | { readonly kind: "sequences"; readonly sequence: string }
    | { readonly kind: "windows"; readonly window: number; readonly horizon: number };
  readonly reading: Reading;
}

const mostSteps = 1_000_000;
const mostClasses = 100_000;

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseClassifyTask(value: unknown, source = "The file"): ClassifyTask {
  const task = storedData(value, "preprocessing", source).object();
  const of = task.get("of").object();
  const kind = of.get("kind").oneOf(["sequences", "windows"]);
  const names = task
    .get("classes")
    .object()
    .get("names")
    .array(mostClasses)
    .map((name) => name.text());
  const majority = task.find("majority")?.whole(0, names.length - 1);
  return {
    kind: task.get("kind").oneOf(["classify"]),
    label: task.get("label").text(),
    classes: { kind: "classes", names },
    ...(majority === undefined ? {} : { majority }),
    features: task
      .get("features")
      .array(10_000)
      .map((name) => name.text()),
    scalers: task.get("scalers").object().map(parseScaler),
    of:
      kind === "sequences"
        ? { kind, sequence: of.get("sequence").text() }
        : { kind, window: of.get("window").whole(1, mostSteps), horizon: of.get("horizon").whole(0, mostSteps) },
    reading: parseReading(task.get("reading")),
  };
}

/** A job of every task with parameters that were drawn, not learned, and the model file that it is: what looks inside models needs no training. */
import { tableFromRows } from "../../src/data/index.ts";
import type { PictureSet } from "../../src/data/index.ts";
import { save } from "../../src/formats/recurra/index.ts";
import type { Json } from "../../src/formats/recurra/index.ts";
import { createModel, initialiseNetwork } from "../../src/network/index.ts";
import type { Model, NetworkSpec } from "../../src/network/index.ts";
import {
  planCaption,
  planClassify,
  planForecast,
  planGenerate,
  planTag,
  planTexts,
  planTranslate,
} from "../../src/tasks/index.ts";
import type { TaskJob } from "../../src/tasks/index.ts";
import { createRandom } from "../../src/util/random.ts";

/** Large enough numbers that answers differ from step to step. */
function modelOf(spec: NetworkSpec): Model {
  const parameters = initialiseNetwork(spec, { seed: 3 });
  const random = createRandom(4);
  for (const values of Object.values(parameters))
    values.forEach((_, at) => (values[at] = Math.fround(random.normal())));
  return createModel({ spec, parameters, backend: "reference" });
}

const small = { hidden: 6, embedding: 4, test: 0.2, validation: 0.2 } as const;

const date = (row: number): string => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);

/** Four pictures of 8 × 8. */
export function drawPictures(): PictureSet {
  const random = createRandom(1);
  const pixels = Float32Array.from({ length: 4 * 64 * 3 }, () => random.uniform());
  return { kind: "pictures", height: 8, width: 8, names: ["a", "b", "c", "d"], pixels };
}

function planTable(): Pick<PlannedJobs, "forecaster" | "classifier"> {
  const rows = Array.from({ length: 120 }, (_, row) => ({
    date: date(row),
    sales: 100 + (row % 7) * 3 + Math.sin(row),
    parity: row % 2 === 0 ? "even" : "odd",
  }));
  const { table } = tableFromRows(rows, { source: "sales", types: { date: "date", parity: "text" } });
  const forecast = planForecast(table, { targets: ["sales"], window: 9, horizon: 1, hidden: 6 });
  const classify = planClassify(table, { label: "parity", features: ["sales"], window: 5, hidden: 6 });
  return {
    forecaster: { kind: "forecaster", model: modelOf(forecast.training.network), task: forecast.task },
    classifier: { kind: "classifier", model: modelOf(classify.training.network), task: classify.task },
  };
}

function planTranslator(): PlannedJobs["translator"] {
  const rows = ["one two", "two three four", "four", "one four two", "three one", "two"].map((en) => ({
    en,
    back: [...en].reverse().join(""),
  }));
  const { table } = tableFromRows(rows, { source: "pairs", types: { en: "text", back: "text" } });
  const options = { ...small, source: "en", target: "back", minimumCount: 1 } as const;
  const { task, training } = planTranslate(table, options);
  return {
    kind: "translator",
    model: modelOf(training.network),
    task: { ...task, search: { width: 3, lengthPenalty: 1 } },
  };
}

function planReader(): PlannedJobs["reader"] {
  const rows = Array.from({ length: 30 }, (_, n) => ({
    review: `the film number ${n} is ${["good", "bad"][n % 2]}`,
    mood: `m${n % 2}`,
  }));
  const { table } = tableFromRows(rows, { source: "made", types: { review: "text", mood: "text" } });
  const { task, training } = planTexts(table, { ...small, text: "review", target: "mood" });
  return { kind: "text-reader", model: modelOf(training.network), task };
}

function planTagger(restores: boolean): PlannedJobs["tagger"] {
  const texts = ["mẹ bế bé", "bé ngủ ở đó", "đi đâu đó", "mẹ ở đâu", "đi ngủ", "bé ở đây"];
  const sentences = Array.from({ length: 8 }, (_, n) => ({
    tokens: ["Dogs", "bark", "at", "42", `word${n}`, "."],
    tags: ["N", "V", "P", "D", "N", "."],
  }));
  const { task, training } = restores
    ? planTag({ kind: "texts", source: "made", texts }, { ...small, restore: "diacritics" })
    : planTag({ kind: "tagged-text", source: "made", sentences }, small);
  return { kind: "tagger", model: modelOf(training.network), task };
}

function planWriter(): PlannedJobs["writer"] {
  const { task, training } = planGenerate(
    { text: "abc cab bac\n".repeat(40), source: "made" },
    { ...small, test: 0.1, validation: 0.1 },
  );
  return { kind: "language-model", model: modelOf(training.network), task };
}

function planCaptioner(): PlannedJobs["captioner"] {
  const captions = ["a cat", "a dog", "the sun", "a red sun"];
  const { task, training } = planCaption(
    { pictures: drawPictures(), captions, source: "made" },
    { ...small, test: 1, validation: 0, channels: [3, 4] },
  );
  return {
    kind: "captioner",
    model: modelOf(training.network),
    task: { ...task, search: { width: 2, lengthPenalty: 1 } },
  };
}

type JobOf<Kind extends TaskJob["kind"]> = Extract<TaskJob, { readonly kind: Kind }>;

export interface PlannedJobs {
  readonly forecaster: JobOf<"forecaster">;
  readonly classifier: JobOf<"classifier">;
  readonly reader: JobOf<"text-reader">;
  readonly tagger: JobOf<"tagger">;
  readonly restorer: JobOf<"tagger">;
  readonly translator: JobOf<"translator">;
  readonly writer: JobOf<"language-model">;
  readonly captioner: JobOf<"captioner">;
}

/** All of them. Translator and captioner follow several hypotheses at once. */
export function planJobs(): PlannedJobs {
  return {
    ...planTable(),
    reader: planReader(),
    tagger: planTagger(false),
    restorer: planTagger(true),
    translator: planTranslator(),
    writer: planWriter(),
    captioner: planCaptioner(),
  };
}

/** A job as the bytes of a model file, with a self-test of random inputs. */
export function saveJob({ model, task }: TaskJob): Uint8Array {
  return save(model, { preprocessing: JSON.parse(JSON.stringify(task)) as Json });
}

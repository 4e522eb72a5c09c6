/** The sections on what a model is for and how it was trained. */
import { drawCurves, escapeXml } from "../../inspect/index.ts";
import type { LoadedModel } from "../../formats/recurra/index.ts";
import type { Vocabulary } from "../../data/index.ts";
import { plainData } from "../../util/plain-data.ts";
import { readSummary } from "../summary.ts";
import type { TrainingSummary } from "../summary.ts";
import type { TaskJob } from "../task-table.ts";
import { printFacts, printName, printPageTable, printPicture, printReading, printText } from "./frame.ts";
import type { PageSection, Voice } from "./frame.ts";

type Fact = readonly [name: string, value: string];

/** Classes that are named. */
const shownClasses = 24;

/** What it was trained for, with what it reads and tells. */
export function describeTaskSection(
  { shape }: Pick<LoadedModel, "shape">,
  job: TaskJob | undefined,
  voice: Voice,
): PageSection {
  const { words, print } = voice;
  const kind =
    job === undefined ? "none" : job.task.kind === "tag" && job.task.restore !== undefined ? "restore" : job.task.kind;
  const parameters = shape.parameters.reduce((sum, one) => sum + one.shape.reduce((a, b) => a * b, 1), 0);
  const facts = [
    ...(job === undefined ? [] : factsOfTask(job, voice)),
    [words.facts.parameters, print(parameters)] as Fact,
  ];
  return { id: "is", title: words.sections.is, parts: [printText(words.tasks[kind]), printFacts(facts)] };
}

function factsOfTask({ task }: TaskJob, { words, print }: Voice): readonly Fact[] {
  const { facts } = words;
  const names = (of: string, list: readonly string[]): readonly Fact[] =>
    list.length === 0 ? [] : [[of, list.map(printName).join(", ")]];
  const size = (of: string, { entries, unit }: Vocabulary): Fact => [
    of,
    escapeXml(words.entries(print(entries.length - 2), unit)),
  ];
  const classes = (list: readonly string[]): readonly Fact[] => {
    const shown = list.slice(0, shownClasses).map((name) => printName(name === "" ? "∅" : name));
    const rest = list.length > shownClasses ? ` ${escapeXml(words.more(print(list.length - shownClasses)))}` : "";
    return [[facts.classes, `${shown.join(", ")}${rest}`]];
  };
  const steps = (of: string, count: number): Fact => [of, escapeXml(words.steps(print(count)))];
  switch (task.kind) {
    case "forecast": {
      const { targets, covariates, known, window, horizon } = task.windows;
      return [
        ...names(facts.targets, targets),
        ...names(facts.covariates, covariates),
        ...names(facts.known, known),
        steps(facts.window, window),
        steps(facts.horizon, horizon),
        ...(task.season === 1 ? [] : [steps(facts.season, task.season)]),
        ...(task.seenUntil === undefined ? [] : names(facts.seenUntil, [task.seenUntil])),
      ];
    }
    case "classify":
      return [
        ...names(facts.label, [task.label]),
        ...classes(task.classes.names),
        ...names(facts.features, task.features),
        ...(task.of.kind === "windows" ? [steps(facts.window, task.of.window)] : []),
      ];
    case "tag":
      return [...classes(task.classes.names), size(facts.vocabulary, task.vocabulary)];
    case "texts":
      return [
        ...names(facts.text, [task.text]),
        ...names(facts.label, [task.target]),
        ...(task.answer.kind === "class" ? classes(task.answer.classes.names) : []),
        size(facts.vocabulary, task.vocabulary),
      ];
    case "translate":
      return [
        ...names(facts.source, [task.source]),
        ...names(facts.target, [task.target]),
        size(facts.sourceVocabulary, task.vocabularies.source),
        size(facts.targetVocabulary, task.vocabularies.target),
      ];
    case "caption":
      return [
        [facts.picture, escapeXml(words.pixels(print(task.width), print(task.height)))],
        size(facts.vocabulary, task.vocabulary),
      ];
    case "generate":
      return [size(facts.vocabulary, task.vocabulary)];
  }
}

/** Data, epochs, the curve of the losses and the scores, as the file tells them. */
export function describeTrainingSection(
  { details }: Pick<LoadedModel, "details">,
  job: TaskJob | undefined,
  voice: Voice,
): PageSection {
  const { words, print } = voice;
  const title = words.sections.learned;
  const summary = readSummary(details.training);
  const history = readHistory(details);
  if (summary === undefined && details.checkpoint === undefined)
    return { id: "learned", title, parts: [printText(words.noTraining)] };
  const facts: Fact[] =
    summary === undefined
      ? [[words.facts.unfinished, escapeXml(words.unfinished(print(history.length)))]]
      : factsOfTraining(summary, job, voice);
  const scores = summary?.test === undefined ? [] : listScores(summary.test, words.scores);
  return {
    id: "learned",
    title,
    parts: [
      printFacts(facts),
      ...(history.length < 2
        ? []
        : [drawHistory(history, summary, voice), printReading(words.readCurve, undefined, voice)]),
      ...(scores.length === 0
        ? []
        : [
            printPageTable({
              caption: words.test,
              columns: [{ title: words.name }, { title: words.value, isNumber: true }],
              rows: scores.map(([name, value]) => [escapeXml(name), print(value, 4)]),
            }),
          ]),
    ],
  };
}

type Summary = NonNullable<ReturnType<typeof readSummary>>;

function factsOfTraining(
  { data, epochs, kept, loss, optimiser, batch, seed }: Summary,
  job: TaskJob | undefined,
  { words, print }: Voice,
): Fact[] {
  const { facts } = words;
  const rows = print(data.rows);
  const size =
    job?.kind === "language-model"
      ? words.entries(rows, job.task.vocabulary.unit)
      : words.examples(rows, job?.task.kind ?? "none");
  return [
    [facts.data, `${printName(data.source)}, ${escapeXml(size)}`],
    [facts.epochs, print(epochs)],
    [facts.kept, escapeXml(words.keptEpoch(print(kept.epoch), print(kept.loss, 4), loss))],
    [facts.learning, escapeXml(words.learnedBy(optimiserNames[optimiser] ?? optimiser, print(batch), String(seed)))],
  ];
}

type History = readonly Pick<TrainingSummary["history"][number], "loss" | "validation">[];

/** The losses of each epoch, of a finished run or a checkpoint; none where the file tells them in another way. */
function readHistory({ training, checkpoint }: LoadedModel["details"]): History {
  const isOther = new Error("no history");
  try {
    const root = plainData(training ?? checkpoint?.data, "training", () => isOther).object();
    const history = training === undefined ? root.get("checkpoint").object().get("progress").object() : root;
    return history
      .get("history")
      .array()
      .map((one) => {
        const record = one.object();
        const validation = record.find("validation")?.number();
        return { loss: record.get("loss").number(), ...(validation === undefined ? {} : { validation }) };
      });
  } catch (error) {
    if (error === isOther) return [];
    throw error;
  }
}

function drawHistory(history: History, summary: Summary | undefined, { words, chart }: Voice): string {
  const isWatched = history.some(({ validation }) => validation !== undefined);
  return printPicture(
    drawCurves({
      ...chart,
      title: words.curve,
      xLabel: words.epoch,
      yLabel: words.loss(summary?.loss ?? ""),
      curves: [
        { name: words.training, values: history.map(({ loss }) => loss), style: "truth" },
        ...(isWatched
          ? [
              {
                name: words.validation,
                values: history.map(({ validation = NaN }) => validation),
                style: "forecast" as const,
              },
            ]
          : []),
      ],
      ...(summary === undefined ? {} : { mark: { at: summary.kept.epoch, name: words.keptMark } }),
      width: 480,
      height: 280,
    }),
  );
}

/** Numbers by name, those within by both, in words: `names` where they have one, else their own. */
function listScores(
  values: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
  before = "",
): readonly (readonly [string, number])[] {
  return Object.entries(values).flatMap(([name, value]): readonly (readonly [string, number])[] => {
    const own = Object.hasOwn(names, name) ? names[name] : undefined;
    const path = `${before}${own ?? name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`;
    if (typeof value === "number") return [[path, value]];
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
    return listScores(value as Readonly<Record<string, unknown>>, names, `${path}: `);
  });
}

/** As their papers spell them. */
const optimiserNames: Readonly<Record<string, string>> = {
  adam: "Adam",
  adamw: "AdamW",
  radam: "RAdam",
  adamax: "Adamax",
  rmsprop: "RMSprop",
  adagrad: "Adagrad",
  sgd: "SGD",
};

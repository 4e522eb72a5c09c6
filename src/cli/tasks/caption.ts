/** Captions on the command line: what pictures show, in words. */
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import {
  alignTable,
  captionPictures,
  cellError,
  createTable,
  evaluateCaptioner,
  explainCaption,
  findColumn,
  printCount,
  printPlace,
  printQuantity,
  readNumbers,
  readPictures,
  readTexts,
  RecurraError,
  takeRows,
} from "../../node.ts";
import type {
  CaptionedPictures,
  CaptionEvaluation,
  Captioner,
  CaptionOptions,
  CaptionPlan,
  CaptionTypes,
  PictureFile,
  PictureSet,
  Table,
} from "../../node.ts";
import type { EvaluateFlags } from "../evaluate.ts";
import { someRows } from "../fast-form.ts";
import type { Taken } from "../fast-form.ts";
import type { PredictFlags } from "../predict.ts";
import { openData } from "../read-data.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../terminal.ts";
import { learningOptions } from "../train-options.ts";
import type { TrainFlags } from "../train-options.ts";
import { quote, whole } from "../values.ts";
import type { CommandTask, Given, GivenAgain, TaskOption } from "./command-task.ts";
import { describeParts, tellMaySeen, tellWithoutBaselines } from "./describe-data.ts";
import { embedding, heldBack, text } from "./shared-options.ts";

interface PictureFlags {
  readonly images?: string | undefined;
  readonly captions?: string | undefined;
  readonly text?: string | undefined;
}

interface TrainCaptionFlags extends TrainFlags, PictureFlags {
  readonly size?: number;
  readonly embedding?: number;
  readonly test?: number;
  readonly validation?: number;
}

interface PredictCaptionFlags extends PredictFlags, PictureFlags {}
interface EvaluateCaptionFlags extends EvaluateFlags, PictureFlags {}

interface CaptionCommand {
  readonly task: CaptionTypes;
  readonly train: TrainCaptionFlags;
  readonly predict: PredictCaptionFlags;
  readonly evaluate: EvaluateCaptionFlags;
  readonly scores: CaptionEvaluation;
}

const images: TaskOption = {
  flags: "--images <PATH>",
  description: "a folder of pictures (PNG, JPEG, WebP, SVG), or one picture, such as a sheet of them",
};

const captions: TaskOption = {
  flags: "--captions <FILE>",
  description:
    "a table with a row a picture: its file in `image`, its caption, and if there are, `left`, `top`, `width`, `height` (a rectangle of it) and `part` (train, validation, test, or a name)",
};

const examples = `
  $ recurra train --task caption --images photos --captions captions.csv
      learns to say what pictures show; the caption stands in the column "caption" (--text COLUMN)`;

export const captionCommand: CommandTask<CaptionCommand> = {
  kind: "caption",
  names: ["caption"],
  called: "--task caption",
  heading: "Captions of pictures (--task caption)",
  summary: "what pictures show, in words",
  examples,
  shownBy: "node examples/caption.js",
  fast: { flags: { hidden: 32, embedding: 16, epochs: 60, batch: 16, rate: 0.006, size: 16 } },
  options: {
    train: [
      images,
      captions,
      text,
      {
        flags: "--size <PIXELS>",
        description: "what pictures are brought to: height and width (default: 32)",
        // Three convolutions leave smaller pictures no region to read.
        parse: whole(9, 512),
      },
      embedding,
      ...heldBack,
    ],
    predict: [images],
    evaluate: [images, captions, text],
  },
  needsData: false,
  claims: ({ captions: file }) => file !== undefined,
  inputs: ({ images: folder, captions: file }: PictureFlags) => [
    ...(file === undefined ? [] : [{ what: "the captions", file }]),
    ...(folder === undefined ? [] : [{ what: "the pictures", file: folder }]),
  ],
  check,
  read: async ({ file, flags, terminal }) => {
    refuseData(file);
    check(flags);
    const { size = 32 } = flags;
    const options: CaptionOptions = {
      ...(await learningOptions(flags)),
      embedding: flags.embedding,
      test: flags.test,
      validation: flags.validation,
    };
    return { ...(await readCaptioned({ ...flags, size }, terminal)), options };
  },
  readAgain: async ({ flags, job, terminal }: GivenAgain<CaptionCommand>) => {
    check(flags);
    return (await readCaptioned({ ...flags, size: job.task.height }, terminal)).data;
  },
  describe,
  printScores: (evaluation, title) => [printCaptionScores(evaluation, title), "", explainCaption(evaluation)],
  scoresAsJson: (evaluation) => ({ ...evaluation, kind: undefined, samples: undefined }),
  rowCalled: () => "picture",
  untested: "No pictures were kept for a test, so nothing can be said about how good it is (--test, or the part test).",
  suggest: ({ model, flags }) => [`predict ${model} --images ${quote(flags.images ?? "FOLDER")}`],
  describeJob: ({ task }, source) => [
    `${source}: says what pictures of ${task.width} × ${task.height} show`,
    `  words    ${task.vocabulary.entries.length}`,
  ],
  memoryOf: () => ({ loss: { kind: "cross-entropy" } }),
  predict,
  evaluate,
};

function check(flags: PictureFlags): void {
  checkNamed(flags);
  if (flags.images === undefined || flags.captions === undefined)
    throw new UsageError("say where the pictures and their captions are: --images FOLDER --captions FILE");
}

/** Throws a usage error for a flag without a name: messages about the file would have none. */
function checkNamed(flags: PictureFlags): void {
  for (const name of ["images", "captions"] as const)
    if (flags[name] === "")
      throw new UsageError(`--${name} is empty; name a ${name === "images" ? "folder, or one picture" : "file"}`);
}

function refuseData(file: string | undefined): void {
  if (file !== undefined)
    throw new UsageError(`pictures and their captions are given as --images and --captions; ${file} is neither`);
}

/** Pictures that a first look takes. */
const mostPictures = 200;

interface PictureChoice extends PictureFlags {
  readonly size: number;
  readonly fast?: boolean | undefined;
  /** Whether only those of the part `test` are read, where there are any. */
  readonly tests?: boolean | undefined;
}

/** The pictures of a table of captions; for a first look those of some of its rows. */
async function readCaptioned(
  {
    images: folder = "",
    captions: file = "",
    text: column = "caption",
    size,
    fast = false,
    tests = false,
  }: PictureChoice,
  terminal: Terminal,
): Promise<{ readonly data: CaptionedPictures; readonly taken: Taken | undefined }> {
  const data = await openData(file);
  const isThere = (name: string): boolean => data.columns.some((one) => one.name === name);
  const columns = ["image", column, "part", ...rectangle].filter((name) => isThere(name) || name === column);
  const { table: every } = await data.read({ columns, texts: [column] });
  const taken = fast ? someRows(every, mostPictures, "pictures") : undefined;
  const table = taken?.data ?? (tests ? takeTests(every) : every);
  findColumn(table, column);
  const numbers = readRectangles(table);
  const isSheet = !(await isFolder(folder));
  const names = isThere("image") ? readTexts(table, "image") : [];
  if (!isSheet && names.length === 0)
    throw new UsageError(`${file} has no column "image" that names the picture of each row in ${folder}`);
  const files = readTexts(table, column).map((_, row): PictureFile => {
    const name = names[row] ?? path.basename(folder);
    const [left = 0, top = 0, width = 0, height = 0] = numbers.map((values) => values[row] ?? NaN);
    return {
      file: isSheet ? folder : path.join(folder, name),
      namedIn: printPlace(table, row, isSheet ? (numbers.length === 0 ? column : "left") : "image"),
      name: numbers.length === 0 ? name : `${name} (${left}, ${top})`,
      ...(numbers.length === 0 ? {} : { crop: { left, top, width, height } }),
    };
  });
  terminal.say(`reading ${printCount(files.length, "picture")}`);
  return {
    data: {
      pictures: await readPictures(files, { height: size, width: size }),
      captions: readTexts(table, column).map((caption) => caption.normalize("NFC").trim()),
      ...(isThere("part") ? { parts: readTexts(table, "part") } : {}),
      source: path.basename(file),
    },
    taken,
  };
}

/** The rows of the part `test`, or all where none has it. */
function takeTests(table: Table): Table {
  if (table.columns.every(({ name }) => name !== "part")) return table;
  const rows = readTexts(table, "part").flatMap((part, row) => (part === "test" ? [row] : []));
  return rows.length === 0 ? table : takeRows(table, Int32Array.from(rows));
}

const rectangle = ["left", "top", "width", "height"];

/** The rectangle of each row: four columns, or none of a table without. */
function readRectangles(table: Table): readonly Float64Array[] {
  const absent = rectangle.filter((name) => table.columns.every((one) => one.name !== name));
  if (absent.length === rectangle.length) return [];
  const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
  if (absent.length > 0)
    throw new RecurraError(
      "data/unknown-column",
      `${table.origin.source}: a rectangle of a picture needs the columns ${quoted(rectangle)}; it lacks ${quoted(absent)}`,
    );
  return rectangle.map((name, at) => {
    const least = at < 2 ? 0 : 1;
    const values = readNumbers(table, name);
    const wrong = values.findIndex((value) => !Number.isSafeInteger(value) || value < least);
    if (wrong < 0) return values;
    const what = `${values[wrong]} is no whole number of pixels, at least ${least}`;
    throw cellError("data/wrong-type", table, wrong, name, what);
  });
}

/** Whether the pictures are files of a folder, not one picture. Throws `file/cannot-read` where there is neither. */
async function isFolder(place: string): Promise<boolean> {
  const found = await stat(place).catch((cause: unknown) => {
    throw cannotRead(place, "there is no such file or folder; check the name", cause);
  });
  return found.isDirectory();
}

async function listPictures(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw cannotRead(folder, "its files cannot be listed; check its rights", cause);
  });
  return names.filter((name) => /\.(png|jpe?g|webp|svg)$/i.test(name)).sort();
}

function cannotRead(place: string, why: string, cause: unknown): RecurraError {
  return new RecurraError("file/cannot-read", `${place} cannot be read: ${why}`, { cause });
}

function describe({ task, data, parts, tests }: CaptionPlan): readonly string[] {
  return [
    `data      ${data.source}: ${printCount(data.captions.length, "picture")}, brought to ${task.width} × ${task.height}`,
    `caption   ${printCount(task.vocabulary.entries.length, "word")}`,
    `          ${describeParts(parts, "picture")}${[...tests].map(([name, own]) => `, ${printQuantity(own.length)} for "${name}"`).join("")}`,
  ];
}

function printCaptionScores({ model, nearest, count, samples }: CaptionEvaluation, title: string): string {
  const rows = [
    { who: "model", ...model },
    ...(nearest === undefined ? [] : [{ who: "the most similar picture learned", ...nearest }]),
  ];
  const columns = [
    { key: "who", title: "" },
    { key: "exact", title: "exactly right", unit: "share" as const },
    { key: "wordF1", title: "word F1", decimals: 3 },
  ];
  const some = samples
    .slice(-6)
    .map(({ predicted, truth }) => `  ${predicted}${predicted === truth ? "" : `  (true: ${truth})`}`);
  return `${title}, ${printCount(count, "picture")}:\n${alignTable(rows, columns, { indent: "  " })}\n\n${some.join("\n")}`;
}

async function predict({ model, task }: Captioner, { file, flags }: Given<PredictCaptionFlags>): Promise<Table> {
  checkNamed(flags);
  const from = flags.images ?? file;
  if (flags.images !== undefined && file !== undefined)
    throw new UsageError(`--images ${flags.images} and ${file} are both given; give one of them`);
  if (from === undefined) throw new UsageError("name the pictures: --images FOLDER, or one picture");
  const files = (await isFolder(from))
    ? (await listPictures(from)).map((name) => ({ file: path.join(from, name), name }))
    : [{ file: from, name: path.basename(from) }];
  if (files.length === 0) throw new UsageError(`${from} has no PNG, JPEG, WebP or SVG picture`);
  const pictures: PictureSet = await readPictures(files, task);
  const predicted = captionPictures({ kind: "captioner", model, task }, pictures);
  return createTable([
    { kind: "text", name: "image", values: pictures.names },
    { kind: "text", name: "caption", values: predicted.map((one) => one.text) },
    {
      kind: "number",
      name: "score",
      values: Float64Array.from(predicted, ({ score }) => Number(score.toPrecision(6))),
    },
  ]);
}

async function evaluate(
  captioner: Captioner,
  { file, flags, terminal }: Given<EvaluateCaptionFlags>,
): Promise<CaptionEvaluation> {
  refuseData(file);
  check(flags);
  const { data } = await readCaptioned({ ...flags, size: captioner.task.height, tests: true }, terminal);
  if (data.parts?.includes("test") === true) terminal.say('note: measured on the pictures of the part "test" alone');
  else tellMaySeen(terminal);
  tellWithoutBaselines("the captions of the most similar pictures", terminal);
  return evaluateCaptioner(captioner, { data, indices: Int32Array.from(data.captions, (_, index) => index) });
}

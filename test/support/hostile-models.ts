/** Small models of every task, their documents changed, and what comes of opening and using them. */
import type { EvaluateFlags } from "../../src/cli/evaluate.ts";
import { findCommandTask } from "../../src/cli/tasks/table.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { UsageError } from "../../src/cli/terminal.ts";
import { places } from "../../src/formats/recurra/document.ts";
import { load, readSafetensors } from "../../src/formats/recurra/index.ts";
import { writeModelFile } from "../../src/formats/recurra/save.ts";
import { openTask, streamText } from "../../src/tasks/index.ts";
import { readSummary } from "../../src/tasks/summary.ts";
import { RecurraError } from "../../src/util/errors.ts";
import { createRandom } from "../../src/util/random.ts";
import { createCommandFolder } from "./command.ts";
import type { CommandFolder, Said } from "./command.ts";
import { mutateJson } from "./mutate-json.ts";

const lines = (row: (at: number) => string, count = 60): string =>
  Array.from({ length: count }, (_, at) => row(at)).join("\n");
const date = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);

const files = {
  "sales.csv": `date,shop,x,y\n${lines((at) => `${date(at >> 1)},${"ab"[at % 2]},${(at >> 1) % 7},${at % 5}`, 120)}\n`,
  "runs.csv": `run,kind,x\n${lines((at) => `${at >> 1},${"ab"[(at >> 1) % 2]},${at % 9}`, 120)}\n`,
  "texts.csv": `text,said,mood,stars\n${lines((at) => `one ${at % 20} up,two ${at % 20} down,${["good", "bad"][at % 2]},${at % 5}`)}\n`,
  "tags.txt": lines((at) => `the/D dog/N ${at % 9}/M runs/V`),
  "marks.txt": lines((at) => `một hai ba ${at}`),
  "captions.csv": `image,caption\n${lines((at) => `c${at % 6}.svg,a ${["red", "blue"][at % 2]} square`, 40)}\n`,
} as const;

/** What is trained, and what it is then asked for. */
const models: Readonly<Record<string, { readonly train: string; readonly predict: object; readonly file?: string }>> = {
  forecast: { train: "sales.csv --target x --group shop --window 5 --horizon 2 --all-steps", predict: {} },
  quantiles: {
    train: "sales.csv --target x --group shop --window 5 --covariates y --quantiles 0.1,0.9 --difference",
    predict: { each: true },
  },
  paths: {
    train: "sales.csv --target x --group shop --window 5 --horizon 3 --autoregressive --likelihood gaussian",
    predict: { samples: 3 },
  },
  sequences: { train: "runs.csv --label kind --sequence run", predict: {} },
  windows: { train: "runs.csv --label kind --window 4", predict: {} },
  classes: { train: "texts.csv --task classify --text text --target mood", predict: {} },
  numbers: { train: "texts.csv --task regress --text text --target stars --unit subword", predict: {} },
  explained: { train: "texts.csv --text text --target mood", predict: { input: "one 3 up", explain: true } },
  translate: { train: "texts.csv --task translate --source text --target said", predict: { input: "one 3 up" } },
  tag: { train: "tags.txt --task tag", predict: { input: "the dog runs" } },
  marks: { train: "marks.txt --task tag --restore diacritics", predict: { input: "mot hai ba" } },
  characters: { train: "marks.txt --task generate", predict: {} },
  subwords: { train: "marks.txt --task generate --unit subword --vocabulary 262", predict: {} },
  caption: { train: "--task caption --captions captions.csv --size 9", predict: {} },
};

export const modelNames: readonly string[] = Object.keys(models);

export interface Ended {
  /** `worked`, `usage`, or the code of an error. */
  readonly ended: string;
  readonly milliseconds: number;
}

export interface HostileModels {
  /** A model changed at random; throws what is no `RecurraError`. */
  tryOne(name: string, seed: number): Promise<Ended>;
  /** The same, changed like this. */
  tryWith(name: string, edit: (document: string) => string): Promise<Ended>;
  /** What is said by a run that goes on with the checkpoint of one that was stopped, until it is stopped, too. */
  stopAndResume(name: string): Promise<Said>;
  remove(): Promise<void>;
}

/** What trains a model, so small that an epoch takes no time. */
function wordsOf(folder: CommandFolder, name: string, epochs: number): readonly string[] {
  const { train } = models[name]!;
  const small = `--hidden 4 --epochs ${epochs} --backend wasm --no-report`.split(" ");
  const sized = /text|task/.test(train) ? ["--embedding", "4"] : [];
  const pictures = name === "caption" ? ["--images", folder.path("pictures")] : [];
  return [...train.split(" "), ...small, ...sized, ...pictures];
}

/** Stops a training, and lets it go on with its checkpoint until it is stopped again. */
async function stopAndResume(folder: CommandFolder, name: string): Promise<Said> {
  const stopped = await folder.runUntil(
    /epoch/,
    "train",
    ...wordsOf(folder, name, 10_000),
    "--patience",
    "10000",
    "--out",
    `${name}.safetensors`,
  );
  if (stopped.status !== 130) throw new Error(`${name} was not stopped: ${stopped.err}`);
  const data = name === "caption" ? [] : [models[name]!.train.split(" ")[0]!];
  return folder.runUntil(/epoch/, "train", ...data, "--resume", `${name}.checkpoint`);
}

/** Trains the models, an epoch each. */
export async function createHostileModels(names: readonly string[] = modelNames): Promise<HostileModels> {
  const folder = await createCommandFolder(files);
  for (let at = 0; at < 6; at++)
    await folder.write(
      `pictures/c${at}.svg`,
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect x="${at % 5}" width="4" height="4" fill="${["red", "blue"][at % 2]}"/></svg>`,
    );
  for (const name of names) {
    const words = [...wordsOf(folder, name, 1), "--out", `${name}.safetensors`];
    const { status, err } = await folder.run("train", ...words);
    if (status !== 0) throw new Error(`${name} could not be trained: ${err}`);
  }
  return {
    stopAndResume: (name) => stopAndResume(folder, name),
    tryOne: (name, seed) => tryOne(folder, name, seed),
    tryWith: (name, edit) => tryWith(folder, name, edit),
    remove: () => folder.remove(),
  };
}

const silent: Terminal = {
  command: "recurra",
  print: () => undefined,
  say: () => undefined,
  screen: undefined,
  onInterrupt: () => () => undefined,
};

async function tryOne(folder: CommandFolder, name: string, seed: number): Promise<Ended> {
  const random = createRandom(seed);
  const how = { edits: 1 + random.integer(2), focus: "preprocessing" };
  return tryWith(folder, name, (document) => mutateJson(document, random, how));
}

async function tryWith(folder: CommandFolder, name: string, edit: (document: string) => string): Promise<Ended> {
  const whole = readSafetensors(await folder.bytes(`${name}.safetensors`));
  const bytes = writeModelFile(edit(whole.metadata.get(places.document)!), [...whole.tensors]);
  const begin = performance.now();
  const ended = await use(folder, name, bytes).catch((error: unknown) => {
    if (error instanceof RecurraError && error.code !== "internal/impossible") return error.code;
    if (error instanceof UsageError) return "usage";
    throw error;
  });
  return { ended, milliseconds: performance.now() - begin };
}

/** Everything that a user would do with a model. */
async function use(folder: CommandFolder, name: string, bytes: Uint8Array): Promise<string> {
  const { train, predict } = models[name]!;
  const model = load(bytes, { backend: "reference", source: "m.safetensors" });
  readSummary(model.details.training);
  const job = openTask(model, "m.safetensors");
  const task = findCommandTask(job.task.kind);
  task.describeJob(job, "m.safetensors");
  task.memoryOf(job);
  task.rowCalled?.(job.task);
  if (job.kind === "language-model") {
    for (const piece of streamText(job, { prompt: "hai", length: 4, seed: 1 })) if (piece === "\u0007") break;
    return "worked";
  }
  const [data = ""] = train.split(" ");
  const file = "input" in predict ? undefined : name === "caption" ? "pictures" : data;
  const flags = predict as Parameters<typeof task.predict>[1]["flags"];
  await task.predict(job, { file: file === undefined ? undefined : folder.path(file), flags, terminal: silent });
  const captions = { images: folder.path("pictures"), captions: folder.path("captions.csv") };
  const known = { file: name === "caption" ? undefined : folder.path(data), terminal: silent };
  const scores = await task.evaluate(job, { ...known, flags: (name === "caption" ? captions : {}) as EvaluateFlags });
  task.printScores(scores, "scores");
  return "worked";
}

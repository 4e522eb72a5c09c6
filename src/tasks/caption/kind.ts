/** Captions as a task. */
import { RecurraError } from "../../util/errors.ts";
import { checkOutputs } from "../stored-task.ts";
import type { SearchChoice } from "../decode-sequences.ts";
import { learningReaders, number, numbers, readOptions } from "../stored-options.ts";
import type { OptionReaders } from "../stored-options.ts";
import type { TaskKind } from "../task-kind.ts";
import { parseCaptionTask } from "./caption-task.ts";
import { concludeCaption, watchCaption } from "./caption.ts";
import type { CaptionResult } from "./caption.ts";
import type { Captioner } from "./captioner.ts";
import { drawLooks, drawSheet } from "./draw-captions.ts";
import { explainCaption } from "./explain-caption.ts";
import { captionUsual, planCaption } from "./plan-caption.ts";
import type { CaptionedPictures, CaptionOptions, CaptionPlan } from "./plan-caption.ts";

export interface CaptionTypes {
  readonly data: CaptionedPictures;
  readonly options: CaptionOptions;
  readonly plan: CaptionPlan;
  readonly result: CaptionResult;
  readonly job: Captioner;
}

/** Pictures of which it is drawn where the network looked, in each test. */
const looks = 3;

const readers: OptionReaders<CaptionOptions> = {
  ...learningReaders("caption"),
  embedding: number,
  channels: numbers,
  shift: number,
  warp: number,
  colour: number,
  blur: number,
  smoothing: number,
  views: number,
  search: (data) => readOptions<Partial<SearchChoice>>(data, { width: number, lengthPenalty: number }),
  test: number,
  validation: number,
};

export const captionKind: TaskKind<CaptionTypes> = {
  name: "caption",
  parseOptions: (stored) => readOptions(stored, readers),
  usual: captionUsual,
  plan: planCaption,
  conclude: concludeCaption,
  jobOf: ({ captioner }) => captioner,
  open: (model, stored, source) => {
    const task = parseCaptionTask(stored, source);
    checkOutputs(model, { size: task.vocabulary.entries.length, perStep: true }, source);
    const input = model.spec.encoder?.input;
    if (input?.kind !== "image" || input.height !== task.height || input.width !== task.width || input.channels !== 3)
      throw new RecurraError(
        "file/bad-model",
        `${source}: the task needs an encoder of pictures of ${task.width} × ${task.height}, but the network's reads ${input?.kind ?? "nothing"}.`,
      );
    return { kind: "captioner", model, task };
  },
  watch: watchCaption,
  report: (_, { test, tests }) => {
    const all = Object.entries({ ...(test === undefined ? {} : { test }), ...tests });
    return {
      // What the test comes to stands with its scores.
      text: Object.entries(tests).map(([name, one]) => `${name}: ${explainCaption(one)}`),
      pictures: all.flatMap(([name, { samples }]) => [
        { title: `${name}: right and wrong`, markup: drawSheet(samples) },
        ...samples
          .filter(({ attention }) => attention !== undefined)
          .slice(0, looks)
          .map((sample) => ({ title: `${name}: where it looked, word by word`, markup: drawLooks(sample) })),
      ]),
    };
  },
};

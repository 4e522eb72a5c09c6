/** Captions: what is learned of made-up pictures, said, stored and refused. */
import { describe, expect, it } from "vitest";
import { pictureChannels, pixelsOf } from "../../data/index.ts";
import type { PictureSet } from "../../data/index.ts";
import { load } from "../../formats/recurra/index.ts";
import { createRandom } from "../../util/random.ts";
import { openTask, saveResult } from "../task-file.ts";
import { trainCaptioner } from "./caption.ts";
import { captionPictures } from "./captioner.ts";
import type { Captioner } from "./captioner.ts";
import { drawLooks, drawSheet } from "./draw-captions.ts";
import { planCaption } from "./plan-caption.ts";
import type { CaptionedPictures, CaptionOptions } from "./plan-caption.ts";

const side = 8;
const colours = { red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1] } as const;
const places = { left: 0, right: 4 } as const;

/** A square of a colour on the left or right of a white ground, at any height. */
function makePictures(count: number): CaptionedPictures {
  const random = createRandom(2);
  const pixels = new Float32Array(count * side * side * pictureChannels).fill(1);
  const captions: string[] = [];
  for (let n = 0; n < count; n++) {
    const [name, colour] = Object.entries(colours)[random.integer(3)]!;
    const [place, left] = Object.entries(places)[random.integer(2)]!;
    const top = random.integer(5);
    for (let y = top; y < top + 4; y++)
      for (let x = left; x < left + 4; x++) pixels.set(colour, ((n * side + y) * side + x) * pictureChannels);
    captions.push(`a ${name} square on the ${place}`);
  }
  const names = captions.map((_, n) => `picture ${n}`);
  return {
    pictures: { kind: "pictures", height: side, width: side, names, pixels },
    captions,
    parts: captions.map((_, n) =>
      n % 6 === 0 ? "test" : n % 11 === 0 ? "validation" : n % 13 === 0 ? "odd ones" : "train",
    ),
    source: "squares",
  };
}

const options: CaptionOptions = {
  hidden: 16,
  embedding: 8,
  channels: [8, 16],
  dropout: 0,
  shift: 0,
  warp: 0,
  colour: 0,
  blur: 0,
  smoothing: 0,
  epochs: 70,
  batch: 16,
  rate: 0.01,
  backend: "wasm",
  threads: 1,
};
const data = makePictures(240);
const trained = trainCaptioner(data, options);

describe("a captioner", () => {
  it("says what it has not seen, and is measured on every test beside the nearest picture", async () => {
    const { test, tests } = (await trained)!;
    expect(test!.count).toBe(40);
    expect(test!.model.exact).toBeGreaterThan(0.9);
    expect(test!.nearest!.wordF1).toBeGreaterThan(0.5);
    expect(Object.keys(tests)).toEqual(["odd ones"]);
  });

  it("that learned from augmented pictures elects a caption among those of views, stored with it", async () => {
    const augmented = { ...options, shift: 0.05, blur: 0.5, views: 3, epochs: 40 };
    const { captioner, ...result } = (await trainCaptioner(data, augmented))!;
    expect(captioner.task).toMatchObject({ views: 3, augmentation: { shift: 0.05, warp: 0, colour: 0, blur: 0.5 } });
    const again = openTask(load(saveResult({ captioner, ...result }), { backend: "wasm" })) as Captioner;
    const elected = captionPictures(captioner, data.pictures, [0, 6, 12]);
    expect(captionPictures(again, data.pictures, [0, 6, 12])).toEqual(elected);
    // Views from which the square has mostly gone outvote the picture itself.
    const { task } = captioner;
    const gone = { ...captioner, task: { ...task, views: 9, augmentation: { ...task.augmentation!, shift: 1 } } };
    const all = data.captions.map((_, n) => n);
    const wrong = captionPictures(gone, data.pictures, all).filter(({ text }, n) => text !== data.captions[n]);
    expect(wrong.length).toBeGreaterThan(data.captions.length / 4);
    // What is said of a picture does not hang on the others.
    expect(captionPictures(captioner, data.pictures, [6])).toEqual([elected[1]]);
    expect(elected.map(({ text }) => text)).toEqual([0, 6, 12].map((n) => data.captions[n]));
    expect(() => captionPictures(captioner, data.pictures, [0], { views: 0 })).toThrow(
      "views is 0; give a whole number from 1 to 25",
    );
  });

  it("refuses a caption that is longer than it may say", () => {
    const long = { ...data, captions: data.captions.map((own, n) => (n === 7 ? "word ".repeat(1001) : own)) };
    expect(() => planCaption(long, options)).toThrow(
      "squares: the caption of picture 7 has 1,001 words; give one of at most 1000",
    );
  });

  it("looks at regions, and is drawn", async () => {
    const { captioner, test } = (await trained)!;
    const [first] = captionPictures(captioner, data.pictures, [0]);
    expect(first!.text).toBe(data.captions[0]);
    // Two poolings leave 2 × 2 regions; a row of shares for each word and the end.
    expect(first!.attention).toHaveLength(first!.words.length + 1);
    for (const row of first!.attention!) {
      expect(row).toHaveLength(4);
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
    expect(drawSheet(test!.samples)).toContain("data:image/bmp;base64,Qk");
    expect(drawLooks(test!.samples[0]!)).toContain("repeat(2,1fr)");
    expect(drawLooks({ ...test!.samples[0]!, predicted: "a<b" })).toContain("where it looked for “a&lt;b”");
  });

  it("comes back from its file with the same captions", async () => {
    const result = (await trained)!;
    const job = openTask(load(saveResult(result), { verify: true, backend: "wasm" }));
    if (job.kind !== "captioner") throw new Error("another task");
    const some = [1, 2, 3];
    expect(captionPictures(job, data.pictures, some).map(({ text }) => text)).toEqual(
      captionPictures(result.captioner, data.pictures, some).map(({ text }) => text),
    );
  });

  it("keeps equal pictures in one part where it draws them", () => {
    const { parts: _, ...drawn } = data;
    const { parts } = planCaption(drawn, { ...options, test: 0.3, validation: 0.3 });
    const rows: readonly Int32Array[] = [parts.train, parts.validation, parts.test];
    const looks = rows.map((own) => new Set(Array.from(own, (index) => pixelsOf(data.pictures, index).join())));
    // Three colours in two places at five heights.
    expect(looks.reduce((sum, { size }) => sum + size, 0)).toBe(30);
    expect(looks.map(({ size }) => size)).toEqual([12, 9, 9]);
    expect(rows.reduce((sum, { length }) => sum + length, 0)).toBe(240);
  });

  it("augments what it learns from, not what training watches", () => {
    const { training } = planCaption(data, { ...options, shift: 0.2 });
    const sourceOf = (given: typeof training.data | undefined) =>
      given?.kind === "sequences" ? given.source : undefined;
    expect(sourceOf(training.data)!.augmentation).toMatchObject({ height: side, width: side, shift: 0.2, warp: 0 });
    expect(sourceOf(training.validation)!.augmentation).toBeUndefined();
  });

  it("refuses what it cannot read or learn from", async () => {
    const plan = (change: Partial<CaptionedPictures>) => () => planCaption({ ...data, ...change }, options);
    expect(plan({ captions: data.captions.map((caption, n) => (n === 3 ? " " : caption)) })).toThrow(
      /squares: the caption of picture 3 is empty/,
    );
    expect(plan({ captions: data.captions.slice(1) })).toThrow(/one of each for every picture/);
    expect(plan({ parts: data.captions.map(() => "test") })).toThrow(/no picture has the part "train"/);
    expect(() => planCaption(data, { ...options, hidden: 33 })).toThrow(
      "The hidden size is 33; a captioner's must be even, since each direction of its encoder has half of it.",
    );
    for (const width of [0, -1, NaN, 1.5, 1e9])
      expect(() => planCaption(data, { ...options, search: { width } })).toThrow(
        /width of the search is .* from 1 to 100/,
      );
    for (const lengthPenalty of [NaN, -1, Infinity])
      expect(() => planCaption(data, { ...options, search: { lengthPenalty } })).toThrow(/from 0 to 10/);
    const { captioner } = (await trained)!;
    const other: PictureSet = { ...data.pictures, height: 4, width: 16 };
    expect(() => captionPictures(captioner, other)).toThrow(/16 × 4, but the network reads 8 × 8/);
  });
});

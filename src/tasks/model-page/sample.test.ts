/** Samples of texts and pictures against what the tasks themselves answer. */
import { describe, expect, test } from "vitest";
import { drawPictures, planJobs } from "../../../test/support/planned-jobs.ts";
import { splitMarks } from "../../data/index.ts";
import { traceNetwork } from "../../inspect/index.ts";
import { captionPictures } from "../caption/captioner.ts";
import { restoreText } from "../tag/tagger.ts";
import { translateTexts } from "../translate/translator.ts";
import { sampleOfPicture, sampleOfText } from "./sample.ts";

const jobs = planJobs();

describe("a sample of a text", () => {
  test("of a translator: what it says with its search, unknown words copied from the source", () => {
    for (const text of ["two unheard one", "four", "one four two three", "unheard of three"]) {
      const [own] = translateTexts(jobs.translator, [text]);
      const { said, inputs, labels, source, sourceLabels, isCut } = sampleOfText(jobs.translator, text);
      expect(said).toBe(own!.text);
      expect(Array.from(inputs)).toEqual([0, ...own!.numbers]);
      expect(labels).toEqual(["▸", ...own!.tokens]);
      expect(sourceLabels).toEqual(text.split(" "));
      const { entries } = jobs.translator.task.vocabularies.source;
      expect(Array.from(source!)).toEqual(text.split(" ").map((word) => Math.max(1, entries.indexOf(word))));
      expect(isCut).toBe(false);
    }
  });

  test("of a restorer of marks: its columns are what it reads, and its answers there are the restored text", () => {
    const { restorer } = jobs;
    const { inputs, labels } = sampleOfText(restorer, "me o dau");
    // It reads letters with their most usual marks: every word of this is in what it learned from.
    expect(labels).toEqual([..."mẹ␣ở␣đâu"]);
    const { vocabulary } = restorer.task;
    expect(Array.from(inputs)).toEqual(
      [..."mẹ ở đâu"].map((letter) => Math.max(1, vocabulary.entries.indexOf(letter))),
    );
    // The marks that are restored are worth more on these inputs than none at all.
    const { output } = traceNetwork(restorer.model, { inputs });
    const { marks, letters } = splitMarks(restoreText(restorer, "me o dau"));
    expect(letters.join("")).toBe("me o dau");
    const logitOf = (mark: string, step: number): number =>
      output.values[step * output.size + restorer.task.classes.names.indexOf(mark)]!;
    expect(marks.some((mark) => mark !== "")).toBe(true);
    marks.forEach((mark, step) => expect(logitOf(mark, step)).toBeGreaterThanOrEqual(logitOf("", step)));
  });

  test("of a language model: what it has never seen is refused, and a long text is cut", () => {
    expect(sampleOfText(jobs.writer, "cab b").labels).toEqual(["c", "a", "b", "␣", "b"]);
    expect(() => sampleOfText(jobs.writer, "caz")).toThrow(/"z", which the model has never seen/);
    const long = sampleOfText(jobs.writer, "abc ".repeat(60));
    expect([long.inputs.length, long.isCut]).toEqual([120, true]);
  });

  test("of nothing is refused", () => {
    expect(() => sampleOfText(jobs.tagger, " \n")).toThrow("The text has nothing in it");
    expect(() => sampleOfText(jobs.writer, "", { kind: "file", name: "a.txt" })).toThrow("a.txt has nothing in it");
    expect(() => sampleOfText(jobs.forecaster, "x")).toThrow("A forecaster reads no text; give it a table");
  });
});

test("a sample of a picture: what the captioner says of it as it is, with its search, and how many views it would ask", () => {
  const { captioner } = jobs;
  const pictures = drawPictures();
  const [own] = captionPictures(captioner, pictures, [0], { views: 1 });
  const { said, inputs, labels, source, views, origin } = sampleOfPicture(captioner, pictures);
  expect(said).toBe(own!.text);
  expect(labels).toEqual(["▸", ...own!.words]);
  expect(Array.from(inputs)).toEqual([0, ...own!.words.map((word) => captioner.task.vocabulary.entries.indexOf(word))]);
  // Twice the distance of a colour from white.
  expect(source![5]).toBeCloseTo(2 * (1 - pictures.pixels[5]!), 6);
  expect(views).toBe(captioner.task.views);
  expect(origin).toEqual({ kind: "file", name: "a" });
});

/** Traces of tasks against what their models say, in float64: the parameters need no training for that. */
import { describe, expect, test } from "vitest";
import { apart } from "../../test/support/inspect-cases.ts";
import { tolerances } from "../../test/tolerances.ts";
import { tableFromRows } from "../data/index.ts";
import { attentionOf, recurrentCells } from "../inspect/index.ts";
import { createModel, initialiseNetwork } from "../network/index.ts";
import type { Model, NetworkSpec } from "../network/index.ts";
import { createRandom } from "../util/random.ts";
import {
  captionPictures,
  labelTexts,
  planCaption,
  planGenerate,
  planTag,
  planTexts,
  planTranslate,
  restoreText,
  tagText,
  tracePicture,
  traceText,
  translateTexts,
} from "./index.ts";
import type { AttentionName, Translator } from "./index.ts";

/** Large enough numbers that answers differ from step to step. */
function modelOf(spec: NetworkSpec): Model {
  const parameters = initialiseNetwork(spec, { seed: 3 });
  const random = createRandom(4);
  for (const values of Object.values(parameters))
    values.forEach((_, at) => (values[at] = Math.fround(random.normal())));
  return createModel({ spec, parameters, backend: "reference" });
}

const small = { hidden: 6, embedding: 4, test: 0, validation: 0 } as const;

describe.each(["general", "bahdanau", "none"] as const)("a translator (attention: %s)", (attention) => {
  const rows = ["one two", "two three four", "four", "one four two"].map((en) => ({
    en,
    back: [...en].reverse().join(""),
  }));
  const job = (units: { readonly sourceUnit?: "subword"; readonly targetUnit?: "character" } = {}): Translator => {
    const { table } = tableFromRows(rows, { source: "pairs", types: { en: "text", back: "text" } });
    const chosen: AttentionName = attention;
    const { task, training } = planTranslate(table, {
      ...small,
      ...units,
      source: "en",
      target: "back",
      attention: chosen,
    });
    return { kind: "translator", model: modelOf(training.network), task };
  };

  test("is traced as it translates: its words, its logits and where it looked", () => {
    const translator = job();
    const text = "two unheard one";
    const [said] = translateTexts(translator, [text]);
    const { trace, tokens, source, told, ...rest } = traceText(translator, text);
    expect(rest.said).toBe(said!.text);
    expect(source).toEqual(["two", "unheard", "one"]);
    expect(tokens).toEqual(["", ...said!.tokens]);
    const inputs = [0, ...said!.numbers];
    const { target } = translator.task.vocabularies;
    expect(said!.numbers.map((number, at) => (number === 1 ? said!.tokens[at] : target.entries[number]))).toEqual(
      said!.tokens,
    );
    const logits = translator.model.predict({
      steps: inputs.length,
      batch: 1,
      inputs: Float64Array.from(inputs),
      source: { steps: 3, inputs: trace.source!.values },
    });
    expect(apart(trace.output.values, logits)).toBeLessThan(tolerances.trace);
    told.forEach(([best], step) => {
      const row = logits.subarray(step * trace.output.size, (step + 1) * trace.output.size);
      const shares = Array.from(row, (logit) => Math.exp(logit));
      expect(best!.share).toBeCloseTo(Math.max(...shares) / shares.reduce((a, b) => a + b, 0), 10);
    });
    const [looked] = attentionOf(trace);
    if (attention === "none") expect([looked, said!.attention]).toEqual([undefined, undefined]);
    else
      said!.attention!.forEach((row, step) =>
        // `attention()` is in float32.
        row.forEach((share, at) => expect(looked!.weights[step]![at]).toBeCloseTo(share, 6)),
      );
    expect(recurrentCells(trace).map(({ path }) => path)).toEqual(["encoder.2.forward", "encoder.2.backward", "2"]);
  });

  test("tells tokens as people read them, and reads so many at most", () => {
    const { source, tokens, said } = traceText(job({ sourceUnit: "subword", targetUnit: "character" }), "one two four");
    expect(source.join("")).toBe("one two four");
    expect(tokens.join("")).toBe(said);
    expect(traceText(job(), "one two four", { longest: 2 })).toMatchObject({ source: ["one", "two"], isCut: true });
    expect(traceText(job(), "one two", { longest: 2 }).isCut).toBe(false);
    expect(() => traceText(job(), "  ")).toThrow("has no word");
  });
});

test("a captioner is traced on the picture as it is", () => {
  const random = createRandom(1);
  const pixels = Float32Array.from({ length: 4 * 64 * 3 }, () => random.uniform());
  const names = ["a", "b", "c", "d"];
  const pictures = { kind: "pictures", height: 8, width: 8, names, pixels } as const;
  const captions = ["a cat", "a dog", "the sun", "a red sun"];
  const { task, training } = planCaption(
    { pictures, captions, source: "made" },
    { ...small, test: 1, channels: [3, 4], shift: 0, warp: 0, colour: 0, blur: 0 },
  );
  const captioner = { kind: "captioner", model: modelOf(training.network), task } as const;
  const { trace, tokens, said } = tracePicture(captioner, { pictures, index: 2 });
  const [caption] = captionPictures(captioner, pictures, [2], { views: 1 });
  expect(said).toBe(caption!.text);
  expect(tokens).toEqual(["", ...caption!.words]);
  const [looked] = attentionOf(trace);
  expect(looked!.weights).toHaveLength(tokens.length);
  caption!.attention!.forEach((row, step) =>
    row.forEach((share, at) => expect(looked!.weights[step]![at]).toBeCloseTo(share, 6)),
  );
});

describe("a tagger", () => {
  test("of words reads the rare ones by their shape, and tells what it tags", () => {
    const tokens = ["Dogs", "bark", "at", "42", "cats", "."];
    const sentences = Array.from({ length: 8 }, (_, n) => ({
      tokens: [...tokens.slice(0, 5), `word${n}`, "."],
      tags: ["N", "V", "P", "D", "N", "N", "."],
    }));
    const { task, training } = planTag({ kind: "tagged-text", source: "made", sentences }, small);
    const tagger = { kind: "tagger", model: modelOf(training.network), task } as const;
    const text = "Dogs bark at word99 .";
    const traced = traceText(tagger, `\n${text}\nDogs`);
    expect(traced.tokens).toEqual(text.split(" "));
    expect(traced.told.map(([best]) => best!.name)).toEqual(tagText(tagger, text)[0]!.tags);
  });

  test("of letters reads them with their usual marks, and tells letters", () => {
    const texts = ["mẹ bế bé", "bé ngủ ở đó", "đi đâu đó", "mẹ ở đâu"];
    const { task, training } = planTag({ kind: "texts", source: "made", texts }, { ...small, restore: "diacritics" });
    const tagger = { kind: "tagger", model: modelOf(training.network), task } as const;
    const { tokens, told } = traceText(tagger, "me o dau");
    expect(tokens.join("")).toBe("mẹ ở đâu");
    expect(told.map(([best]) => best!.name).join("")).toBe(restoreText(tagger, "me o dau"));
    // No other than its own marks are told of a letter.
    expect(told[0]!.every(({ name }) => name.startsWith("m"))).toBe(true);
    expect(() => traceText(tagger, "\n \n")).toThrow("no token");
  });
});

test("a language model is traced as its session steps", () => {
  const { task, training } = planGenerate(
    { text: "abc cab bac\n".repeat(40), source: "made" },
    { ...small, test: 0.1, validation: 0.1 },
  );
  const model = modelOf(training.network);
  const { trace, tokens, told } = traceText({ kind: "language-model", model, task }, "cab b");
  const session = model.session();
  expect(tokens).toEqual([..."cab b"]);
  [..."cab b"].forEach((token, step) => {
    const logits = session.step([task.vocabulary.entries.indexOf(token)]);
    // `generateText` draws neither padding (0) nor what is unknown (1), so neither is told nor has a share.
    const drawn = Array.from(logits).slice(2);
    expect(told[step]![0]!.name).toBe(task.vocabulary.entries[2 + drawn.indexOf(Math.max(...drawn))]);
    expect(told[step]!.map(({ name }) => name)).not.toContain("\ufffd");
    const whole = drawn.reduce((sum, logit) => sum + Math.exp(logit), 0);
    expect(told[step]![0]!.share).toBeCloseTo(Math.exp(Math.max(...drawn)) / whole, 5);
    expect(
      apart(trace.output.values.subarray(step * trace.output.size, (step + 1) * trace.output.size), logits),
    ).toBeLessThan(tolerances.trace);
  });
  expect(() => traceText({ kind: "language-model", model, task }, "xyz")).toThrow("never seen");
  // Of a long text only what is read must be known.
  expect(traceText({ kind: "language-model", model, task }, "cab xyz", { longest: 3 })).toMatchObject({
    tokens: ["c", "a", "b"],
    isCut: true,
  });
});

test("a reader of texts tells its classes once, and numbers not at all", () => {
  const rows = Array.from({ length: 30 }, (_, n) => ({
    text: n % 2 === 0 ? `good ${n}` : `bad ${n}`,
    score: (n % 2) + n / 100,
  }));
  const { table } = tableFromRows(rows, { source: "made", types: { text: "text" } });
  const parts = { text: "text", target: "score" } as const;
  const classes = planTexts(table, { ...small, ...parts, cuts: [0.5] });
  const reader = { kind: "text-reader", model: modelOf(classes.training.network), task: classes.task } as const;
  const { told, tokens } = traceText(reader, "good bad");
  expect(tokens).toEqual(["good", "bad"]);
  const labelled = labelTexts(
    reader,
    tableFromRows([{ text: "good bad" }], { source: "one", types: { text: "text" } }).table,
  );
  const [, label, probability] = labelled.columns;
  expect(told).toHaveLength(1);
  expect([told[0]![0]!.name]).toEqual(label!.values);
  expect(told[0]![0]!.share).toBeCloseTo((probability!.values as Float64Array)[0]!, 6);
  const numbers = planTexts(table, { ...small, ...parts });
  if (numbers.task.answer.kind === "number")
    expect(
      traceText({ kind: "text-reader", model: modelOf(numbers.training.network), task: numbers.task }, "good").told,
    ).toEqual([]);
  expect(numbers.task.answer.kind).toBe("number");
});

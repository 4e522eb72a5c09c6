import { expect, test } from "vitest";
import { scoreForecast } from "../data/index.ts";
import { explainClasses } from "./classify/explain-classes.ts";
import { scoreClasses } from "./classify/score-classes.ts";
import { bestBaseline, judgeForecasts } from "./forecast/evaluate-forecast.ts";
import { explainTextLoss } from "./generate/explain-generate.ts";
import { judgeText } from "./generate/language-model.ts";
import { judgeAll } from "./judge.ts";
import { explainTags } from "./tag/explain-tags.ts";
import { explainReading } from "./texts/explain-texts.ts";
import { judgeClasses, judgeNumbers } from "./texts/judge-texts.ts";
import { scoreNumbers } from "./texts/score-numbers.ts";
import { explainTranslate } from "./translate/explain-translate.ts";

const tie = /: a tie, so nothing is gained by the model\.$/;
const worse = /: as it is, the model is not worth using\.$/;

/** Scores of a classifier that is right on so many of four, of which the majority has two. */
function classScores(right: number): ReturnType<typeof scoreClasses> {
  const truth = [0, 0, 1, 1];
  const told = truth.map((label, at) => (at < right ? label : 1 - label));
  return scoreClasses({
    truth,
    probabilities: Float64Array.from(told.flatMap((label) => (label === 0 ? [0.9, 0.1] : [0.1, 0.9]))),
    classes: { kind: "classes", names: ["a", "b"] },
    majority: 0,
  });
}

/** What a language model loses, by bits a character. */
const loss = (bits: number) => ({
  tokens: 1,
  unknown: 0,
  nats: 1,
  perplexity: 1,
  natsPerCharacter: 1,
  bitsPerCharacter: bits,
});

test("a class told as often as the majority's is a tie, less often no use", () => {
  const said = (right: number): string => {
    const scores = classScores(right);
    return explainClasses({ ...scores, ...judgeAll(scores.accuracy, [["majority", scores.majority.accuracy]]) });
  };
  expect(said(3)).toMatch(/of always saying "a"\.$/);
  expect(said(2)).toMatch(tie);
  expect(said(1)).toMatch(worse);
});

test("what beats the majority may still tie with a bag of words", () => {
  const said = (accuracy: number): string =>
    explainReading(judgeClasses(classScores(3), { name: "a bag", accuracy, macroF1: 0 }));
  expect(said(0.5)).toMatch(/of always saying "a"\.$/);
  expect(said(0.75)).toMatch(tie);
  expect(said(1)).toMatch(worse);
});

test("which is best and the verdict are decided once, and the simplest is best of what is equal", () => {
  const simple = [
    ["plain", 1],
    ["other", 1],
  ] as const;
  expect(judgeAll(2, simple)).toEqual({ best: "model", simplest: "plain", verdict: "better" });
  expect(judgeAll(1, simple)).toEqual({ best: "plain", simplest: "plain", verdict: "tie" });
  expect(judgeAll(0, simple)).toEqual({ best: "plain", simplest: "plain", verdict: "worse" });
  expect(judgeAll(NaN, simple)).toEqual({ best: "plain", simplest: "plain", verdict: "worse" });
  expect(
    judgeAll(2, [
      ["plain", 1],
      ["other", 3],
    ]),
  ).toEqual({ best: "other", simplest: "other", verdict: "worse" });
  const told = classScores(3);
  const bag = { name: "a bag", accuracy: 0.75, macroF1: 0 };
  expect(judgeClasses(told)).toMatchObject({ best: "model", verdict: "better" });
  expect(judgeClasses(told, bag)).toMatchObject({ best: "bag", verdict: "tie", scores: told });
  expect(judgeClasses(classScores(2), { ...bag, accuracy: 0.5 }).best).toBe("majority");
  expect(told).not.toHaveProperty("best");
  const numbers = scoreNumbers(Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 4), 2);
  const ridge = (meanAbsoluteError: number) => ({ ...numbers, name: "ridge", meanAbsoluteError });
  expect(judgeNumbers(numbers).best).toBe("model");
  expect(judgeNumbers(numbers, ridge(0.1)).best).toBe("bag");
  expect(judgeNumbers({ ...numbers, meanAbsoluteError: 1 }, ridge(1)).best).toBe("mean");
  expect(numbers).not.toHaveProperty("best");
});

test("what is not measured is neither best nor judged by, however bad the rest is", () => {
  const unmeasured = [
    ["other", undefined],
    ["plain", -Infinity],
  ] as const;
  expect(judgeAll(-Infinity, unmeasured)).toEqual({ best: "plain", simplest: "plain", verdict: "tie" });
});

test("sentences name the baseline that was judged by", () => {
  const text = (frequencies: number, nGrams: number) =>
    judgeText({
      kind: "text-evaluation",
      unit: "character",
      model: loss(1),
      frequencies: loss(frequencies),
      nGrams: { ...loss(nGrams), order: 2 },
    });
  expect(text(2, 2).simplest).toBe("frequencies");
  expect(explainTextLoss(text(3, 2))).toContain("the 2-grams of the same text 2 bits");
  const scores = (bleu: number) => ({ bleu, exact: 0, errorRate: 0.3 });
  const baselines = { "word for word": scores(8), nearest: scores(10) };
  const judged = judgeAll(12, [
    ["word for word", 8],
    ["nearest", 10],
  ]);
  const said = {
    kind: "translate-evaluation",
    count: 4,
    unit: "word",
    model: scores(12),
    baselines,
    samples: [],
  } as const;
  expect(explainTranslate({ ...said, ...judged })).toContain("BLEU 10.0, 30.0 % wrong and 0.0 % right of the answer");
  const errors = (size: number) => scoreForecast(Float64Array.of(1, 2), Float64Array.of(1 + size, 2 + size));
  const forecasts = { model: errors(1), naive: errors(3), drift: errors(2), mean: errors(2) };
  const simple = bestBaseline({ ...forecasts, ...judgeForecasts(forecasts) });
  expect(simple).toEqual({ kind: "drift", scores: errors(2) });
});

test("tags, translations and texts", () => {
  const scores = (words: number) => ({ words, tokens: words, sentences: 0, macroF1: 0 });
  const tags = (words: number): string =>
    explainTags({
      kind: "tag-evaluation",
      of: "tags",
      sentences: 1,
      words: 4,
      tokens: 4,
      model: scores(words),
      usual: scores(0.5),
      unknown: { tokens: 0, tags: [] },
      confusions: [],
      ...judgeAll(words, [["usual", 0.5]]),
    });
  expect([tags(0.5), tags(0.25), tags(0.75)]).toEqual([
    expect.stringMatching(tie),
    expect.stringMatching(worse),
    expect.stringMatching(/50 % fewer mistakes\.$/),
  ]);
  const translations = (bleu: number): string =>
    explainTranslate({
      kind: "translate-evaluation",
      count: 4,
      unit: "word",
      model: { bleu, exact: 0, errorRate: 0.2 },
      baselines: { nearest: { bleu: 10, exact: 0, errorRate: 0.3 } },
      samples: [],
      ...judgeAll(bleu, [["nearest", 10]]),
    });
  expect(translations(10)).toMatch(tie);
  expect(translations(9)).toMatch(worse);
  const text = (bits: number): string =>
    explainTextLoss(judgeText({ kind: "text-evaluation", unit: "character", model: loss(bits), frequencies: loss(2) }));
  expect(text(2)).toMatch(tie);
  expect(text(3)).toMatch(worse);
  const words = (unit: "word" | "subword", unknown: number): string =>
    explainTextLoss(
      judgeText({
        kind: "text-evaluation",
        unit,
        model: { ...loss(1), tokens: 40, unknown },
        frequencies: loss(2),
        nGrams: { ...loss(3), order: 2 },
      }),
    );
  expect(words("word", 3)).toMatch(
    /^A character costs the model 1 bits, and knowing only how frequent each token is 2 bits\./,
  );
  expect(words("word", 3)).toMatch(
    / 7\.5 % of the words are unknown .*: compare these bits with no other unit or vocabulary\.$/,
  );
  for (const said of [words("word", 0), words("subword", 3)]) expect(said).not.toContain("unknown");
});

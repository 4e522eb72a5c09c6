import { describe, expect, test } from "vitest";
import { baseTag, parseTagged, stripMarks } from "../../data/index.ts";
import { load } from "../../formats/recurra/index.ts";
import { createRandom } from "../../util/random.ts";
import { findTask, openTask, saveResult } from "../index.ts";
import { evaluateTagger } from "./evaluate-tags.ts";
import { explainTags } from "./explain-tags.ts";
import { cutText, planTag } from "./plan-tag.ts";
import type { TagData, TagOptions } from "./plan-tag.ts";
import { trainTagger } from "./tag.ts";
import type { TagResult } from "./tag.ts";
import { createReader, markTokens } from "./tag-tokens.ts";
import { openTagStream, restoreText, tagSentences, tagText } from "./tagger.ts";
import { parseTagTask } from "./tag-task.ts";
import { countForms, predictUsualOfOthers } from "./usual-tags.ts";

/** Sentences in which what a word is depends on the word beside it: `can` after `the` is a noun, else a verb; so is `tin` before `can`. */
function makeSentences(count: number): TagData {
  const random = createRandom(2);
  const pick = (from: readonly string[]): string => from[random.integer(from.length)]!;
  const nouns = ["can", "dog", "walk", "fish"];
  const lines = Array.from({ length: count }, () => {
    const subject = random.uniform() < 0.5 ? [`the/D ${pick(nouns)}/N`] : [`${pick(["you", "we", "they"])}/P`];
    return [...subject, `${pick(["can", "walk", "fish", "sing"])}/V`, `the/D ${pick(nouns)}/N`, "./."].join(" ");
  });
  return parseTagged(lines.join("\n"), { source: "made" });
}

/** Texts in which the marks of `ma` follow from the word before and of `ba` from the word after. */
function makeTexts(count: number): TagData {
  const random = createRandom(4);
  const words = ["là mã", "đi má", "là mạ", "bà ơi", "bá nào", "Bạ kia", "xem"];
  const before = ["Là", "đi", "qua", "bà ơi", "bá nào", "Ba kia", "xem"];
  const after = ["mã", "má", "mạ", "", "", "", ""];
  const texts = Array.from({ length: count }, () =>
    Array.from({ length: 2 + random.integer(3) }, () => {
      const at = random.integer(words.length);
      return `${before[at]!} ${after[at]!}`.trim();
    }).join(", "),
  );
  return { kind: "texts", source: "made", texts };
}

const small: TagOptions = { hidden: 24, embedding: 12, dropout: 0, epochs: 12, rate: 0.01, backend: "wasm" };

async function trainOn(data: TagData, options: TagOptions): Promise<TagResult> {
  const result = await trainTagger(data, { ...small, ...options });
  if (result === undefined) throw new Error("the run was stopped");
  return result;
}

describe("a tagger of words", async () => {
  const data = makeSentences(400);
  const result = await trainOn(data, {});
  const { tagger } = result;

  test("beats the usual tag of each word", () => {
    expect(result.test).toMatchObject({ kind: "tag-evaluation", of: "tags", best: "model" });
    expect(result.test!.model.words).toBe(1);
    expect(result.test!.usual.words).toBeLessThan(0.95);
    const { text = [] } = findTask("tag").report?.(planTag(data, small), result) ?? {};
    expect(text).toHaveLength(13);
    expect(text[0]).toMatch(/^12 sentences of the test as the model tells them/);
    expect(text[1]).toMatch(/^\S+\/[DNPV.] /);
    expect(explainTags(result.test!)).toMatch(/^The model gets 100.0 % of .* words right, against the .*: 100 % fewer/);
  });

  test("tells tags by what stands around", () => {
    const [first, second] = tagText(tagger, "You can the can.\n\nThe fish can the dog.");
    expect(first).toEqual({ tokens: ["You", "can", "the", "can", "."], tags: expect.any(Array) as unknown });
    expect(first!.tags.at(-2)).toBe("N");
    expect(second!.tags.slice(0, 3)).toEqual(["D", "N", "V"]);
    expect(() => tagSentences(tagger, [["a"], []])).toThrow("Sentence 2 has no token");
    expect(tagText(tagger, "\n \n")).toEqual([]);
    expect(() => restoreText(tagger, "a")).toThrow("restores no marks");
  });

  test("comes back from its file as it was", () => {
    const bytes = saveResult(result);
    expect(saveResult(result)).toEqual(bytes);
    const opened = openTask(load(bytes, { backend: "wasm" }));
    if (opened.kind !== "tagger") throw new Error(opened.kind);
    expect(opened.task).toEqual(tagger.task);
    expect(tagText(opened, "we can the walk .")).toEqual(tagText(tagger, "we can the walk ."));
    expect(evaluateTagger(opened, data).model.words).toBe(1);
  });

  test("counts tags that training does not know as mistakes", () => {
    const other = parseTagged("the/D can/X ./.");
    const { model, confusions, unknown } = evaluateTagger(tagger, other);
    expect(model).toMatchObject({ words: 2 / 3, sentences: 0 });
    expect(unknown).toEqual({ tokens: 1, tags: ["X"] });
    expect(evaluateTagger(tagger, data).unknown).toEqual({ tokens: 0, tags: [] });
    expect(() => evaluateTagger(tagger, parseTagged("the dog\nwe can", { source: "plain.txt" }))).toThrow(
      "plain.txt: none of its tags (can, dog) is one that the model tells (., D, N, P, V)",
    );
    expect(confusions).toEqual([{ truth: "X", predicted: "N", count: 1 }]);
  });
});

test("a causal tagger streams, with the tags it tells of whole sentences", async () => {
  const { tagger } = await trainOn(makeSentences(200), { causal: true, epochs: 6 });
  const tokens = ["the", "fish", "can", "the", "walk", "."];
  const [whole] = tagSentences(tagger, [tokens]);
  const stream = openTagStream(tagger);
  for (let time = 0; time < 2; time++) {
    expect(tokens.map((token) => stream.push(token))).toEqual(whole!.tags);
    stream.reset();
  }
  stream.dispose();
});

describe("restoring marks", async () => {
  const data = makeTexts(300);
  const result = await trainOn(data, { restore: "diacritics", epochs: 25 });
  const { tagger } = result;

  test("beats the usual form of each word", () => {
    expect(result.test).toMatchObject({ of: "marks", best: "model" });
    expect(result.test!.model.words).toBeGreaterThan(0.97);
    expect(result.test!.usual.words).toBeLessThan(result.test!.model.words);
  });

  test("keeps the case, and whatever is no letter with a choice", () => {
    const text = "BA OI, di ma.\r\n\n  ba nao?\tX — 12 zzz 😀 ";
    const restored = restoreText(tagger, text);
    expect(stripMarks(restored)).toBe(text);
    expect(restored).toContain("đi má");
    expect(restoreText(tagger, restored)).toBe(restored);
    expect(restoreText(tagger, "")).toBe("");
    expect(() => tagText(tagger, "a")).toThrow("use restoreText");
  });

  test("chooses only marks that the letter had in training", () => {
    const { possible, classes } = tagger.task;
    const restored = restoreText(tagger, "b c d e a o i m n q x u");
    for (const letter of restored.normalize("NFC").split(" ")) {
      const plain = stripMarks(letter);
      const own = possible!.classes[possible!.tokens.indexOf(plain)]?.map((one) => classes.names[one]) ?? [""];
      expect(own.length).toBeGreaterThan(0);
      if (own.length === 1) expect(letter).toBe(plain);
    }
    // No o with a mark, nor e, is in the data.
    expect(possible!.tokens).toEqual(["a", "d", "o"]);
  });

  test("refuses a stream of what it reads from both ends", () => {
    expect(() => openTagStream(tagger)).toThrow(/backward|both|whole/);
  });
});

describe("the usual marks that are read", () => {
  const texts = ["má", "má", "ma", "lạ", "bo", "bo", "ma kia"];
  const { task, sentences } = planTag(
    { kind: "texts", source: "words", texts },
    { restore: "diacritics", test: 0, validation: 0 },
  );

  test("are those that words have in other sentences, of which none is equal", () => {
    const keys = sentences.map(({ tokens }) => tokens.join(""));
    const counts = countForms(sentences, "character");
    const told = predictUsualOfOthers(sentences, { keys, counts, unit: "character" });
    // All that is equal to "ma", and to "lạ", is left out: elsewhere they are unknown.
    const marked = told.map((classes, n) => markTokens(sentences[n]!.tokens, classes, task.classes.names).join(""));
    expect(marked).toEqual(["ma", "ma", "ma", "la", "bo", "bo", "má kia"]);
  });

  test("do not follow from the marks at hand", () => {
    const given = ["má ơi", "ma ơi", "má này", "ma này", "má kia", "ma kia", "ơi má", "ơi ma", "này má", "này ma"];
    const plan = planTag(
      { kind: "texts", source: "words", texts: given },
      { restore: "diacritics", test: 0, validation: 0 },
    );
    const keys = given.map(stripMarks);
    const counts = countForms(plan.sentences, "character");
    const told = predictUsualOfOthers(plan.sentences, { keys, counts, unit: "character" });
    // Two sentences that differ in marks alone are told alike.
    for (let n = 0; n < given.length; n += 2) expect(told[n]).toEqual(told[n + 1]);
  });

  test("stand on the letters that the network reads, if it reads the whole word", () => {
    expect(createReader(task)(["M", "a", " ", "l", "a"]).join("")).toBe("Má lạ");
    const causal = planTag(
      { kind: "texts", source: "words", texts },
      { restore: "diacritics", causal: true, test: 0, validation: 0 },
    ).task;
    expect(createReader(causal)(["m", "a"]).join("")).toBe("ma");
  });
});

test("a tag that only the held-back parts have is no class, and is reported", async () => {
  const sentences = Array.from({ length: 40 }, (_, n) => ({
    tokens: ["the", `w${n}`, "can"],
    tags: ["D", `only ${n}`, "V"],
  }));
  const data: TagData = { kind: "tagged-text", source: "made", sentences };
  const { parts, task, sentences: prepared, training } = planTag(data, {});
  expect(task.classes.names.toSorted()).toEqual(["D", "V", ...Array.from(parts.train, (n) => `only ${n}`)].toSorted());
  // What no class stands for has no say in when training ends.
  const watched = training.validation;
  if (watched?.kind !== "sequences") throw new Error("sequences are watched");
  for (const n of parts.validation) {
    const { start, classes } = prepared[n]!;
    expect(classes[1]).toBe(-1);
    expect([0, 1, 2].map((at) => watched.weights![start + at])).toEqual([1, 0, 1]);
  }
  const { test: scores, summary } = await trainOn(data, { epochs: 1 });
  expect(summary.parts.test).toBe(4);
  expect(scores!.unknown).toEqual({ tokens: 4, tags: Array.from(parts.test, (n) => `only ${n}`).toSorted() });
  expect(scores!.model.words).toBeLessThanOrEqual(2 / 3);
});

describe("a plan", () => {
  test("keeps equal sentences in one part", () => {
    const texts = Array.from({ length: 60 }, (_, n) => `Câu số ${n % 20}`);
    const { parts, sentences } = planTag({ kind: "texts", source: "made", texts }, { restore: "diacritics" });
    const keys = Object.values(parts).map(
      (rows: Int32Array) => new Set(Array.from(rows, (row) => sentences[row]!.tokens.join(""))),
    );
    for (const [at, own] of keys.entries())
      for (const other of keys.slice(at + 1)) expect([...own].filter((key) => other.has(key))).toEqual([]);
    expect(parts.train.length + parts.validation.length + parts.test.length).toBe(60);
  });

  test("says what does not fit", () => {
    const texts: TagData = { kind: "texts", source: "a.txt", texts: ["abc", "no marks"] };
    expect(() => planTag(texts, { restore: "diacritics" })).toThrow("a.txt has no letter with a mark");
    expect(() => planTag(texts, {})).toThrow("a.txt are texts without tags");
    expect(() => planTag(makeSentences(3), { restore: "diacritics" })).toThrow("made are tagged sentences");
    const one = parseTagged("a/N b/N\nc/N", { source: "one" });
    expect(() => planTag(one, { test: 0, validation: 0 })).toThrow('All labels are "N"');
    const rare: TagData = { kind: "texts", source: "b.txt", texts: ["ma", "ba", "ca", "da", "má"] };
    const seeds = Array.from({ length: 20 }, (_, seed) => seed + 1);
    const plans = seeds.map((seed) => () => planTag(rare, { restore: "diacritics", test: 1, validation: 1, seed }));
    expect(
      plans.some((plan) => catchMessage(plan).startsWith("The training part of b.txt has no letter with a mark")),
    ).toBe(true);
    const bad: TagData = { kind: "tagged-text", source: "bad", sentences: [{ tokens: ["a"], tags: [] }] };
    expect(() => planTag(bad, {})).toThrow("bad, sentence 1 has 1 token and 0 tags");
  });
});

/** The message of what is thrown; empty where nothing is. */
function catchMessage(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("long texts are cut after sentences, else between words, with nothing lost", () => {
  const text = `${"Một câu. ".repeat(60)}\n\n${"chữ ".repeat(200)}${"x".repeat(700)}\r\nend`;
  const pieces = cutText(text);
  expect(pieces.join("")).toBe(text);
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(300);
  expect(pieces[0]).toMatch(/câu\. $/);
  expect(baseTag("nn-tl")).toBe("nn");
});

test("a token that may have no class at all is refused in a model file", () => {
  const { task } = planTag(makeTexts(40), { restore: "diacritics", hidden: 4, embedding: 4 });
  expect(task.possible?.tokens.length).toBeGreaterThan(0);
  expect(parseTagTask(task)).toEqual(task);
  const possible = { tokens: ["a", "b"], classes: [[0], []] };
  expect(() => parseTagTask({ ...task, possible }, "m.safetensors")).toThrow(
    'm.safetensors: preprocessing.possible.classes has no class for "b"',
  );
});

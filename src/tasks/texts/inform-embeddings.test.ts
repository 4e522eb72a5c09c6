import { expect, test } from "vitest";
import { buildVocabulary } from "../../data/index.ts";
import { network } from "../../network/index.ts";
import { encodeTexts } from "./encode-texts.ts";
import { informEmbeddings } from "./inform-embeddings.ts";
import type { Answer } from "./texts-task.ts";

const texts = ["good film", "good good plot", "bad film", "bad plot", "good bad"];
const vocabulary = buildVocabulary(texts, { unit: "word" });
const tokens = encodeTexts(texts, { vocabulary, longest: 10 });
const spec = network({ tokens: vocabulary.entries.length }).embedding(4).max().dense(2).build();
const place = (word: string): number => 4 * vocabulary.entries.indexOf(word);
const rows = Int32Array.of(0, 1, 2, 3);
const of = { seed: 1, size: 4 };

test("two classes: the log-ratio of naive Bayes in one column, the others as drawn", () => {
  const answer: Answer = { kind: "class", classes: { kind: "classes", names: ["dislike", "like"] }, majority: 0 };
  const values = informEmbeddings(spec, { tokens, answer, truth: [1, 1, 0, 0, 0], rows }, of);
  const other = informEmbeddings(spec, { tokens, answer, truth: [1, 0, 0, 1, 0], rows }, of);
  // "good" is in both texts of "like" (three tokens counted once each of 6 + 4 seen, smoothed) and in none of "dislike".
  const entries = vocabulary.entries.length;
  const wanted = Math.log(1 / (4 + entries)) - Math.log(3 / (4 + entries));
  expect(values?.[place("good")]).toBeCloseTo(0.3 * wanted, 5);
  expect(values?.[place("bad")]).toBeCloseTo(-0.3 * wanted, 5);
  expect(values?.[place("film")]).toBeCloseTo(0, 5);
  expect(values?.slice(place("good") + 1, place("good") + 4)).toEqual(
    other?.slice(place("good") + 1, place("good") + 4),
  );
});

test("numbers: the mean of the texts that have the token, drawn towards 0", () => {
  const answer: Answer = { kind: "number", scaler: { kind: "standard", center: 3, scale: 2 }, mean: 3 };
  const values = informEmbeddings(spec, { tokens, answer, truth: [5, 5, 1, 1, 1], rows }, of);
  expect(values?.[place("good")]).toBeCloseTo((0.3 * 2) / 3, 5);
  expect(values?.[place("bad")]).toBeCloseTo((0.3 * -2) / 3, 5);
});

test("many classes leave the embedding as it is drawn", () => {
  const names = ["a", "b", "c", "d"];
  const answer: Answer = { kind: "class", classes: { kind: "classes", names }, majority: 0 };
  expect(informEmbeddings(spec, { tokens, answer, truth: [0, 1, 2, 3, 0], rows }, of)).toBeUndefined();
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { corpusBleu, tokenizeForBleu } from "./bleu.ts";

describe("corpusBleu", () => {
  it("is that of sacreBLEU's own example", () => {
    const references = [
      ["The dog bit the man.", "The dog had bit the man."],
      ["It was not unexpected.", "No one was surprised."],
      ["The man bit him first.", "The man had bitten the dog."],
    ];
    const texts = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
    const bleu = corpusBleu(references, texts);
    expect(bleu.score).toBeCloseTo(48.530827009929865, 10);
    expect(bleu.precisions.map((precision) => Number(precision.toFixed(1)))).toEqual([82.4, 50, 45.5, 37.5]);
    expect(bleu.brevityPenalty).toBeCloseTo(0.9428731438548749, 12);
    expect(bleu).toMatchObject({ length: 17, referenceLength: 18 });
  });

  // Printed by sacreBLEU 2.6.0: BLEU().corpus_score.
  const recorded = [
    { name: "all right", references: [["this is a test"]], texts: ["this is a test"], score: 100 },
    { name: "smoothed", references: [["this is a test"]], texts: ["this is a fest"], score: 59.460355750136046 },
    { name: "nothing right", references: [["ref1"], ["ref2"]], texts: ["this is a test", "another test"], score: 0 },
    { name: "too short for four words", references: [["Yes."]], texts: ["Yes."], score: 0 },
    { name: "nothing said", references: [["Yes."]], texts: [""], score: 0 },
    {
      name: "signs, entities and references of varying number",
      references: [
        ['Tôi là một bác sĩ và có 1,000.5 đồng (giá 3-4) "rẻ" & tốt.'],
        ["Hello there friend", "Hello", "Hello there you two"],
      ],
      texts: ['Tôi là bác sĩ, và 1,000.5 đồng (giá 3-4) — "rẻ" &amp; tốt…', "Hello there"],
      score: 54.47422018643449,
    },
  ];
  it.each(recorded)("is that of sacreBLEU: $name", ({ references, texts, score }) => {
    expect(corpusBleu(references, texts).score).toBeCloseTo(score, 10);
  });

  it("is what one gets by hand", () => {
    // Right: 3 of 4 words, 1 of 3 pairs, none of 2 triples and of 1 four; halved once and twice. Words 4 to 5.
    const bleu = corpusBleu([["a b c d e"]], ["a b x c"]);
    expect(bleu.precisions).toEqual([75, 100 / 3, 100 / (2 * 2), 100 / (4 * 1)]);
    expect(bleu.score).toBeCloseTo(100 * Math.exp(1 - 5 / 4) * ((3 / 4) * (1 / 3) * (1 / 4) * (1 / 4)) ** 0.25, 10);
    // A word counts as often as one reference has it; equally near lengths take the shorter.
    expect(corpusBleu([["the cat", "the the dog is"]], ["the the the"])).toMatchObject({
      precisions: [200 / 3, 50, 50, 0],
      referenceLength: 2,
    });
  });

  it("is 100 for texts that are a reference of theirs, in any order", () => {
    const sentence = fc.array(fc.constantFrom("a", "b", "c", "d.", "3-4", "e,f"), { minLength: 4, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 4 }), (sentences) => {
        const texts = sentences.map((words) => words.join(" "));
        const references = texts.map((text) => ["something else", text]);
        expect(corpusBleu(references, texts).score).toBeCloseTo(100, 8);
      }),
    );
  });

  it("says what it cannot measure", () => {
    expect(() => corpusBleu([], [])).toThrow("There are 0 texts and references for 0");
    expect(() => corpusBleu([["a"]], ["a", "b"])).toThrow("There are 2 texts and references for 1");
    expect(() => corpusBleu([["a"], []], ["a", "b"])).toThrow("Text 2 has no reference; give each at least one");
  });
});

describe("tokenizeForBleu", () => {
  it("is tokeniser 13a", () => {
    expect(tokenizeForBleu('Tôi là bác sĩ, và 1,000.5 đồng (giá 3-4) — "rẻ" &amp; tốt…').join(" ")).toBe(
      'Tôi là bác sĩ , và 1,000.5 đồng ( giá 3 - 4 ) — " rẻ " & tốt…',
    );
    expect(tokenizeForBleu("It's 5-year-old.\ne.g. A/B: $3,5 100%!").join(" ")).toBe(
      "It's 5 - year-old . e . g . A / B : $ 3,5 100 % !",
    );
  });
});

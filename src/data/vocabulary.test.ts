import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildClasses, buildVocabulary, decodeTokens, encodeText, numberOfClass, splitTokens } from "./vocabulary.ts";

describe("vocabularies", () => {
  it("hold the most frequent tokens first, behind padding and unknown", () => {
    const vocabulary = buildVocabulary(["the cat", "the dog", "a cat"], { unit: "word" });
    expect(vocabulary).toEqual({
      kind: "vocabulary",
      unit: "word",
      lowercase: false,
      entries: ["<pad>", "<unk>", "cat", "the", "a", "dog"],
    });
    expect(JSON.parse(JSON.stringify(vocabulary))).toEqual(vocabulary);
    expect(buildVocabulary(["b a a", "c"], { unit: "word", leastCount: 2 }).entries).toEqual(["<pad>", "<unk>", "a"]);
    expect(buildVocabulary(["b a a b c"], { unit: "word", most: 4 }).entries).toEqual(["<pad>", "<unk>", "a", "b"]);
    expect(() => buildVocabulary([], { unit: "word", most: 2 })).toThrow(
      "A vocabulary of 2 entries has no room beside padding and unknown; give at least 3",
    );
  });

  it("cut words, signs and characters", () => {
    const words = { unit: "word", lowercase: false } as const;
    expect(splitTokens("Don't stop: well-being, 3.5% (ok)!", words)).toEqual([
      "Don't",
      "stop",
      ":",
      "well-being",
      ",",
      "3",
      ".",
      "5",
      "%",
      "(",
      "ok",
      ")",
      "!",
    ]);
    expect(splitTokens("Trăm năm trong cõi người ta,", words)).toEqual([
      "Trăm",
      "năm",
      "trong",
      "cõi",
      "người",
      "ta",
      ",",
    ]);
    expect(splitTokens("ÉCOLE", { unit: "word", lowercase: true })).toEqual(["école"]);
    expect(splitTokens("a😀\n", { unit: "character", lowercase: false })).toEqual(["a", "😀", "\n"]);
  });

  it("take composed and decomposed letters for the same", () => {
    const vocabulary = buildVocabulary(["người"], { unit: "character" });
    expect(encodeText(vocabulary, "người".normalize("NFD"))).toEqual(encodeText(vocabulary, "người"));
    expect([...encodeText(vocabulary, "người".normalize("NFD"))]).not.toContain(1);
  });

  it("give unknown for what they lack, and for the names of padding and unknown themselves", () => {
    const vocabulary = buildVocabulary(["a b"], { unit: "word" });
    expect([...encodeText(vocabulary, "a z b")]).toEqual([2, 1, 3]);
    expect([...encodeText(vocabulary, "<pad>")]).toEqual([1, 1, 1]);
    expect(decodeTokens(vocabulary, [2, 1, 0, 3])).toBe("a \ufffd b");
    expect(() => decodeTokens(vocabulary, [9])).toThrow("Token 9 is not in the vocabulary of 4 entries");
  });

  it("write words with punctuation closed up", () => {
    const said = 'Well, he said (twice): "stop" – now!';
    const vocabulary = buildVocabulary([said], { unit: "word" });
    expect(decodeTokens(vocabulary, encodeText(vocabulary, "Well, he said (twice): stop now!"))).toBe(
      "Well, he said (twice): stop now!",
    );
  });

  it("give back every text by character, composed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (said) => {
        const vocabulary = buildVocabulary([said], { unit: "character" });
        expect(decodeTokens(vocabulary, encodeText(vocabulary, said))).toBe(said.normalize("NFC"));
      }),
    );
  });
});

describe("classes", () => {
  it("are in order of their numbers or of their letters", () => {
    expect(buildClasses(["10", "9", "-1", "9"]).names).toEqual(["-1", "9", "10"]);
    expect(buildClasses(["b", "10", "a", "9"]).names).toEqual(["10", "9", "a", "b"]);
  });

  it("number labels, and say which there are", () => {
    const classes = buildClasses(["positive", "negative"]);
    expect(numberOfClass(classes, "positive")).toBe(1);
    expect(() => numberOfClass(classes, "neutral")).toThrow(
      '"neutral" is none of the 2 classes; they are "negative", "positive"',
    );
    expect(() => numberOfClass(classes, "Positive")).toThrow(
      '"Positive" is none of the 2 classes; did you mean "positive"?',
    );
  });
});

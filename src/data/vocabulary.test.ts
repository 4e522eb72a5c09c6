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

describe("Vietnamese", () => {
  it.each([
    ["hoà, hòa", "tones on either vowel stay what they are"],
    ["Đường đời ĐÔNG", "đ has no decomposed form"],
    ["ỨỪỬỮỰ ặ ẫ ệ ộ", "two marks on one letter"],
  ])("%s: %s", (said) => {
    for (const unit of ["word", "character", "subword"] as const) {
      const vocabulary = buildVocabulary([said], { unit });
      const tokens = encodeText(vocabulary, said);
      expect([...tokens]).not.toContain(1);
      expect(encodeText(vocabulary, said.normalize("NFD"))).toEqual(tokens);
      const lower = buildVocabulary([said], { unit, lowercase: true });
      expect(encodeText(lower, said.normalize("NFD").toUpperCase())).toEqual(encodeText(lower, said.toLowerCase()));
    }
    const characters = buildVocabulary([said], { unit: "character" });
    // Every letter is one character, whatever stands on it.
    expect(encodeText(characters, "ự".normalize("NFD"))).toHaveLength(1);
  });
});

describe("subwords", () => {
  const texts = ["low low low low low lower lower newest newest newest newest newest newest widest widest widest"];

  it("are learned from the most frequent pairs", () => {
    const { merges, entries } = buildVocabulary(texts, { unit: "subword", most: 2 + 256 + 6 });
    expect(merges).toHaveLength(6);
    // e s and s t stand together nine times each, and the first of equals is merged first.
    expect(merges?.slice(0, 2)).toEqual(["e s", "es t"]);
    expect(entries.slice(258, 260)).toEqual(["es", "est"]);
    expect(splitTokens("the newest", { unit: "subword", lowercase: false, merges: merges! })).toContain("est");
  });

  it("write every text, and give it back as it was", () => {
    const vocabulary = buildVocabulary(texts, { unit: "subword", most: 280 });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (said) => {
        const tokens = encodeText(vocabulary, said);
        expect([...tokens]).not.toContain(1);
        expect(decodeTokens(vocabulary, tokens)).toBe(said.normalize("NFC"));
      }),
    );
    for (const said of [" two  spaces\n\n", "<pad><unk>", "người 😀 \t'tis"])
      expect(decodeTokens(vocabulary, encodeText(vocabulary, said))).toBe(said);
  });

  it("are fewer the more are learned", () => {
    const said = texts[0]!;
    const lengths = [258, 262, 270, 300].map(
      (most) => encodeText(buildVocabulary(texts, { unit: "subword", most }), said).length,
    );
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    expect(lengths[0]).toBe(said.length);
    expect(lengths.at(-1)).toBeLessThan(said.length / 3);
  });

  it("need room for every byte", () => {
    expect(() => buildVocabulary(texts, { unit: "subword", most: 100 })).toThrow("at least 258");
  });
});

describe("words with lines", () => {
  it("keep where lines end", () => {
    const vocabulary = buildVocabulary(["to be,\nor not"], { unit: "word", lines: true });
    expect(decodeTokens(vocabulary, encodeText(vocabulary, "or,\n\nnot to be"))).toBe("or,\n\nnot to be");
  });
});

describe("classes", () => {
  it("are in order of their numbers or of their letters", () => {
    expect(buildClasses(["10", "9", "-1", "9"]).names).toEqual(["-1", "9", "10"]);
    expect(buildClasses(["b", "10", "a", "9"]).names).toEqual(["10", "9", "a", "b"]);
  });

  it("are the same whether marks are encoded with their letters or after them", () => {
    const classes = buildClasses(["tốt".normalize("NFC"), "tốt".normalize("NFD"), "xấu"]);
    expect(classes.names).toEqual(["tốt".normalize("NFC"), "xấu".normalize("NFC")]);
    expect(numberOfClass(classes, "tốt".normalize("NFD"))).toBe(0);
    expect(() => buildClasses(["tốt".normalize("NFC"), "tốt".normalize("NFD")])).toThrow("All labels are");
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { characterErrorRate, editDistance, exactMatch, tokenErrorRate, wordErrorRate, wordF1 } from "./text-metrics.ts";

const letters = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 });

describe("editDistance", () => {
  it("counts insertions, deletions and substitutions", () => {
    expect(editDistance([..."kitten"], [..."sitting"])).toBe(3);
    expect(editDistance([..."saturday"], [..."sunday"])).toBe(3);
    expect(editDistance([], [..."abc"])).toBe(3);
    expect(editDistance([..."abc"], [])).toBe(3);
  });

  it("is a distance", () => {
    fc.assert(
      fc.property(letters, letters, letters, (a, b, c) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a.join("") === b.join(""));
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, c)).toBeLessThanOrEqual(distance + editDistance(b, c));
      }),
    );
  });
});

describe("error rates", () => {
  it("are edits over the length of the references", () => {
    expect(
      tokenErrorRate(
        [[["K", "AE", "T"]], [["D", "AO", "G", "Z"]]],
        [
          ["K", "AH", "T"],
          ["D", "AO"],
        ],
      ),
    ).toBe(3 / 7);
    expect(wordErrorRate([["tôi là bác sĩ ."]], ["tôi là một bác sĩ."])).toBe(1 / 5);
    expect(characterErrorRate([["bác sĩ"]], ["bac si"])).toBe(2 / 6);
    // Composed and decomposed marks are the same letters.
    expect(characterErrorRate([["bác sĩ"]], ["bác sĩ".normalize("NFD")])).toBe(0);
    expect(wordErrorRate([["a"]], ["b c d"])).toBe(3);
  });

  it("take the reference that is nearest", () => {
    const said = ["T", "AH", "M", "EY", "T", "OW"];
    const other = ["T", "AH", "M", "AA", "T", "OW"];
    expect(tokenErrorRate([[other, said]], [said])).toBe(0);
    expect(tokenErrorRate([[other, ["T"]]], [said])).toBe(1 / 6);
  });

  it("say what they cannot measure", () => {
    expect(() => wordErrorRate([["", " "]], ["a"])).toThrow("All references are empty");
    expect(() => characterErrorRate([], [])).toThrow("There are 0 texts");
    expect(() => tokenErrorRate([[]], [["a"]])).toThrow("Text 1 has no reference");
  });
});

describe("wordF1", () => {
  it("is the harmonic mean of what is right of the told and of the true words", () => {
    // Two of three told are right, and of four true ones: 2 · (2/3)(2/4) / (2/3 + 2/4) = 4/7.
    expect(wordF1([["red car on road"]], ["car on fire"])).toBeCloseTo(4 / 7, 15);
    expect(wordF1([["a a b"]], ["a a a"])).toBeCloseTo(4 / 6, 15);
    expect(wordF1([["x"], ["flag: Việt Nam", "cờ"]], ["y", "cờ"])).toBe(0.5);
    expect(wordF1([[""], ["a"]], ["", ""])).toBe(0.5);
  });
});

describe("exactMatch", () => {
  it("is the share that says what one reference says", () => {
    expect(exactMatch([["cờ"], ["a", "b"], ["A"]], [" cờ ".normalize("NFD"), "b", "a"])).toBeCloseTo(2 / 3, 15);
  });
});

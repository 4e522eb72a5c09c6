import { describe, expect, test } from "vitest";
import { parseNumbers, readSequence, splitWords } from "./inputs.ts";

describe("inputs", () => {
  test("words become one-hot vectors, a repeated word the same one", () => {
    const sequence = readSequence(
      { input: "words", inputs: 9, steps: 3, words: "The cat saw the dog", numbers: "" },
      "",
    );
    expect(sequence!.names).toEqual(["The", "cat", "saw", "the", "dog"]);
    expect(sequence!.vectors.map((vector) => [...vector].indexOf(1))).toEqual([0, 1, 2, 0, 3]);
    expect(sequence!.vectors.every((vector) => vector.length === 4 && vector.reduce((a, b) => a + b) === 1)).toBe(true);
    expect(splitWords(" a  b\nc ")).toEqual(["a", "b", "c"]);
    expect(readSequence({ input: "words", inputs: 1, steps: 3, words: "two words", numbers: "" }, "")).toBeUndefined();
    expect(readSequence({ input: "words", inputs: 1, steps: 3, words: "", numbers: "" }, "a b c")!.names).toHaveLength(
      3,
    );
  });

  test("numbers are read by steps, and refused where they are none", () => {
    expect(parseNumbers("1 0; 0.5, -0.5\n \u22122")!.map((row) => [...row])).toEqual([
      [1, 0],
      [0.5, -0.5],
      [-2, 0],
    ]);
    for (const text of ["", "1;2", "1;2;x", "1;2;1e9", Array.from({ length: 9 }, () => "1").join(";")])
      expect(parseNumbers(text)).toBeUndefined();
    expect(parseNumbers(`1;2;${"1 ".repeat(33)}`)).toBeUndefined();
  });

  test("a pulse is ones, then nothing", () => {
    const { vectors } = readSequence({ input: "pulse", inputs: 2, steps: 3, words: "", numbers: "" }, "")!;
    expect(vectors.map((vector) => [...vector])).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });
});

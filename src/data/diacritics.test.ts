import fc from "fast-check";
import { expect, it } from "vitest";
import { joinMarks, splitMarks, stripMarks } from "./diacritics.ts";

it("takes the marks off Vietnamese letters of both cases, composed or not", () => {
  const text = "Tôi là bác sĩ. ĐƯỜNG đi NGƯỢC, Ệ ậ ẫ ỡ ỹ";
  expect(stripMarks(text)).toBe("Toi la bac si. DUONG di NGUOC, E a a o y");
  expect(stripMarks(text.normalize("NFD"))).toBe(stripMarks(text));
});

it("leaves what has none as it is", () => {
  expect(stripMarks("plain 😀 한국어 हिन्दी")).toBe("plain 😀 한국어 हिन्दी");
  expect(stripMarks("Čeština, Łódź, smørrebrød, ёлка")).toBe("Cestina, Lodz, smorrebrod, елка");
});

it("names the marks of each letter", () => {
  expect(splitMarks("đồ")).toEqual({ letters: ["d", "o"], marks: ["\u0338", "\u0302\u0300"] });
  expect(splitMarks("ậ").marks).toEqual(["\u0323\u0302"]);
  expect(splitMarks("\u0301a")).toEqual({ letters: ["\u0301", "a"], marks: ["", ""] });
});

it("puts texts together again as they were, in composed form", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      // Surrogates that stand alone are no characters.
      if (!text.isWellFormed()) return;
      expect(joinMarks(splitMarks(text))).toBe(text.normalize("NFC"));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom(..."đĐoơƠởộaấ ằẵẢlłØǿ")), (letters) => {
      const text = letters.join("");
      const split = splitMarks(text);
      expect(joinMarks(split)).toBe(text);
      expect(splitMarks(split.letters.join("")).marks.join("")).toBe("");
    }),
  );
});

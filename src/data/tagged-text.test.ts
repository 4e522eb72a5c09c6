import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecurraError } from "../util/errors.ts";
import { baseTag, looksTagged, parseTagged, printTagged } from "./tagged-text.ts";

describe("parseTagged", () => {
  it("reads a token and its tag a line, and sentences between blank lines", () => {
    const text = "# a comment\nThe\tDT\ndog\tNN\n\n\n# another\n#\tSYM\n1,5\tCD\r\n";
    expect(parseTagged(text)).toEqual({
      kind: "tagged-text",
      source: "The text",
      layout: "columns",
      sentences: [
        { tokens: ["The", "dog"], tags: ["DT", "NN"] },
        { tokens: ["#", "1,5"], tags: ["SYM", "CD"] },
      ],
    });
  });

  it("takes the first and last of several columns, between spaces too", () => {
    const { sentences } = parseTagged("EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n");
    expect(sentences).toEqual([{ tokens: ["EU", "rejects"], tags: ["B-ORG", "O"] }]);
  });

  it("reads words with slashes, a sentence a line", () => {
    const { layout, sentences } = parseTagged("\n\n\tThe/at Fulton/np-tl 1/2/cd ,/, ''/''\n\n\tIt/pps 's/bez\n", {
      baseTags: true,
    });
    expect(layout).toBe("slashed");
    expect(sentences).toEqual([
      { tokens: ["The", "Fulton", "1/2", ",", "''"], tags: ["at", "np", "cd", ",", "''"] },
      { tokens: ["It", "'s"], tags: ["pps", "bez"] },
    ]);
  });

  it("composes what is decomposed", () => {
    expect(parseTagged("sĩ\tN".normalize("NFD")).sentences[0]?.tokens).toEqual(["sĩ"]);
  });

  it("says where a token has no tag", () => {
    const failing = (text: string): unknown => {
      try {
        return parseTagged(text, { source: "tags.txt" });
      } catch (error) {
        return error;
      }
    };
    const columns = failing("The\tDT\ndog\n");
    expect(columns).toBeInstanceOf(RecurraError);
    expect(columns).toMatchObject({ code: "data/ragged-row", line: 2 });
    expect(String(columns)).toContain('tags.txt, line 2: "dog" has 1 field, not 2 as the lines before it');
    expect(String(failing("The/at dog/nn\nand so/rb"))).toContain(
      'tags.txt, line 2: "and" is not a word, a slash and its tag',
    );
    expect(String(failing("Just a text.\nAnd another."))).toContain("line 2");
    expect(String(failing("One\nword\n"))).toContain('line 1: "One" is not a token and its tag');
    expect(failing(" \n\n")).toMatchObject({ code: "data/empty-file" });
  });
});

it("prints what it reads", () => {
  const word = fc.stringMatching(/^[a-z/]{0,4}[a-z]$/);
  const pair = fc.tuple(word, fc.constantFrom("nn", "vb$", ",", "np-tl"));
  fc.assert(
    fc.property(
      fc.array(fc.array(pair, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom("columns" as const, "slashed" as const),
      (rows, layout) => {
        const sentences = rows.map((row) => ({ tokens: row.map(([a]) => a), tags: row.map(([, b]) => b) }));
        const whole = sentences.filter(({ tokens }) => !tokens.some((token) => token.startsWith("/")));
        fc.pre(whole.length > 0);
        expect(parseTagged(printTagged(whole, layout), { layout })).toMatchObject({ layout, sentences: whole });
      },
    ),
  );
});

it("cuts tags of the Brown corpus to their base", () => {
  const tags = ["nn-tl", "np$", "ppss+hv", "hvz*", "fw-in+nn", "*", "--", "-", "(-hl", "'", "``", "md*+hv", "in-tl-hl"];
  expect(tags.map(baseTag)).toEqual(["nn", "np", "ppss", "hvz", "in", "*", "-", "-", "(", "'", "``", "md", "in"]);
});

it.each([
  { text: "the/at dog/nn runs/vbz .", layout: "slashed", is: true },
  { text: "and/or a 1/2 inch pipe is fine", layout: "slashed", is: false },
  { text: "the\tat\ndog\tnn\n\nwe\tppss\n", layout: "columns", is: true },
  { text: "the dog runs .\nWe see it .", layout: "columns", is: false },
] as const)("tells by most of its pieces whether $text is tagged", ({ text, layout, is }) => {
  expect(looksTagged(text, layout)).toBe(is);
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { element, escapeXml, printCoordinate, textElement } from "./svg.ts";
import { fitText, textWidth, wrapText } from "./text-width.ts";

describe("escapeXml", () => {
  it("makes any text safe in content and in attributes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(findXmlFault(element("text", { class: text }, escapeXml(text)))).toBeUndefined();
      }),
    );
  });

  it("keeps hostile names as text", () => {
    const text = textElement('</text><script>alert("1")</script>&amp;\u0000\ud800', { class: "a" });
    expect(text).toBe(
      '<text class="a">&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;\ufffd\ufffd</text>',
    );
  });
});

describe("element", () => {
  it("leaves undefined attributes out and rounds numbers", () => {
    expect(element("circle", { cx: 1 / 3, cy: -0.001, r: undefined })).toBe('<circle cx="0.33" cy="0"/>');
    expect(printCoordinate(-12.346)).toBe("-12.35");
  });
});

describe("the check for well-formed XML", () => {
  it.each(["<a><b></a></b>", "<a>&</a>", '<a x="1" x="2"/>', "<a/><b/>", "<a>", "text<a/>", "<a x=1/>"])(
    "refuses %s",
    (text) => {
      expect(findXmlFault(text)).toBeTypeOf("string");
    },
  );

  it("accepts an element with attributes, references and comments", () => {
    expect(findXmlFault('<a x="1 &amp; 2"><!-- c --><b/>text &#39;</a>\n')).toBeUndefined();
  });
});

describe("text widths", () => {
  it("adds up the advance widths of Helvetica", () => {
    // H 722, i 222, at 10 px, with the margin of 4 %.
    expect(textWidth("Hi", 10)).toBeCloseTo(9.44 * 1.04, 10);
  });

  it("does not count combining marks", () => {
    expect(textWidth("e\u0301", 12)).toBe(textWidth("e", 12));
    expect(textWidth("ế", 12)).toBe(textWidth("e", 12));
  });

  it("cuts and wraps to the given room", () => {
    const long = "one two three four five six seven eight nine ten";
    const lines = wrapText(long, { limit: 80, size: 12, lines: 2 });
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(textWidth(line, 12)).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/…$/);
    expect(fitText("short", 80, 12)).toBe("short");
    expect(wrapText("", { limit: 80, size: 12, lines: 2 })).toEqual([]);
  });
});

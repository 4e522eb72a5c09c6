import { expect, test } from "vitest";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { drawReliability } from "./reliability.ts";

test("a circle a bin that is not empty, and the line on which sureness and share are equal", () => {
  const svg = drawReliability({
    title: "Reliability <test>",
    bins: [
      { count: 0, sureness: NaN, accuracy: NaN },
      { count: 4, sureness: 0.7, accuracy: 0.5 },
      { count: 16, sureness: 0.95, accuracy: 1 },
    ],
    error: 0.08,
  });
  expect(findXmlFault(svg)).toBeUndefined();
  expect(svg.match(/fill-opacity="0.45"/g)).toHaveLength(2);
  expect(svg).toContain("calibration error 8.0 %");
  expect(svg).not.toContain("NaN");
});

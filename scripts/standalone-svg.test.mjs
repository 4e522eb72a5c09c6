/** Several SVGs become one, each in its place under its title. */
import { expect, test } from "vitest";
import { composePanels } from "./standalone-svg.mjs";

test("panels stand in rows under their titles, and the whole holds them", () => {
  const svg = '<svg width="100" height="50" viewBox="0 0 100 50">\n<path d="M0 0"/>\n</svg>';
  const panels = ["first", "a < b", "third"].map((title) => ({ title, svg }));
  const whole = composePanels(panels, { columns: 2 });
  // Columns of 100 pixels, rows of 50 and a title's 34, with 24 around each.
  expect(whole).toMatch(/^<svg xmlns="[^"]+" width="272" height="240" viewBox="0 0 272 240">/);
  expect(Array.from(whole.matchAll(/<svg x="(\d+)" y="(\d+)" width="100"/g), ([, x, y]) => [x, y])).toEqual([
    ["24", "58"],
    ["148", "58"],
    ["24", "166"],
  ]);
  expect(whole).toContain(">a &lt; b</text>");
});

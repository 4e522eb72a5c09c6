/** The studio's colours of meanings are those of the library's pictures. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { toneColours } from "recurra/inspect";
import { expect, test } from "vitest";
import { root } from "./tools.mjs";

test("every meaning has its colour in both themes of the page", async () => {
  const tokens = await readFile(path.join(root, "studio/src/look/tokens.css"), "utf8");
  const [light, dark] = tokens.split(':root[data-theme="dark"]');
  for (const [text, colours] of /** @type {const} */ ([
    [light, toneColours.light],
    [dark, toneColours.dark],
  ]))
    for (const [name, colour] of Object.entries(colours).filter(([one]) => one !== "negative"))
      expect(text).toContain(`--${name}: ${colour};`);
});

/** The documentation check finds the blocks it is to run, at their lines. */
import { expect, test } from "vitest";
import { findBlocks, findLinks } from "./check-docs.mjs";

test("blocks of ts and js, and of sh marked run, are found with their lines and marks", () => {
  const text = [
    "# Title",
    "```ts mine.ts",
    'import { cell } from "recurra";',
    "",
    "cell;",
    "```",
    "1. In a list:",
    "   ```js no-run",
    "   if (true) {",
    "     1;",
    "   }",
    "   ```",
    "```sh",
    "npm ci",
    "```",
    "```sh run",
    "recurra --help",
    "```",
    "which prints",
    "```text output",
    "Usage: recurra",
    "```",
    "````md",
    "```ts",
    "not code",
    "```",
    "````",
  ].join("\n");
  expect(findBlocks("a.md", text)).toEqual([
    {
      document: "a.md",
      line: 3,
      language: "ts",
      runs: true,
      code: 'import { cell } from "recurra";\n\ncell;\n',
      file: "mine.ts",
    },
    { document: "a.md", line: 9, language: "js", runs: false, code: "if (true) {\n  1;\n}\n" },
    {
      document: "a.md",
      line: 17,
      language: "sh",
      runs: true,
      code: "recurra --help\n",
      output: "Usage: recurra\n",
    },
  ]);
});

test("files that a document names are found, without places in them, addresses and code", () => {
  const text = [
    "![A picture](pictures/a.svg) and [one](b.md#part), [again](b.md), [here](#part), [there](https://example.com/c.md)",
    "`[code](d.md)`",
    "```md",
    "[code](e.md)",
    "```",
    "[last](../f.md)",
  ].join("\n");
  expect(findLinks(text)).toEqual(["pictures/a.svg", "b.md", "../f.md"]);
});

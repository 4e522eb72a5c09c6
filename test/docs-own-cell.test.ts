/** The picture in docs/own-cell.md is that of its cell. What its code prints is checked where documents are run. */
import { expect, test } from "vitest";
import { drawCell } from "../src/inspect/index.ts";
import { cell } from "../src/language/index.ts";
import { findBlocks, readDocument } from "./support/document.ts";
import { expectGolden } from "./support/golden.ts";

test("the picture of fastgrnn is as reviewed", () => {
  const code = findBlocks("own-cell.md", "ts fastgrnn.ts")[0]?.code ?? "";
  const text = /`([^`]+)`/.exec(code)?.[1] ?? "";
  const summary = /summary: "(.+)"/.exec(code)?.[1] ?? "";
  expect(readDocument("own-cell.md")).toContain(`![${summary}](../test/golden/docs/fastgrnn.svg)`);
  expectGolden("docs/fastgrnn.svg", drawCell(cell("fastgrnn", text, { summary })));
});

/** docs/language.md says what the language is. */
import { describe, expect, test } from "vitest";
import { cell, operations, parseSyntax, printCell } from "../src/language/index.ts";
import type { LanguageOperation, ShapeRule } from "../src/language/index.ts";
import { RecurraError } from "../src/util/errors.ts";
import { expectPart, findBlocks, printMarkdownTable, readDocument } from "./support/document.ts";

const document = "language.md";

const isWord = (spelling: string): boolean => /\p{L}/u.test(spelling);

/** An expression in which the operation is written in that spelling. */
function spell({ arity: [count] }: LanguageOperation, spelling: string): string {
  const args = ["a", "b", "c"].slice(0, count);
  if (isWord(spelling)) return `${spelling}(${args.join(", ")})`;
  return count === 1 ? `${spelling}a` : `a ${spelling} b`;
}

/** The operation that an expression is, or undefined where it is none. */
function read(expression: string): string | undefined {
  const read = parseSyntax(`y = ${expression}`).equations[0]?.expression;
  return read?.kind === "call" ? read.operation : undefined;
}

const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(" ");

const takes: Readonly<Record<ShapeRule, string>> = {
  elementwise: "",
  vector: "vector → vector",
  number: "vector → number",
  like: "number, vector → vector",
  attention: "vector, memory → vector",
};

function takesText({ arity: [least, most], shape }: LanguageOperation): string {
  if (shape !== "elementwise") return most === 2 && shape === "number" ? "vector, vector → number" : takes[shape];
  return least === most ? `${most}` : `${least} or ${most}`;
}

const all = [...operations.values()];

test.each(all)("$name is read in each of its spellings", (operation) => {
  const { name, spellings } = operation;
  expect(spellings.map((spelling) => read(spell(operation, spelling)))).toEqual(spellings.map(() => name));
});

const precedenceOf = ({ notation }: LanguageOperation): number =>
  notation.kind === "infix" || notation.kind === "prefix" ? notation.precedence : 0;

test("the table of operators is that of the language", () => {
  const rows = all
    .filter((operation) => precedenceOf(operation) > 0)
    .map((operation) => {
      const [first = "", ...others] = operation.spellings.map((one) => (isWord(one) ? `${one}(a, b)` : one));
      const written = operation.arity[0] === 1 ? `${first}a` : `a ${first} b`;
      return { precedence: precedenceOf(operation), cells: [code([written]), code(others), operation.summary] };
    });
  // The product is no operation of the table: it takes a matrix. Its precedence lies between sign and power.
  rows.push({ precedence: 4, cells: [code(["W v"]), "", "the matrix times the vector"] });
  const sorted = rows.toSorted((a, b) => a.precedence - b.precedence).map(({ cells }) => cells);
  expectPart(document, "operators", printMarkdownTable(["operator", "other spellings", "meaning"], sorted));
});

test("the table of functions is that of the language", () => {
  const rows = all
    .filter((operation) => precedenceOf(operation) === 0)
    .map((operation) => {
      const [first = "", ...others] = operation.spellings;
      expect(first).toBe(operation.name);
      return [code([first]), code(others), takesText(operation), operation.summary];
    });
  expect(rows.length).toBeGreaterThan(40);
  expectPart(document, "functions", printMarkdownTable(["function", "other spellings", "takes", "gives"], rows));
});

describe("a block of equations is a cell", () => {
  const blocks = findBlocks(document, "cell");
  test.each(blocks)("line $line", ({ code: text }) => {
    const made = cell("example", text);
    expect(cell("example", printCell(made)).output).toEqual(made.output);
  });
});

/** The pairs of a table's first two columns, under a heading. */
function tableUnder(heading: string): (readonly [string, string])[] {
  const section = readDocument(document).split(`\n### ${heading}\n`)[1]?.split("\n### ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map(
      (line) =>
        line.split(" | ").map((column) => column.replace(/^\| |\s*\|$/g, "")) as unknown as readonly [string, string],
    );
}

test("notation of papers is read as the table says", () => {
  const plain = (text: string): string => printCell(cell("plain", text));
  const next =
    tableUnder("Notation of papers")
      .find(([written]) => written.includes("h′"))?.[0]
      .match(/[^`, ]+/g) ?? [];
  expect(next.map((written) => plain(`${written} = W x`))).toEqual(["h' = W x", "h' = W x", "h' = W x"]);
  expect(["h_t", "h_{t}", "hₜ"].map((h) => plain(`${h} = W ${h.replace("h", "x")} + U hₜ₋₁`))).toEqual(
    Array(3).fill("h' = W x + U h"),
  );
  expect(plain("z_t = W x_t\nh_t = z_t + h_{t-1}")).toBe("z = W x\nh' = z + h");
  expect(plain("h' = W_{xh} x + W_{x,h} x + U_t h")).toBe("h' = W_xh x + W_xh x + U_t h");
  expect(plain("A ∈ ℝ^{H × I}\nh' = A [x + x]")).toBe("A in R^(H x I)\nh' = A (x + x)");
  expect(() => plain("h_t = W x_t")).toThrow("no output");
});

test("the limits are those that are said", () => {
  const limits = readDocument(document).split("### Limits")[1] ?? "";
  const [letters, count, depth] = ["(\\d+) characters", "(\\d+) operations", "(\\d+) brackets"].map((pattern) =>
    Number(new RegExp(pattern).exec(limits)?.[1]),
  ) as [number, number, number];
  const texts: ((over: number) => string)[] = [
    (over) => `h' = ${"a".repeat(letters + over)} * h`,
    (over) => `h' = h${" + h".repeat(count + over)}`,
    (over) => `h' = ${"(".repeat(depth + over)}h${")".repeat(depth + over)}`,
  ];
  for (const text of texts) {
    expect(cell("limit", text(0)).states).toHaveLength(1);
    expect(() => cell("limit", text(1))).toThrow(RecurraError);
  }
});

test("the options are those that cells take", () => {
  const named = tableUnder("Options beside the text").flatMap(([names]) => names.match(/\w+/g) ?? []);
  const wrong: object = { none: 1 };
  const { message } = catchError(() => cell("options", "h' = h", wrong));
  expect(/the options are (.*)$/.exec(message)?.[1]?.split(", ").toSorted()).toEqual(named.toSorted());
});

function catchError(act: () => unknown): RecurraError {
  try {
    act();
  } catch (error) {
    if (error instanceof RecurraError) return error;
    throw error;
  }
  throw new Error("there was no error");
}

import { expect, test } from "vitest";
import { expectGolden } from "../../test/support/golden.ts";
import { RecurraError } from "../util/errors.ts";
import type { ErrorCode } from "../util/errors.ts";
import { cell } from "./index.ts";
import type { CellOptions } from "./index.ts";

interface Mistake {
  readonly text: string;
  readonly options?: CellOptions;
  readonly code: ErrorCode & `language/${string}`;
  /** Where the error is, as `line:column`; none for what is beside the text. */
  readonly at?: string;
}

/** Options as they may come from a file: of any form. */
const untyped = (options: object): CellOptions => options;

const mistakes: readonly Mistake[] = [
  { text: "", code: "language/empty-text", at: "1:1" },
  { text: "# h' = x\n", code: "language/empty-text", at: "1:1" },
  { text: "h' = tanh(W x @ b)", code: "language/bad-character", at: "1:15" },
  { text: "h' = W x; y = h", code: "language/bad-character", at: "1:9" },
  { text: "h' = ĝ̇ + x\u200B", code: "language/bad-character", at: "1:12" },
  { text: "h' = __proto__ + h", code: "language/bad-character", at: "1:6" },
  { text: "h' = 1e999 * h", code: "language/bad-number", at: "1:6" },
  { text: "h' = 1.2.3 * h", code: "language/bad-number", at: "1:6" },
  { text: "h_t = W x_t + U h_t-1", code: "language/bad-name", at: "1:17" },
  { text: "h_t = W x_t + U h_{t+1}", code: "language/bad-name", at: "1:17" },
  { text: `h' = ${"a".repeat(65)}`, code: "language/bad-name", at: "1:6" },
  { text: "h' = W x +", code: "language/syntax", at: "1:11" },
  { text: "h' W x", code: "language/syntax", at: "1:4" },
  { text: "h' == W x", code: "language/syntax", at: "1:5" },
  { text: "h(t) = W x(t)", code: "language/syntax", at: "1:2" },
  { text: "h' = W x // input", code: "language/syntax", at: "1:11" },
  { text: "h' := W x", code: "language/bad-character", at: "1:4" },
  { text: "h' = tanh(\n", code: "language/unclosed-bracket", at: "1:10" },
  { text: "h' = x ** 2", code: "language/syntax", at: "1:9" },
  { text: "h' = 2 h", code: "language/syntax", at: "1:8" },
  { text: "h' = W [x, h]", code: "language/syntax", at: "1:10" },
  { text: "h in R^0\nh' = x", code: "language/syntax", at: "1:8" },
  { text: "h, c of R^P", code: "language/syntax", at: "1:6" },
  { text: "h' = tanh(W x + b\ny = V h'", code: "language/unclosed-bracket", at: "1:10" },
  { text: "h' = tanh(W (x + b)", code: "language/unclosed-bracket", at: "1:10" },
  { text: "h' = tanh(W x))", code: "language/syntax", at: "1:15" },
  { text: `h' = ${"(".repeat(101)}h${")".repeat(101)}`, code: "language/too-deep", at: "1:106" },
  { text: `h' = h${" + h".repeat(1001)}`, code: "language/too-deep", at: "1:4008" },
  { text: "t = W x\nh' = t", code: "language/reserved-name", at: "1:1" },
  { text: "tanh' = x", code: "language/reserved-name", at: "1:1" },
  { text: "h' = x + constructor", code: "language/reserved-name", at: "1:10" },
  { text: "e = x\nh' = W e", options: { inputs: { e: "E" } }, code: "language/reserved-name", at: "1:1" },
  { text: "h' = sigmod(W x + U h)", code: "language/unknown-function", at: "1:6" },
  { text: "h' = attend(W x, tanh(V x))", code: "language/bad-memory", at: "1:18" },
  { text: "h' = attend(W x, memory, tanh(V x))", code: "language/bad-memory", at: "1:26" },
  { text: "h' = attend(W x, K L memory)", code: "language/bad-memory", at: "1:18" },
  { text: "h' = attend(W x, h)", code: "language/bad-memory", at: "1:18" },
  { text: "a = W x\nh' = attend(a, K a)", code: "language/bad-memory", at: "2:18" },
  { text: "h' = attend(W h, x)", code: "language/bad-memory", at: "1:18" },
  { text: "h' = attend(W x, memory) + b * memory", code: "language/bad-memory", at: "1:32" },
  { text: "h' = attend(W x, K memory, other)", code: "language/bad-memory", at: "1:28" },
  { text: "h' = attend(x, memory)\nmemory in R^M", code: "language/shape-mismatch", at: "1:6" },
  { text: "h' = attend(3, memory)", code: "language/not-a-vector", at: "1:13" },
  { text: "y = C attend(Q x, K memory, memory, v)", code: "language/unknown-size", at: "1:37" },
  { text: "memory in R^(S x M)\ny = attend(W x, memory)", code: "language/bad-declaration", at: "1:1" },
  { text: "y = attend(W x)", code: "language/argument-count", at: "1:5" },
  { text: "h' = frobnicate(W x)", code: "language/unknown-function", at: "1:6" },
  { text: "h' = Tanh(W x)", code: "language/unknown-function", at: "1:6" },
  { text: "h' = σ_g(W x)", code: "language/unknown-function", at: "1:6" },
  { text: "h' = b (W x)", code: "language/unknown-function", at: "1:6" },
  { text: "h' = tanh(W x, b)", code: "language/argument-count", at: "1:6" },
  { text: "h' = clamp(W x, 0)", code: "language/argument-count", at: "1:6" },
  { text: "h' = tanh W x", code: "language/function-as-value", at: "1:6" },
  { text: "h' = W x\nc' = h\nh' = c", code: "language/defined-twice", at: "3:1" },
  { text: "h' = W x\nh = V x", code: "language/defined-twice", at: "2:1" },
  { text: "h in R^P\nh in R^Q\nh' = W x", code: "language/defined-twice", at: "2:1" },
  { text: "c' = f * c + g\nh' = o * tanh(cc')", code: "language/undefined-next", at: "2:15" },
  { text: "i = W x\nh' = i'", code: "language/undefined-next", at: "2:6" },
  { text: "h' = tanh(W' x)", code: "language/undefined-next", at: "1:11" },
  { text: "h' = W x'", code: "language/undefined-next", at: "1:8" },
  { text: "h_t = tanh(W x_t + c_{t-1})", code: "language/undefined-next", at: "1:20" },
  { text: "h_t = W x_{t-1}", code: "language/undefined-next", at: "1:9" },
  { text: "h = W x + U h_{t-1}", code: "language/undefined-next", at: "1:13" },
  { text: "h' = tanh(W x + U y)\ny = V h'", code: "language/reads-output", at: "1:19" },
  { text: "h' = tanh(W x + y)", code: "language/reads-output", at: "1:17" },
  { text: "h = tanh(W x + U h)\ny = h", code: "language/cycle", at: "1:1" },
  { text: "h' = h' + W x", code: "language/cycle", at: "1:1" },
  { text: "a = tanh(b)\nb = U c'\nc' = a + W x", code: "language/cycle", at: "1:1" },
  { text: "h = tanh(W x + U h)", code: "language/cycle", at: "1:1" },
  { text: "a = W x", code: "language/no-output", at: "1:1" },
  { text: "c' = W x\nd' = U c", code: "language/no-output", at: "2:1" },
  { text: "i = sigmoid(W x)\nh' = i h", code: "language/vector-as-matrix", at: "2:6" },
  { text: "z = sigmoid(W x)\nh' = (1 - z) h", code: "language/vector-as-matrix", at: "2:9" },
  { text: "h' = (x + b) W", code: "language/vector-as-matrix", at: "1:14" },
  { text: "h' = w x", code: "language/vector-as-matrix", at: "1:6" },
  { text: "a in R\nh' = a h", code: "language/vector-as-matrix", at: "2:6" },
  { text: "h' = W * x", code: "language/matrix-elementwise", at: "1:6" },
  { text: "h' = (W + U) x", code: "language/matrix-elementwise", at: "1:7" },
  { text: "h' = tanh(W)", code: "language/matrix-elementwise", at: "1:11" },
  { text: "M = W\nh' = M x", code: "language/matrix-elementwise", at: "1:5" },
  { text: "h' = tanh(Wx + Uh + b)", code: "language/matrix-elementwise", at: "1:11" },
  { text: "h' = x W", code: "language/vector-as-matrix", at: "1:8" },
  { text: "h' = W U + x", code: "language/matrix-elementwise", at: "1:8" },
  { text: "a in R\nh' = W (a + 1)", code: "language/not-a-vector", at: "2:11" },
  { text: "h' = W 2", code: "language/not-a-vector", at: "1:8" },
  { text: "h' = softmax(t) * h", code: "language/not-a-vector", at: "1:14" },
  { text: "a = W x + U h\nh' = tanh(a) + x", code: "language/shape-mismatch", at: "2:1" },
  { text: "a = W x + U h\nh' = tanh(a) + h\ny = a + x", code: "language/shape-mismatch", at: "3:7" },
  { text: "h' = W x + U h\ny = U x", code: "language/shape-mismatch", at: "2:7" },
  { text: "h in R^P\nv in R^Q\nh' = tanh(W x + v * h)", code: "language/shape-mismatch", at: "3:19" },
  { text: "h' = max(h, x)", code: "language/shape-mismatch", at: "1:6" },
  { text: "h' = tanh(x)", code: "language/shape-mismatch", at: "1:1" },
  { text: "n in R\nn' = W x\nh' = n * W x", code: "language/shape-mismatch", at: "2:1" },
  { text: "h' = one_hot(h, x)", code: "language/shape-mismatch", at: "1:14" },
  { text: "y = W x + U h", code: "language/unknown-size", at: "1:13" },
  { text: "z = tanh(A x)\nh' = B z", code: "language/unknown-size", at: "1:1" },
  { text: "h' = W x + sum(exp(v))", code: "language/unknown-size", at: "1:20" },
  { text: "h' = W x + sum(A x)", code: "language/unknown-size", at: "1:16" },
  { text: "q in R^P\nh' = W x", code: "language/bad-declaration", at: "1:1" },
  { text: "h in R^(H x I)\nh' = W x", code: "language/bad-declaration", at: "1:1" },
  { text: "W in R^(2 x 3 x 4)\nh' = W x", code: "language/bad-declaration", at: "1:8" },
  { text: "W in R^{HxI}\nh' = W x", code: "language/bad-declaration", at: "1:9" },
  { text: "W in R^(3xI)\nh' = W x", code: "language/syntax", at: "1:10" },
  { text: "x in R\nh' = x * h", code: "language/bad-declaration", at: "1:1" },
  { text: "e in R^E\nh' = W e", options: { inputs: { e: "E" } }, code: "language/bad-declaration", at: "1:1" },
  { text: "k in R\nh' = W x + k", options: { constants: { k: 2 } }, code: "language/bad-declaration", at: "1:1" },
  { text: "h in R^toString\nh' = W x", code: "language/reserved-name", at: "1:1" },
  { text: "h' = W x", options: untyped({ constnts: {} }), code: "language/bad-option" },
  { text: "h' = W x", options: { constants: { "2k": 1 } }, code: "language/bad-option" },
  { text: "h' = W x", options: { constants: { tanh: 1 } }, code: "language/bad-option" },
  { text: "h' = W x + k", options: { constants: { k: NaN } }, code: "language/bad-option" },
  { text: "h' = W x + k", options: { constants: { k: 1 }, inputs: { k: 0 } }, code: "language/bad-option" },
  { text: "h' = W e", options: { inputs: { e: -1 } }, code: "language/bad-option" },
  { text: "h' = W x", options: untyped({ frozen: "W" }), code: "language/bad-option" },
  { text: "h' = W x", options: untyped({ initialisers: { W: { kind: "orthogonl" } } }), code: "language/bad-option" },
  {
    text: "h' = W x",
    options: untyped({ initialisers: { W: { kind: "normal", mean: 0 } } }),
    code: "language/bad-option",
  },
  { text: "h in R^P\nh' = W x", options: { sizes: { P: "1/2" } }, code: "language/bad-option" },
  { text: "h in R^P\nh' = W x", options: { sizes: { P: 0 } }, code: "language/bad-option" },
  { text: "h' = W x + k", options: { constants: { k: 1, kk: 2 } }, code: "language/unused-option" },
  { text: "h' = W_x x", options: { frozen: ["W_h"] }, code: "language/unused-option" },
  { text: "h' = W x", options: { initialisers: { "U_*": { kind: "torch" } } }, code: "language/unused-option" },
  { text: "h' = W_x x", options: { frozen: ["W_*"] }, code: "language/unused-option" },
  { text: "h' = W x", options: { initialStates: { "h*": 5 } }, code: "language/unused-option" },
  { text: "h' = W x", options: { initialStates: { c: 1 } }, code: "language/unused-option" },
  { text: "h in R^P\nh' = W x", options: { sizes: { P: "half" } }, code: "language/unused-option" },
  { text: "h' = W x", options: { sizes: { P: 2 } }, code: "language/unused-option" },
  { text: "h' = W x", options: { inputs: { e: "E" } }, code: "language/unused-option" },
];

function errorOf({ text, options }: Mistake): RecurraError {
  try {
    cell("mine", text, options);
  } catch (error) {
    if (error instanceof RecurraError) return error;
    throw error;
  }
  throw new Error(`no error for ${text}`);
}

const shortened = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 60)}…`);

test.each(mistakes)("$code at $at: $text", (mistake) => {
  const { code, line, column } = errorOf(mistake);
  expect({ code, at: line === undefined ? undefined : `${line}:${column}` }).toEqual({
    code: mistake.code,
    at: mistake.at,
  });
});

test("what is no text or no options, as JavaScript may hand it in, is an error too", () => {
  const call: (...args: readonly unknown[]) => unknown = cell as never;
  for (const args of [["mine"], ["mine", null], [undefined, "h' = x"]])
    expect(() => call(...args)).toThrow(expect.objectContaining({ code: "util/bad-argument" }));
  expect(() => call("mine", "h' = W x", null)).toThrow(expect.objectContaining({ code: "language/bad-option" }));
});

test("every message is as reviewed", () => {
  const entries = mistakes.map((mistake) => {
    const given = mistake.options === undefined ? "" : `   with ${JSON.stringify(mistake.options)}`;
    return `${JSON.stringify(shortened(mistake.text))}${given}\n${errorOf(mistake).message}\n`;
  });
  const printed = entries.join(`\n${"-".repeat(40)}\n`);
  expectGolden("language/errors.txt", printed);
});

test("the caret stands below the place, whatever stands before it", () => {
  const { message } = errorOf({ text: "\th' = b̃ + 1 $ 2", code: "language/bad-character" });
  expect(message.split("\n").slice(2, 4)).toEqual(["  1 | \th' = b̃ + 1 $ 2", "    | \t           ^"]);
});

test("a long line is shown in part", () => {
  const { message } = errorOf({
    text: `h' = h${" + h".repeat(500)} $${" ".repeat(500)}`,
    code: "language/bad-character",
  });
  const [text, caret] = message.split("\n").slice(2, 4) as [string, string];
  expect(text.length).toBeLessThan(120);
  expect(text[caret.indexOf("^")]).toBe("$");
});

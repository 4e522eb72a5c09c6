/** docs/errors.md has every code, and shows messages as they are. */
import { expect, test } from "vitest";
import { readTableFile } from "../src/data/files.ts";
import { createWindows, parseTable } from "../src/data/index.ts";
import type { ReadTableOptions } from "../src/data/index.ts";
import { load, save, writeSafetensors } from "../src/formats/recurra/index.ts";
import { cell, resolveSizes } from "../src/language/index.ts";
import type { CellOptions } from "../src/language/index.ts";
import { createModel, initialiseNetwork, network } from "../src/network/index.ts";
import { train } from "../src/training/index.ts";
import type { SequenceData, TrainingOptions } from "../src/training/index.ts";
import { errorCatalogue, RecurraError } from "../src/util/errors.ts";
import type { ErrorCode } from "../src/util/errors.ts";
import { expectPart, printMarkdownTable, readDocument } from "./support/document.ts";

const document = "errors.md";

interface Example {
  /** What is wrong, where the message does not show it. */
  readonly given?: string;
  readonly raise: () => unknown;
}

const equations = (text: string, options?: CellOptions): Example => ({ raise: () => cell("mine", text, options) });

const table = (text: string, options: ReadTableOptions = {}): Example => ({
  given: text,
  raise: () => parseTable(text, { source: "sales.csv", ...options }),
});

const forecaster = network({ features: 1 }).recurrent("rnn", { size: 2 }).last().dense(1).build();
const model = createModel({
  spec: forecaster,
  parameters: initialiseNetwork(forecaster, { seed: 1 }),
  backend: "reference",
});

/** Four sequences of three numbers each. */
function sequences(largest: number, targetSize: number): SequenceData {
  const starts = Int32Array.of(0, 3, 6, 9);
  const inputs = Float32Array.from({ length: 12 }, (_, i) => (largest * i) / 12);
  const targets = new Float32Array(4 * targetSize);
  return {
    kind: "sequences",
    inputs,
    inputSize: 1,
    starts,
    lengths: starts.map(() => 3),
    targets,
    targetSize,
    perStep: false,
  };
}

async function runTraining(options: Partial<TrainingOptions>): Promise<void> {
  const settings = {
    network: forecaster,
    data: sequences(1, 1),
    loss: { kind: "mean-squared" },
    epochs: 1,
    backend: "reference",
  } as const;
  for await (const event of train({ ...settings, ...options })) if (event.kind === "finished") return;
}

const explosive = network({ features: 1 })
  .recurrent(cell("explosive", "h' = exp(W x + U h + 5)"), { size: 2 })
  .last()
  .dense(1)
  .build();

/** What has an example in the document. */
const examples: Readonly<Partial<Record<ErrorCode, Example>>> = {
  "language/unknown-function": equations("h' = tanh(W x + U h)\ny = sofmax(V h')"),
  "language/vector-as-matrix": equations("i = sigmoid(W x + U h)\nh' = i tanh(V x)"),
  "language/matrix-elementwise": equations("h' = tanh(Wx + U h + b)"),
  "language/shape-mismatch": equations("a = W x + U h\nh' = tanh(a) + x"),
  "language/unknown-size": equations("z = relu(A x)\nh' = tanh(B z + U h)"),
  "language/missing-size": {
    raise: () => resolveSizes(cell("mine", "h in R^P\nh' = tanh(W x + U h)"), { I: 1, H: 8 }),
  },
  "language/undefined-next": equations("i = sigmoid(W x)\nh' = i' * tanh(V x)"),
  "language/cycle": equations("f = sigmoid(W x + U h')\nh' = f * h"),
  "language/no-output": equations("c' = tanh(W x + U s)\ns' = c"),
  "language/unused-option": equations("h' = tanh(W_x x + W_h h)", { frozen: ["W_hh"] }),
  "data/cannot-read": { raise: () => readTableFile("sales/none.csv") },
  "data/unknown-column": table("date,price\n2024-01-01,3\n", { columns: ["Price"] }),
  "data/ambiguous-number": table("day;sales\n1;1,234\n2;2,500\n"),
  "data/ambiguous-date": table("date,sales\n1/2/2024,3\n13/2/2024,4\n"),
  "data/mixed-column": table(
    `day,sales\n${Array.from({ length: 12 }, (_, i) => `${i},${i === 7 ? "closed" : i * 10}`).join("\n")}\n`,
  ),
  "data/missing-value": table("day,sales\n1,10\n2,\n3,30\n"),
  "data/ragged-row": table("day,sales\n1,10\n2,1,200\n"),
  "data/duplicate-date": table("date,sales\n2024-01-01,3\n2024-01-01,4\n", { dateColumn: "date" }),
  "data/too-few-rows": {
    raise: () =>
      createWindows(parseTable("day,sales\n1,10\n2,20\n3,30\n", { source: "sales.csv" }).table, {
        targets: ["sales"],
        window: 56,
        horizon: 7,
      }),
  },
  "network/not-embedded": {
    raise: () =>
      createModel({ spec: { input: { kind: "tokens", size: 100 }, layers: forecaster.layers }, parameters: {} }),
  },
  "network/bad-input": { raise: () => model.predict({ steps: 10, batch: 2, inputs: new Float32Array(10) }) },
  "training/bad-data": { raise: () => runTraining({ data: sequences(1, 3) }) },
  "training/not-finite": { raise: () => runTraining({ network: explosive, data: sequences(5000, 1) }) },
  "file/not-safetensors": {
    raise: () =>
      load(new TextEncoder().encode("This is the README of a model, not the model."), { source: "model.txt" }),
  },
  "file/no-model": {
    raise: () =>
      load(writeSafetensors([["weight", { shape: [2], data: Float32Array.of(1, 2) }]], new Map()), {
        source: "other.safetensors",
      }),
  },
  "file/truncated": { raise: () => load(save(model).subarray(0, -20), { source: "model.safetensors" }) },
  "file/damaged": {
    raise: () => {
      const bytes = save(model);
      const last = bytes.length - 1;
      bytes[last] = (bytes[last] ?? 0) ^ 1;
      return load(bytes, { source: "model.safetensors" });
    },
  },
};

async function messageOf(code: string, { raise }: Example): Promise<string> {
  try {
    await raise();
  } catch (error) {
    if (!(error instanceof RecurraError)) throw error;
    expect(error.code).toBe(code);
    return error.message;
  }
  throw new Error(`no ${code}`);
}

const fenced = (text: string): string => `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;

test.each(Object.entries(examples))("%s", async (code, example) => {
  const message = await messageOf(code, example);
  const given = example.given === undefined ? "" : `${fenced(example.given)}\n`;
  expectPart(document, code, `${given}${fenced(message)}`);
});

test("every heading of a code has an example, and is in the list of the commonest", () => {
  const text = readDocument(document);
  const headings = [...text.matchAll(/^### `(.*)`$/gm)].map((match) => match[1] ?? "");
  expect(headings.toSorted()).toEqual(Object.keys(examples).toSorted());
  const links = [...text.matchAll(/\[`([\w-]+)`\]\(#([\w-]+)\)/g)].map((match) => match.slice(1));
  expect(links).toEqual(headings.map((code) => [code.split("/")[1], code.replace("/", "")]));
});

test("all codes are listed", () => {
  const codes = Object.entries(errorCatalogue).map(([code, meaning]) => ({
    family: code.split("/")[0] ?? "",
    code,
    meaning,
  }));
  const families = [...new Set(codes.map(({ family }) => family))].toSorted();
  const sections = families.map((name) => {
    const rows = codes.filter(({ family }) => family === name).map(({ code, meaning }) => [`\`${code}\``, meaning]);
    return `### ${name}\n\n${printMarkdownTable(["code", "meaning"], rows)}`;
  });
  expectPart(document, "codes", sections.join("\n"));
});

import { expect, test } from "vitest";
import { printReport } from "./report.ts";
import type { TrainingSummary } from "./summary.ts";

const summary: TrainingSummary = {
  data: { source: "a<b>.csv", rows: 3 },
  parts: { train: 1, validation: 1, test: 1 },
  seed: 7,
  batch: 2,
  loss: "absolute",
  optimiser: "adam",
  epochs: 2,
  because: "epochs",
  kept: { epoch: 2, loss: 0.5 },
  history: [
    { epoch: 1, loss: 1, validation: 2, rate: 0.1 },
    { epoch: 2, loss: 0.5, validation: 0.5, rate: 0.1 },
  ],
};

test("a report stands alone, with scores, pictures, the loss curve and settings, and what comes from files escaped", () => {
  const page = printReport({
    title: "<script>",
    plan: "data a&b",
    scores: "Test:\n  MAE 1 < 2\n\nIt is worth using.",
    item: "text",
    summary,
    report: { text: ["good"], pictures: [{ title: "<i>", markup: "<svg id='mine'></svg>" }] },
    settings: { backend: "wasm" },
  });
  expect(page).not.toMatch(/<script|<i>|<b>|src=|href=/);
  for (const part of [
    "&lt;script&gt;",
    "data a&amp;b",
    "<pre>Test:\n  MAE 1 &lt; 2</pre>",
    "<p>It is worth using.</p>",
    "<p>good</p>",
    "<svg id='mine'></svg>",
    "a&lt;b&gt;.csv (3 texts)",
    "<td>7</td>",
    "kept epoch 2",
    "wasm",
    "validation",
  ]) {
    expect(page).toContain(part);
  }
});

test("a table without an indent keeps its columns, and sentences wrap", () => {
  const scores = "forecast  error\n────────  ─────\nmodel       1.5\n\nmodel wins, by 1.5.\nIt is worth using.";
  const page = printReport({ title: "births", plan: "", scores, summary });
  expect(page).toContain("<pre>forecast  error\n────────  ─────\nmodel       1.5</pre>");
  expect(page).toContain("<p>model wins, by 1.5.</p>\n<p>It is worth using.</p>");
});

test("lines of a text stay lines", () => {
  const page = printReport({
    title: "",
    plan: "",
    scores: "",
    summary,
    report: { text: ["First line\n  second line"] },
  });
  expect(page).toContain("<p>First line\n  second line</p>");
  expect(page).toContain("p { white-space: pre-wrap;");
});

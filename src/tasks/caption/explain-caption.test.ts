import { expect, it } from "vitest";
import { explainCaption } from "./explain-caption.ts";

const explain = (exact: number, wordF1: number, verdict: "better" | "tie" | "worse"): string =>
  explainCaption({
    kind: "caption-evaluation",
    count: 10,
    model: { exact, wordF1 },
    nearest: { exact: 0.2, wordF1: 0.5 },
    best: verdict === "better" ? "model" : "nearest",
    verdict,
    samples: [],
  });

it.each([
  [0.3, 0.6, "better", "word F1 0.50."],
  [0.2, 0.5, "tie", "nothing is gained by the model."],
  [0.1, 0.4, "worse", "the model is not worth using."],
  [0.3, 0.4, "worse", "better in whole captions, worse in words."],
  [0.1, 0.6, "better", "better in words, worse in whole captions."],
] as const)("captions of which %d are right, with an F1 of %d, are explained", (exact, wordF1, verdict, end) => {
  expect(explain(exact, wordF1, verdict).endsWith(end)).toBe(true);
});

/** Scores of classes as tables. */
import { alignTable, printCount, printQuantity } from "../../node.ts";
import type { ClassScores, TableRow } from "../../node.ts";

/** Who else told the classes of the same items. */
interface Contender {
  readonly name: string;
  readonly accuracy: number;
  readonly macroF1: number;
}

/** Scores beside the simplest ones, and who was taken for what; `others` are further contenders. */
export function printClassScores(
  { classes, confusion, accuracy, macroF1, calibration, majority, count }: ClassScores,
  title: string,
  others: readonly Contender[] = [],
): string {
  const scores = alignTable(
    [
      { who: "model", accuracy, f1: macroF1 },
      ...others.map(({ name, accuracy: own, macroF1: f1 }) => ({ who: name, accuracy: own, f1 })),
      { who: `always "${majority.label}"`, accuracy: majority.accuracy, f1: majority.macroF1 },
    ],
    [
      { key: "who", title: "" },
      { key: "accuracy", unit: "share" },
      { key: "f1", title: "macro F1", decimals: 3 },
    ],
    { indent: "  " },
  );
  const columns = [
    { key: "truth", title: "truth \\ predicted" },
    ...classes.map((name, at) => ({ key: String(at), title: name, maxWidth: 16 })),
  ];
  const rows = classes.map((name, truth): TableRow => ({
    truth: name,
    ...Object.fromEntries((confusion[truth] ?? []).map((cases, predicted) => [String(predicted), cases])),
  }));
  return `${title}, ${printCount(count, "case")}:\n${scores}\n\n${alignTable(rows, columns, { indent: "  " })}\n\nProbabilities are off by ${printQuantity(calibration.error, "share")} on average (expected calibration error).`;
}

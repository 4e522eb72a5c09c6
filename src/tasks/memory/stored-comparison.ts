/** The results of a comparison as JSON and back: what one that was stopped goes on from. */
import { RecurraError } from "../../util/errors.ts";
import { plainJson } from "../../util/plain-data.ts";
import type { PlainData } from "../../util/plain-data.ts";
import type { RunResult } from "./compare-plan.ts";

const kind = "comparison";
const version = 1;

/** Numbers that are none become null. */
export function storeComparison(results: readonly RunResult[]): string {
  return `${JSON.stringify({ kind, version, results }, null, 1)}\n`;
}

/** Throws `data/bad-json`, naming the place of what is wrong. */
export function parseComparison(text: string, source: string): readonly RunResult[] {
  const errorOf = (place: string, what: string): RecurraError =>
    new RecurraError(
      "data/bad-json",
      `${source} is there, but holds no results of recurra compare: ${place === "" ? "it" : place} ${what}. Name another file with --out, or delete it.`,
    );
  const stored = plainJson(text, errorOf).object();
  stored.get("kind").oneOf([kind]);
  stored.get("version").whole(version, version);
  return stored.get("results").array().map(parseResult);
}

function parseResult(data: PlainData): RunResult {
  const result = data.object();
  const error = result.get("error");
  const failed = result.find("failed")?.text();
  return {
    key: result.get("key").text(),
    cell: result.get("cell").text(),
    steps: result.get("steps").whole(1),
    seed: result.get("seed").whole(),
    hidden: result.get("hidden").whole(1),
    parameters: result.get("parameters").whole(0),
    updates: result.get("updates").whole(0),
    error: error.value === null ? null : error.number(),
    chance: result.get("chance").number(),
    secondsPerUpdate: numberOrNaN(result.get("secondsPerUpdate")),
    curve: result.get("curve").array().map(numberOrNaN),
    ...(failed === undefined ? {} : { failed }),
  };
}

/** JSON has no number for what is none. */
function numberOrNaN(data: PlainData): number {
  return data.value === null ? NaN : data.number();
}

/** The tests of a backtest that are done, as JSON and back: what one that was stopped goes on from. */
import type { ForecastScores } from "../../data/index.ts";
import { checksumOf } from "../../formats/recurra/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { plainJson } from "../../util/plain-data.ts";
import type { PlainData, PlainObject } from "../../util/plain-data.ts";
import { judgeForecasts } from "./evaluate-forecast.ts";
import type { ForecastEvaluation, ForecastPoints, TargetEvaluation, TargetScores } from "./evaluate-forecast.ts";

export interface KeptBacktest {
  /** Tells the data and the options from others. */
  readonly identity: string;
  /** What was said of the data and the network. */
  readonly plan: string;
  /** The first tests. */
  readonly folds: readonly ForecastEvaluation[];
}

const kind = "backtest-folds";
const version = 2;

export function printKeptBacktest({ identity, plan, folds }: KeptBacktest): string {
  // Numbers that are none become null.
  const contents = JSON.stringify({ identity, plan, folds }, (_, value: unknown) =>
    value instanceof Float64Array || value instanceof Int32Array ? Array.from(value) : value,
  ).slice(1);
  return printHead(sumUp(contents)) + contents;
}

/** What stands before the contents. */
function printHead(checksum: string): string {
  return `{"kind":"${kind}","version":${version},"checksum":"${checksum}",`;
}

function sumUp(contents: string): string {
  return checksumOf([new TextEncoder().encode(contents)]);
}

/** Whether a file is one that `printKeptBacktest` has made, whole or damaged: one that may be replaced. */
export function isKeptBacktest(text: string): boolean {
  try {
    const kept = JSON.parse(text) as { readonly kind?: unknown } | null;
    return kept?.kind === kind;
  } catch {
    return false;
  }
}

/** Throws `data/bad-json`, naming the place of what is wrong; also where the contents were altered. */
export function parseKeptBacktest(text: string, source: string): KeptBacktest {
  const errorOf = (place: string, what: string): RecurraError =>
    new RecurraError(
      "data/bad-json",
      `${source} holds no tests of recurra backtest: ${place === "" ? "it" : place} ${what}. Nothing was changed; move it away, or begin anew without --resume.`,
    );
  const kept = plainJson(text, errorOf).object();
  kept.get("kind").oneOf([kind]);
  kept.get("version").whole(version, version);
  const head = printHead(kept.get("checksum").text(8));
  if (!text.startsWith(head) || printHead(sumUp(text.trimEnd().slice(head.length))) !== head)
    throw errorOf("", "was altered after it was written (its checksum is that of other contents)");
  return {
    identity: kept.get("identity").text(1000),
    plan: kept.get("plan").text(),
    folds: kept.get("folds").array().map(parseEvaluation),
  };
}

function parseEvaluation(data: PlainData): ForecastEvaluation {
  const evaluation = data.object();
  const paths = evaluation.find("paths")?.object();
  const kindOf = evaluation.get("kind").oneOf(["forecast-evaluation"]);
  const count = evaluation.get("count").whole(1);
  return {
    kind: kindOf,
    count,
    horizon: evaluation.get("horizon").whole(0),
    season: evaluation.get("season").whole(1),
    ...(paths === undefined ? {} : { paths: { count: paths.get("count").whole(1), seed: paths.get("seed").whole() } }),
    targets: evaluation
      .get("targets")
      .array()
      .map((target) => parseTarget(target, count)),
  };
}

function parseTarget(data: PlainData, count: number): TargetEvaluation {
  const target = data.object();
  const steps = target.find("steps")?.array();
  return {
    name: target.get("name").text(),
    ...parseTargetScores(target),
    ...(steps === undefined
      ? {}
      : {
          steps: steps.map((step) => ({
            ahead: step.object().get("ahead").whole(0),
            ...parseTargetScores(step.object()),
          })),
        }),
    points: parsePoints(target.get("points"), count),
  };
}

function parseTargetScores(scores: PlainObject): TargetScores {
  const seasonalNaive = scores.find("seasonalNaive");
  const intervals = scores.find("intervals")?.array();
  const quantiles = scores.find("quantiles")?.array();
  const measured = {
    model: parseScores(scores.get("model")),
    naive: parseScores(scores.get("naive")),
    drift: parseScores(scores.get("drift")),
    mean: parseScores(scores.get("mean")),
    ...(seasonalNaive === undefined ? {} : { seasonalNaive: parseScores(seasonalNaive) }),
  };
  return {
    ...measured,
    ...(intervals === undefined ? {} : { intervals: intervals.map((one) => numbersOf(one, intervalParts)) }),
    ...(quantiles === undefined ? {} : { quantiles: quantiles.map((one) => numbersOf(one, quantileParts)) }),
    ...judgeForecasts(measured),
  };
}

const measures = [
  "meanAbsoluteError",
  "rootMeanSquaredError",
  "meanAbsolutePercentageError",
  "symmetricPercentageError",
] as const;
const intervalParts = ["level", "coverage", "meanWidth"] as const;
const quantileParts = ["level", "pinballLoss"] as const;

function parseScores(data: PlainData): ForecastScores {
  const scaled = data.object().find("meanAbsoluteScaledError");
  return {
    ...numbersOf(data, measures),
    ...(scaled === undefined ? {} : { meanAbsoluteScaledError: numberOrNaN(scaled) }),
  };
}

function numbersOf<K extends string>(data: PlainData, keys: readonly K[]): Readonly<Record<K, number>> {
  const object = data.object();
  return Object.fromEntries(keys.map((key) => [key, numberOrNaN(object.get(key))])) as Record<K, number>;
}

/** JSON has no number for what is none. */
function numberOrNaN(data: PlainData): number {
  return data.value === null ? NaN : data.number();
}

function parsePoints(data: PlainData, count: number): ForecastPoints {
  const points = data.object();
  const listOf = (list: PlainData): readonly PlainData[] => {
    const values = list.array(count);
    return values.length === count ? values : list.fail(`has ${values.length} entries, not ${count}`);
  };
  const rows = Int32Array.from(listOf(points.get("rows")), (row) => row.whole(0, 2 ** 31 - 1));
  const numbers = (list: PlainData): Float64Array => Float64Array.from(listOf(list), numberOrNaN);
  const dates = points.find("dates");
  const seasonalNaive = points.find("seasonalNaive");
  const intervals = points.find("intervals")?.array();
  return {
    rows,
    ...(dates === undefined ? {} : { dates: listOf(dates).map((date) => date.text(40)) }),
    truth: numbers(points.get("truth")),
    model: numbers(points.get("model")),
    naive: numbers(points.get("naive")),
    ...(seasonalNaive === undefined ? {} : { seasonalNaive: numbers(seasonalNaive) }),
    ...(intervals === undefined
      ? {}
      : {
          intervals: intervals.map((one) => ({
            level: one.object().get("level").number(0, 1),
            lower: numbers(one.object().get("lower")),
            upper: numbers(one.object().get("upper")),
          })),
        }),
  };
}

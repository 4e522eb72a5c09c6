/** What a forecaster needs beside its network: plain data that is stored in the model file. */
import { specifyWindows } from "../../data/index.ts";
import { dependsOnWindow } from "../../data/target-forms.ts";
import type { TargetForm, TimeFeature, TimeFeatures, WindowScalers, WindowSpec } from "../../data/index.ts";
import type { PlainData, PlainObject } from "../../util/plain-data.ts";
import { parseScaler } from "../parse-scaler.ts";
import { parseReading } from "../reading.ts";
import type { Reading } from "../reading.ts";
import { storedData } from "../stored-task.ts";
import type { Conformal, SpreadForm } from "./spread.ts";

/** By target, then by the name of a series (`""` where there is one): the mean absolute change over a season in its training rows. */
export type SeasonalChanges = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** From tables to the network's inputs, and from its outputs to forecasts. */
export interface ForecastTask {
  readonly kind: "forecast";
  readonly windows: WindowSpec;
  readonly scalers: WindowScalers;
  readonly reading: Reading;
  /** Columns computed from the dates; they are among the windows' known ones. */
  readonly calendar?: TimeFeatures;
  /** Steps after which the series nearly repeats itself, for the seasonal-naive forecast; 1 if it does not. */
  readonly season: number;
  /** Whether the network forecasts one step and is rolled out on its own forecasts; absent where it gives all that is forecast at once. */
  readonly autoregressive?: boolean;
  /** How the network says more than one value for each row; absent where it says one. */
  readonly spread?: SpreadForm;
  /** Intervals around single values. */
  readonly conformal?: Conformal;
  /** What scaled errors are shares of. */
  readonly seasonalChanges?: SeasonalChanges;
  /** The last time that training or early stopping has seen, ISO 8601. */
  readonly seenUntil?: string;
}

/** Steps that a forecast goes on by its own forecasts, at most: no network bounds them, and each is kept for every path. */
export const mostRolledSteps = 10_000;

const forms: readonly TargetForm[] = ["level", "difference", "subtract-last", "divide-last"];

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseForecastTask(value: unknown, source = "The file"): ForecastTask {
  const task = storedData(value, "preprocessing", source).object();
  const kind = task.get("kind").oneOf(["forecast"]);
  const calendar = task.find("calendar");
  const autoregressive = task.find("autoregressive")?.flag();
  const seenUntil = task.find("seenUntil")?.text(40);
  const windows = parseWindows(task.get("windows"));
  const spread = parseSpread(task);
  const isAutoregressive = autoregressive === true;
  const canBeRolledOut =
    windows.predict === "all" &&
    windows.targetsAreInputs &&
    windows.covariates.length === 0 &&
    !dependsOnWindow(windows.form) &&
    spread.spread?.kind !== "quantiles";
  if (isAutoregressive && !canBeRolledOut)
    task.get("autoregressive").fail("does not fit the windows and what is forecast of them");
  if (isAutoregressive && windows.horizon > mostRolledSteps)
    task.get("windows").fail(`have a horizon of ${windows.horizon} steps; at most ${mostRolledSteps} are rolled out`);
  if (seenUntil !== undefined && Number.isNaN(Date.parse(seenUntil))) task.get("seenUntil").fail("is no time");
  return {
    kind,
    windows,
    scalers: parseWindowScalers(task.get("scalers")),
    reading: parseReading(task.get("reading")),
    ...(calendar === undefined ? {} : { calendar: parseCalendar(calendar) }),
    season: task.get("season").whole(1),
    ...(isAutoregressive ? { autoregressive } : {}),
    ...spread,
    ...(seenUntil === undefined ? {} : { seenUntil }),
  };
}

function parseSpread(task: PlainObject): Pick<ForecastTask, "spread" | "conformal" | "seasonalChanges"> {
  const spread = task.find("spread")?.object();
  const conformal = task.find("conformal")?.object();
  const changes = task.find("seasonalChanges")?.object();
  const level = (data: PlainData): number => {
    const value = data.number(0, 1);
    return value > 0 && value < 1 ? value : data.fail("is not between 0 and 1");
  };
  const levels = spread?.get("levels").array(1000).map(level) ?? [];
  if (spread !== undefined && !levels.includes(0.5)) spread.get("levels").fail("lacks 0.5");
  if (levels.some((one, at) => at > 0 && one <= (levels[at - 1] ?? 0))) spread?.get("levels").fail("does not ascend");
  return {
    ...(spread === undefined
      ? {}
      : { spread: { kind: spread.get("kind").oneOf(["quantiles", "gaussian", "student"]), levels } }),
    ...(conformal === undefined
      ? {}
      : {
          conformal: {
            level: level(conformal.get("level")),
            widths: conformal
              .get("widths")
              .array()
              .map((width) => width.number(0)),
          },
        }),
    ...(changes === undefined
      ? {}
      : { seasonalChanges: changes.map((target) => target.object().map((change) => change.number(0))) }),
  };
}

/** Column names of a list. */
function parseNames(data: PlainData): readonly string[] {
  return data.array(10_000).map((name) => name.text());
}

/** Steps beyond which no window was ever trained; it bounds what a hostile file can ask to be allocated. */
const mostSteps = 1_000_000;

function parseWindows(data: PlainData): WindowSpec {
  const spec = data.object();
  const group = spec.find("group")?.text();
  const options = {
    targets: parseNames(spec.get("targets")),
    covariates: parseNames(spec.get("covariates")),
    known: parseNames(spec.get("known")),
    window: spec.get("window").whole(1, mostSteps),
    horizon: spec.get("horizon").whole(0, mostSteps),
    predict: spec.get("predict").oneOf(["last", "all"]),
    stride: spec.get("stride").whole(1, mostSteps),
    form: spec.get("form").oneOf(forms),
    targetsAreInputs: spec.get("targetsAreInputs").flag(),
    group,
  };
  try {
    return specifyWindows(options);
  } catch (cause) {
    return data.fail(`does not fit together: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function parseWindowScalers(data: PlainData): WindowScalers {
  const scalers = data.object();
  return {
    kind: "window-scalers",
    inputs: scalers.get("inputs").object().map(parseScaler),
    targets: scalers.get("targets").object().map(parseScaler),
  };
}

function parseCalendar(data: PlainData): TimeFeatures {
  const calendar = data.object();
  return {
    kind: "time-features",
    dateColumn: calendar.get("dateColumn").text(),
    features: calendar.get("features").array(100).map(parseFeature),
  };
}

function parseFeature(data: PlainData): TimeFeature {
  const feature = data.object();
  const kind = feature
    .get("kind")
    .oneOf(["cycle", "one-hot", "weekend", "us-holiday", "which-us-holiday", "days-to-us-holiday", "trend"]);
  switch (kind) {
    case "cycle":
      return { kind, part: feature.get("part").oneOf(["hour", "day-of-week", "day-of-month", "month", "day-of-year"]) };
    case "one-hot":
      return { kind, part: feature.get("part").oneOf(["hour", "day-of-week", "day-of-month", "month"]) };
    case "days-to-us-holiday":
      return { kind, limit: feature.get("limit").number(1) };
    case "trend":
      return { kind, origin: feature.get("origin").number() };
    default:
      return { kind };
  }
}

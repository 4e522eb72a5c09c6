/** Forecasting a column of a table. */
import {
  concludeForecast,
  createModel,
  explainForecast,
  findColumn,
  forecastRows,
  planForecast,
  printDate,
  rowsOfPart,
  saveCheckpoint,
  saveResult,
  takeRows,
} from "recurra";
import type { ForecastEvaluation, ForecastPlan, Json, ParameterValues, Table } from "recurra";
import type { LearningChoice, Lesson, LessonSample, LessonScores, LessonTask } from "./lesson.ts";
import { learningOptions } from "./lesson.ts";
import { readColumnsOf, readTableOf } from "./read-data.ts";

/** Forecasts that are drawn. */
const shown = 160;

type ForecastTask = Extract<LessonTask, { readonly kind: "forecast" }>;

export async function planForecastLesson(
  { data, target, horizon, missing }: ForecastTask,
  learning: LearningChoice,
): Promise<Lesson> {
  const dateColumn = (await readColumnsOf(data)).find(({ looksLike }) => looksLike === "date")?.name;
  const columns = [...(dateColumn === undefined ? [] : [dateColumn]), target];
  const reading = { ...data.notation, ...(missing === undefined ? {} : { missing }) };
  const table = await readTableOf(data, { columns, dateColumn, ...reading });
  const options = { ...learningOptions(learning), targets: [target], horizon, date: dateColumn, reading };
  return teachForecast(planForecast(table, options), table);
}

/** A plan as a lesson. `notes` go into its checkpoints. */
export function teachForecast(plan: ForecastPlan, table: Table, notes?: Json): Lesson {
  const { train, validation, test } = plan.parts;
  // The last rows of many series would be those of one, and too few.
  const isOneSeries = plan.task.reading.groupColumn === undefined;
  return {
    training: plan.training,
    counts: { item: "windows", train: train.length, validation: validation.length, test: test.length },
    ...(isOneSeries ? { sample: (parameters) => sampleForecast(plan, table, parameters) } : {}),
    keep: (checkpoint) => saveCheckpoint(plan, checkpoint, notes),
    conclude: async (finished) => {
      const result = concludeForecast(plan, finished);
      const sample = result.test === undefined ? undefined : drawnTest(result.test);
      return {
        model: saveResult(result),
        explained: result.test === undefined ? "" : explainForecast(result.test),
        ...(result.test === undefined ? {} : { scores: scoresOf(result.test) }),
        ...(sample === undefined ? {} : { sample }),
      };
    },
  };
}

/** Forecasts of the last rows of the validation part. */
function sampleForecast(plan: ForecastPlan, table: Table, parameters: ParameterValues): LessonSample | undefined {
  const last = rowsOfPart(plan.split, "validation").at(-1);
  if (last === undefined) return undefined;
  const { window, horizon } = plan.task.windows;
  const first = Math.max(0, last - shown - window - horizon);
  const ordered = takeRows(
    // In order of time, as the plan has them, but without the calendar that is made again.
    { ...plan.table, columns: plan.table.columns.filter(({ name }) => table.columns.some((one) => one.name === name)) },
    Int32Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
  const model = createModel({ spec: plan.training.network, parameters });
  try {
    const told = forecastRows({ kind: "forecaster", model, task: plan.task }, ordered);
    const [target = ""] = plan.task.windows.targets;
    const numbers = (name: string): number[] => {
      const column = findColumn(told, name);
      return column.kind === "number" ? [...column.values] : [];
    };
    const [about] = told.columns;
    const x =
      about?.kind === "date"
        ? [...about.values].map((time) => printDate(time))
        : about?.kind === "number"
          ? [...about.values]
          : [];
    return {
      kind: "forecast",
      name: target,
      x,
      truth: numbers(target),
      forecast: numbers(`${target} forecast`),
      naive: numbers(`${target} naive`),
    };
  } finally {
    model.dispose();
  }
}

function drawnTest({ targets: [target] }: ForecastEvaluation): LessonSample | undefined {
  if (target === undefined) return undefined;
  const { rows, dates, truth, model, naive, seasonalNaive } = target.points;
  const from = Math.max(0, truth.length - shown);
  return {
    kind: "forecast",
    name: target.name,
    x: dates?.slice(from) ?? Array.from(rows.subarray(from), (row) => row + 1),
    truth: [...truth.subarray(from)],
    forecast: [...model.subarray(from)],
    naive: [...(seasonalNaive ?? naive).subarray(from)],
  };
}

function scoresOf({ targets: [target] }: ForecastEvaluation): LessonScores {
  const error = (scores: { readonly meanAbsoluteError: number } | undefined): number =>
    scores?.meanAbsoluteError ?? NaN;
  const rows = [
    { who: "model", value: error(target?.model) },
    { who: "seasonal-naive", value: error(target?.seasonalNaive) },
    { who: "naive", value: error(target?.naive) },
    { who: "drift", value: error(target?.drift) },
    { who: "mean", value: error(target?.mean) },
  ] as const;
  return { measure: "absolute-error", rows: rows.filter(({ value }) => !Number.isNaN(value)) };
}

/** Forecasting births: the last day known is moved, and a week is forecast beside the truth. */
import { drawForecast } from "recurra/inspect";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { fetchBytes } from "../../models/fetch-bytes.ts";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { NumberRow } from "../../parts/number-row.tsx";
import { Player } from "../../parts/player.tsx";
import { language } from "../../settings.ts";
import { printNumber } from "../../words/index.ts";
import type { ForecastDay } from "../../work/demo.ts";
import { dateOf, knownDays, parseBirths, showWeek } from "./births.ts";
import type { Births } from "./births.ts";
import { DemoFrame } from "./demo-frame.tsx";
import type { DemoProps } from "./demo-props.ts";
import { DemoShape } from "./demo-shape.tsx";
import { daysAhead, lastDay } from "./state.ts";
import { useDemo, useDemoAnswer } from "./use-demo.ts";
import { useApplicationsWords } from "./use-words.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";

/** Milliseconds from one day to the next where days are played. */
const pace = 900;

export function ForecastDemo({ state, change }: DemoProps) {
  const { forecast: words } = useApplicationsWords();
  const demo = useDemo("births");
  const { data, failure: unread } = useBirths();
  const { day } = state;
  const days = useMemo(() => (data === undefined ? undefined : knownDays(data, day)), [data, day]);
  const asked = useDemoAnswer(demo, days === undefined ? undefined : { kind: "forecast", days });
  const { last } = asked;
  const isReady = demo.kind !== "ready" || (data !== undefined && asked.isReady);
  // The picture stays with the days that its forecast was made from.
  const shownDay = last === undefined ? day : dayOf(last.question.days.at(-1)?.date ?? "", day);
  const onChange = useCallback((to: number) => change({ day: to }), []);
  return (
    <DemoFrame
      name="forecast"
      demo={demo}
      isBusy={!isReady && asked.failure === undefined && unread === undefined}
      failure={asked.failure ?? unread}
    >
      <div class="day-choice">
        <h3>{words.day}</h3>
        <Player label={words.day} at={day} count={lastDay + 1} every={pace} print={printDay} onChange={onChange} />
      </div>
      {data === undefined || last === undefined ? null : (
        <>
          <Week data={data} last={shownDay} days={last.answer.days} />
          <WeekShape data={data} last={shownDay} days={last.answer.days} />
        </>
      )}
    </DemoFrame>
  );
}

/** The number of a date among those that can be chosen. */
function dayOf(date: string, fallback: number): number {
  const days = Math.round((Date.parse(date) - Date.parse(dateOf(0))) / 86_400_000);
  return Number.isFinite(days) ? days : fallback;
}

function useBirths(): { readonly data: Births | undefined; readonly failure: Failure | undefined } {
  const [data, setData] = useState<Births>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    fetchBytes("./models/births.json")
      .then((bytes) => parseBirths(JSON.parse(new TextDecoder().decode(bytes))))
      .then(setData, (error: unknown) => setFailure(failureOf(error)));
  }, []);
  return { data, failure };
}

function printDay(day: number): string {
  return new Intl.DateTimeFormat(language.value, {
    weekday: "short",
    day: "numeric",
    // Vietnamese has no short names of months, only "thg 11".
    month: language.value === "vi" ? "numeric" : "short",
    year: "numeric",
    timeZone: "UTC",
  }).format(Date.parse(dateOf(day)));
}

/** As the language has dates and numbers, which charts have in English alone: so the axes name days, and count by thousands. */
function printDate(date: string): string {
  return new Intl.DateTimeFormat(language.value, { day: "numeric", month: "numeric", timeZone: "UTC" }).format(
    Date.parse(date),
  );
}

const inThousands = (values: readonly number[]): readonly number[] => values.map((value) => value / 1000);

interface WeekProps {
  readonly data: Births;
  readonly last: number;
  readonly days: readonly ForecastDay[];
}

function Week({ data, last, days }: WeekProps) {
  const { forecast: words } = useApplicationsWords();
  const week = useMemo(() => showWeek(data, last, days), [data, last, days]);
  const whole = (value: number): string => printNumber(Math.round(value));
  const draw = useCallback(
    (look: ChartLook) =>
      drawForecast({
        ...look,
        title: words.chart,
        x: week.dates.map(printDate),
        series: [
          { name: words.series.naive, values: inThousands(week.naive), style: "naive" },
          { name: words.series.truth, values: inThousands(week.truth), style: "truth" },
          { name: words.series.forecast, values: inThousands(week.forecast), style: "forecast" },
        ],
        bands: [{ name: words.band, low: inThousands(week.low), high: inThousands(week.high) }],
        marks: [{ at: week.known, name: words.known }],
      }),
    [week, words],
  );
  const [from, to] = [week.dates[0] ?? "", week.dates.at(-1) ?? ""].map(printDate);
  return (
    <>
      <Chart label={words.chartLabel(from ?? "", to ?? "", whole(week.error))} draw={draw} height={380} />
      <NumberRow
        numbers={[
          { name: words.error, value: whole(week.error), note: words.births },
          { name: words.naiveError, value: whole(week.naiveError), note: words.births },
          { name: words.inside, value: words.of(printNumber(week.inside), printNumber(days.length)) },
        ]}
      />
    </>
  );
}

/** Short: T2 is Monday in Vietnamese, where M could be several days in English. */
function printWeekday(date: string): string {
  const weekday = language.value === "vi" ? "narrow" : "short";
  return new Intl.DateTimeFormat(language.value, { weekday, timeZone: "UTC" }).format(Date.parse(date));
}

/** Days in the picture of the shape: the last ones that were read. */
const mostSteps = 5;

function WeekShape({ data, last, days }: WeekProps) {
  const { forecast: words } = useApplicationsWords();
  const known = knownDays(data, last).slice(-mostSteps);
  const ahead = days.at(-1);
  const name = (date: string, births: string): string => `${printWeekday(date)} ${births}`;
  const whole = (value: number): string => printNumber(Math.round(value));
  if (ahead === undefined || days.length < daysAhead) return null;
  return (
    <DemoShape
      kind="forecast"
      content={{
        inputs: known.map(({ date, births }) => name(date, whole(births))),
        outputs: [name(ahead.date, `${whole(ahead.value)} (${whole(ahead.low)} – ${whole(ahead.high)})`)],
        isOngoing: true,
        ahead: words.ahead,
      }}
    />
  );
}

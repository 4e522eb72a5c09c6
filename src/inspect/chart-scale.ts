/** From values to pixels: domains that hold odd data too, ticks at round values, and their labels. */
import { scaleLinear, scaleLog, scaleUtc } from "d3-scale";
import { RecurraError } from "../util/errors.ts";
import { localiseNumber, printSignificant, raisePower } from "./format-number.ts";
import { textWidth } from "./text-width.ts";

/** Positions along the horizontal axis: dates, ISO date texts, numbers, or names. */
export type Positions = readonly (Date | number | string)[];

export interface Tick {
  /** Pixels along the axis. */
  readonly at: number;
  readonly label: string;
  /** A second line under the first: the year, where it changes. */
  readonly below?: string;
}

export interface Axis {
  /** Pixels of a value. */
  readonly place: (value: number) => number;
  readonly ticks: readonly Tick[];
}

export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** The least and greatest finite value (only positive ones where `positive`), or undefined where there is none. */
export function findExtent(lists: readonly ArrayLike<number>[], positive = false): Extent | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists) {
    for (let at = 0; at < list.length; at++) {
      const value = list[at] ?? NaN;
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? { low, high } : undefined;
}

/** Room around a constant; the unit interval where there is nothing. */
function widenExtent(extent: Extent | undefined): Extent {
  if (extent === undefined) return { low: 0, high: 1 };
  if (extent.low < extent.high) return extent;
  const room = extent.low === 0 ? 1 : Math.abs(extent.low) * 0.1;
  return { low: extent.low - room, high: extent.high + room };
}

/** Labels of one axis have the same number of decimals, the fewest that tell the ticks apart. */
function printTicks(values: readonly number[]): readonly string[] {
  const step = Math.abs((values[1] ?? NaN) - (values[0] ?? NaN));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(step > 0) || largest >= 1e9 || step < 1e-6)
    return values.map((value) => {
      const printed = printSignificant(value, 6);
      return printed.includes("e") ? raisePower(printed) : printed.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
    });
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return values.map((value) =>
    value
      .toFixed(decimals)
      .replace(/^-(?=0(\.0*)?$)/, "")
      .replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ","),
  );
}

/** An axis of numbers from pixel `from` to pixel `to`, its ends at round values unless `exact`. */
export function createLinearAxis(
  extent: Extent | undefined,
  options: { from: number; to: number; count: number; exact?: boolean },
): Axis {
  const { from, to, count, exact = false } = options;
  const wide = widenExtent(extent);
  const scale = scaleLinear([wide.low, wide.high], [from, to]);
  if (!exact) scale.nice(count);
  const values = scale.ticks(count);
  const labels = printTicks(values);
  return {
    place: (value) => scale(value),
    ticks: values.map((value, at) => ({ at: scale(value), label: labels[at] ?? "" })),
  };
}

/** An axis of whole numbers (epochs, steps): no tick between two of them. */
export function createIntegerAxis(extent: Extent, options: { from: number; to: number; count: number }): Axis {
  const { from, to, count } = options;
  const { low, high } = extent.low < extent.high ? extent : { low: extent.low - 1, high: extent.high + 1 };
  const scale = scaleLinear([low, high], [from, to]);
  const values = scale.ticks(Math.min(count, high - low)).filter(Number.isInteger);
  return {
    place: (value) => scale(value),
    ticks: values.map((value) => ({ at: scale(value), label: printSignificant(value) })),
  };
}

/** An axis in powers of ten; over less than a decade it takes the ticks a linear axis would have. */
export function createLogAxis(extent: Extent | undefined, options: { from: number; to: number; count: number }): Axis {
  const { from, to, count } = options;
  const wide = extent === undefined ? { low: 0.1, high: 1 } : extent;
  const room = wide.low < wide.high ? (wide.high / wide.low) ** 0.04 : 2;
  const [low, high] = [Math.max(wide.low / room, 5e-324), Math.min(wide.high * room, Number.MAX_VALUE)];
  const scale = scaleLog([low, high], [from, to]);
  const values = logTicks({ low, high }, count);
  const labels = high / low > 4 ? values.map(printPower) : printTicks(values);
  return {
    place: (value) => scale(value),
    ticks: values.map((value, at) => ({ at: scale(value), label: labels[at] ?? "" })),
  };
}

/** Powers of ten over many decades, with their two- and fivefold over a few; what a linear axis would have over less than one. */
function logTicks(extent: Extent, count: number): readonly number[] {
  const { low, high } = extent;
  const decades = Math.log10(high / low);
  if (decades >= 2.5) return decadeTicks(extent, count);
  if (high / low <= 4)
    return scaleLinear([low, high], [0, 1])
      .ticks(count)
      .filter((value) => value > 0);
  const powers = decadeTicks({ low: low / 10, high }, Infinity);
  return powers
    .flatMap((power) => [power, Number((2 * power).toPrecision(1)), Number((5 * power).toPrecision(1))])
    .filter((value) => value >= low && value <= high);
}

/** Powers of ten, every n-th so that there are at most `count` or so. */
function decadeTicks(extent: Extent, count: number): number[] {
  const first = Math.ceil(Math.log10(extent.low));
  const last = Math.floor(Math.log10(extent.high));
  const step = Math.max(1, Math.ceil((last - first) / count));
  const ticks: number[] = [];
  for (let power = last; power >= first; power -= step) ticks.unshift(Number(`1e${power}`));
  return ticks;
}

/** 0.001, 20, or 10⁻⁴ and 5 × 10⁻⁷ where there would be too many zeros. */
function printPower(value: number): string {
  if (value >= 1e-3 && value < 1e6) return printSignificant(value, 1);
  return raisePower(value.toExponential(0));
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The part of a date (UTC) that changes from tick to tick; its year or day stands below where that changes. */
function printDates(dates: readonly Date[], locale = "en-US"): readonly { label: string; below: string }[] {
  const printer = (parts: Intl.DateTimeFormatOptions): ((date: Date) => string) => {
    const format = new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" });
    return (date) => format.format(date);
  };
  const month = printer({ month: "short" });
  const day = printer({ month: "short", day: "numeric" });
  const fullDay = printer({ month: "short", day: "numeric", year: "numeric" });
  const yearly = dates.every(
    (date) => date.getUTCMonth() === 0 && date.getUTCDate() === 1 && date.getTime() % 86_400_000 === 0,
  );
  const monthly = dates.every((date) => date.getUTCDate() === 1 && date.getTime() % 86_400_000 === 0);
  const daily = dates.every((date) => date.getTime() % 86_400_000 === 0);
  const seconds = dates.some((date) => date.getTime() % 60_000 !== 0);
  return dates.map((date) => {
    const year = String(date.getUTCFullYear());
    if (yearly) return { label: year, below: "" };
    if (monthly) return { label: month(date), below: year };
    if (daily) return { label: day(date), below: year };
    const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
    return {
      label: seconds ? `${time}:${two(date.getUTCSeconds())}` : time,
      below: fullDay(date),
    };
  });
}

function createTimeAxis(times: readonly number[], options: PositionOptions): Axis {
  const { from, to, locale } = options;
  const extent = findExtent([times]) ?? { low: 0, high: 86_400_000 };
  const single = extent.low === extent.high;
  const low = single ? extent.low - 43_200_000 : extent.low;
  const high = single ? extent.high + 43_200_000 : extent.high;
  const scale = scaleUtc([new Date(low), new Date(high)], [from, to]);
  const dates = single ? [new Date(extent.low)] : scale.ticks(Math.max(2, Math.round((to - from) / 90)));
  const printed = printDates(dates, locale);
  let last = "";
  const ticks = dates.map((date, at): Tick => {
    const { label, below } = printed[at] ?? { label: "", below: "" };
    const changed = below !== last;
    last = below;
    return changed ? { at: scale(date), label, below } : { at: scale(date), label };
  });
  return { place: (value) => scale(value), ticks };
}

function createNameAxis(names: readonly string[], options: { from: number; to: number }): Axis {
  const scale = scaleLinear([-0.5, Math.max(0, names.length - 1) + 0.5], [options.from, options.to]);
  return { place: (value) => scale(value), ticks: names.map((name, at) => ({ at: scale(at), label: name })) };
}

/** Ticks whose labels do not touch, from the first on. */
export function thinTicks(ticks: readonly Tick[], size: number): readonly Tick[] {
  const kept: Tick[] = [];
  let free = -Infinity;
  for (const tick of ticks) {
    const half = Math.max(textWidth(tick.label, size), textWidth(tick.below ?? "", size)) / 2;
    if (tick.at - half < free) continue;
    kept.push(tick);
    free = tick.at + half + 10;
  }
  return kept;
}

const isoDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds of an ISO date; a time without a zone is read as UTC, so that a chart is the same everywhere. */
function readDate(text: string): number {
  const full = text.replace(" ", "T");
  return Date.parse(full.includes("T") && !/(Z|[+-]\d{2}:?\d{2})$/.test(full) ? `${full}Z` : full);
}

/** The axis with its numbers as a language writes them. */
export function localiseAxis(axis: Axis, locale: string | undefined): Axis {
  if (locale === undefined) return axis;
  return { ...axis, ticks: axis.ticks.map((tick) => ({ ...tick, label: localiseNumber(tick.label, locale) })) };
}

interface PositionOptions {
  readonly from: number;
  readonly to: number;
  readonly locale?: string | undefined;
}

export interface PositionAxis {
  readonly axis: Axis;
  /** Each position as a number the axis can place. */
  readonly values: readonly number[];
}

/** The horizontal axis that suits the positions: of time, of numbers, or of names. */
export function createPositionAxis(positions: Positions, options: PositionOptions): PositionAxis {
  const count = Math.max(2, Math.round((options.to - options.from) / 90));
  if (positions.length > 0 && positions.every((position) => typeof position === "number")) {
    const extent = findExtent([positions]);
    const whole = extent !== undefined && positions.every(Number.isInteger);
    const axis = whole
      ? createIntegerAxis(extent, { ...options, count })
      : createLinearAxis(extent, { ...options, count, exact: true });
    return { axis: localiseAxis(axis, options.locale), values: positions };
  }
  const times = positions.map((position) =>
    position instanceof Date
      ? position.getTime()
      : typeof position === "string" && isoDate.test(position)
        ? readDate(position)
        : NaN,
  );
  if (positions.length > 0 && times.every((time) => Number.isFinite(time)))
    return { axis: createTimeAxis(times, options), values: times };
  const bad = positions.findIndex((position) => position instanceof Date && Number.isNaN(position.getTime()));
  if (bad >= 0)
    throw new RecurraError(
      "util/bad-argument",
      `Position ${bad} of the chart is an invalid Date. Give valid dates, numbers or names.`,
    );
  return { axis: createNameAxis(positions.map(String), options), values: positions.map((_, at) => at) };
}

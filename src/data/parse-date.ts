/** Dates and times as people and programs write them in tables; all are taken as UTC unless they name an offset. */

/** Which of the two comes first in dates such as 1/3/2012. */
export type DateOrder = "month-first" | "day-first";

/** 2012-01-03, 2012/1/3, 2012.01.03 */
const yearFirst = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)/;
/** 1/3/2012, 03.01.2012, 3-1-2012 */
const yearLast = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)/;
/** 3 Jan 2012, 03-Jan-2012 */
const dayName = /^(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ ,-]{1,2}(\d{4})(?!\d)/;
/** Jan 3, 2012, January 3 2012 */
const nameDay = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?!\d)/;
/** 2012-01 */
const yearMonth = /^(\d{4})-(\d{2})$/;
/** 14:30, 14:30:05.250, 2:30 PM, 14:30:05Z, 14:30:05+07:00 */
const clock =
  /^(?:T| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([AaPp])[Mm])?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?$/;

const monthNames = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

/**
 * The time a trimmed text stands for, in milliseconds since 1970-01-01 UTC, or nothing.
 * Where `order` is not given, dates with slashes are read month first and dates with points day first; dates
 * such as 3-1-2012 need it. A day that no month has (2012-02-30) is no date.
 */
export function parseDate(text: string, order?: DateOrder): number | undefined {
  const date = matchDate(text, order);
  if (date === undefined) return undefined;
  const day = timeOfDay(date.year, date.month, date.day);
  const rest = text.slice(date.length);
  if (day === undefined || rest === "") return day;
  const time = parseClock(rest);
  return time === undefined ? undefined : day + time;
}

interface MatchedDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** How much of the text it took. */
  readonly length: number;
}

function matchDate(text: string, order: DateOrder | undefined): MatchedDate | undefined {
  let match = yearFirst.exec(text);
  if (match !== null) return matched(match, match[1], match[3], match[4]);
  match = yearLast.exec(text);
  if (match !== null) {
    const first = order ?? (match[2] === "/" ? "month-first" : match[2] === "." ? "day-first" : undefined);
    if (first === undefined) return undefined;
    return first === "month-first"
      ? matched(match, match[4], match[1], match[3])
      : matched(match, match[4], match[3], match[1]);
  }
  match = dayName.exec(text);
  if (match !== null) return matched(match, match[3], numberOfMonth(match[2]), match[1]);
  match = nameDay.exec(text);
  if (match !== null) return matched(match, match[3], numberOfMonth(match[1]), match[2]);
  match = yearMonth.exec(text);
  return match === null ? undefined : matched(match, match[1], match[2], 1);
}

type Digits = string | number | undefined;

function matched(match: RegExpExecArray, year: Digits, month: Digits, day: Digits): MatchedDate {
  return { year: Number(year), month: Number(month), day: Number(day), length: match[0].length };
}

/** 1 to 12, or 0 for what is no month: its first three letters, or more of its name. */
function numberOfMonth(name = ""): number {
  const start = name.toLowerCase() === "sept" ? "sep" : name.toLowerCase();
  return monthNames.findIndex((month) => month.startsWith(start)) + 1;
}

/** Midnight UTC of a day of the calendar (year, month from 1, day from 1), or nothing if there is no such day. */
export function timeOfDay(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() : undefined;
}

/** Milliseconds since midnight UTC: negative or past the day's end where the text names an offset. */
function parseClock(text: string): number | undefined {
  const match = clock.exec(text);
  if (match === null) return undefined;
  const half = match[5]?.toLowerCase();
  const written = Number(match[1]);
  if (half !== undefined && (written < 1 || written > 12)) return undefined;
  const hour = half === undefined ? written : (written % 12) + (half === "p" ? 12 : 0);
  const minute = Number(match[2]);
  const second = Number(match[3] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const milliseconds = Number((match[4] ?? "").padEnd(3, "0").slice(0, 3));
  return ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds - parseOffset(match[6]);
}

/** Milliseconds an offset such as +07:00 is ahead of UTC. */
function parseOffset(text = "Z"): number {
  if (text === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(":", ""));
  return (text.startsWith("-") ? -minutes : minutes) * 60_000;
}

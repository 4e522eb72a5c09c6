/** Texts of the command line as values; what is none is a usage error. */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";

/** A whole number from `least`, up to `most` where that is given. */
export function whole(least: number, most: number = Infinity): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(
        most === Infinity
          ? `Give a whole number of at least ${least}.`
          : `Give a whole number from ${least} to ${most}.`,
      );
    return value;
  };
}

/** The size of a layer: weights between two larger ones are more than any array holds. */
export const layerSize: (text: string) => number = whole(1, 2 ** 16);

/** A number of threads, or `auto`. */
export function threadCount(text: string): number | "auto" {
  const value = Number(text);
  if (text === "auto") return text;
  if (!Number.isInteger(value) || value < 1 || value > 64)
    throw new InvalidArgumentError("Give auto or a whole number from 1 to 64.");
  return value;
}

/** A number of at least 0. */
export function positiveOrZero(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number < Infinity))
    throw new InvalidArgumentError("Give a number of at least 0.");
  return number;
}

/** A number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError("Give a number above 0.");
  return value;
}

/** A number above 0, or none. */
export function positiveOrNone(text: string): number | "none" {
  return text === "none" ? text : positive(text);
}

/** A share from 0 up to, but not including, 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1))
    throw new InvalidArgumentError("Give a share of at least 0 and less than 1, such as 0.2.");
  return value;
}

/** Rows held back: a count, or a share of all. */
export function rowsOrShare(text: string): number {
  const value = Number(text);
  const isRight = text.trim() !== "" && value >= 0 && (value < 1 || Number.isInteger(value));
  if (!isRight)
    throw new InvalidArgumentError("Give a number of rows such as 365, a share of all such as 0.15, or 0 for none.");
  return value;
}

/** A share above 0 and below 1. */
export function openShare(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("Give a share above 0 and below 1, such as 0.9.");
  return value;
}

/** Shares above 0 and below 1, with commas between them. */
export function levels(text: string): readonly number[] {
  return text.split(",").map(openShare);
}

/** Numbers between commas. */
export function numbers(text: string): readonly number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (!values.every(Number.isFinite)) throw new InvalidArgumentError("Give numbers with commas between them.");
  return values;
}

/** Whole numbers of at least 1 between commas. */
export function sizes(text: string): readonly number[] {
  return text.split(",").map(whole(1));
}

/** `NAME=VALUE`, as often as it is given: values by names. */
export function named<T>(
  parse: (text: string) => T,
): (text: string, before: Readonly<Record<string, T>> | undefined) => Readonly<Record<string, T>> {
  return (text, before) => {
    const at = text.lastIndexOf("=");
    if (at < 1) throw new InvalidArgumentError("Give a name, = and its value.");
    return { ...before, [text.slice(0, at)]: parse(text.slice(at + 1)) };
  };
}

/** Names between commas; `none` is an empty list. */
export function list(text: string): readonly string[] {
  if (text === "none") return [];
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Give names with commas between them.");
  return names;
}

/** Which of these options were given, as people write them: `--window`. */
export function givenOptions(command: Command): readonly { readonly key: string; readonly flag: string }[] {
  return command.options
    .map((option) => ({ key: option.attributeName(), flag: option.long ?? option.flags }))
    .filter(({ key }) => command.getOptionValueSource(key) === "cli");
}

/** An argument as a shell takes it. */
export function quote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

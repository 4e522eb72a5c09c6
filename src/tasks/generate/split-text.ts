/** Cutting a text by position: what is learned from, what is watched, and the end that is kept. */
import { RecurraError } from "../../util/errors.ts";
import type { TextData } from "./plan-generate.ts";

export interface TextShares {
  /** A share of all characters, or their number. */
  readonly test: number;
  readonly validation: number;
}

/** The three parts, cut after the end of a line (or a space) where there is one near. Throws `data/empty-file`, `data/bad-split`. */
export function splitText(
  { text, source }: TextData,
  { test, validation }: TextShares,
): Readonly<Record<"train" | "validation" | "test", string>> {
  if (text.trim() === "") throw new RecurraError("data/empty-file", `${source} holds no text to learn from`);
  const held = {
    test: countHeld("test", test, text.length),
    validation: countHeld("validation", validation, text.length),
  };
  if (held.test + held.validation >= text.length)
    throw new RecurraError(
      "data/bad-split",
      `${source} has ${text.length} characters: ${held.validation} for validation (validation: ${validation}) and ${held.test} for the test (test: ${test}) leave none to train on; hold back less`,
    );
  const end = findCut(text, text.length - held.test);
  const begin = findCut(text, Math.min(end, text.length - held.test - held.validation));
  return { train: text.slice(0, begin), validation: text.slice(begin, end), test: text.slice(end) };
}

function countHeld(part: "test" | "validation", share: number, length: number): number {
  if (!(share >= 0) || (share >= 1 && !Number.isInteger(share)))
    throw new RecurraError(
      "data/bad-split",
      `${part}: ${share} of a text cannot be held back; give a share below 1, or a number of characters`,
    );
  return share < 1 ? Math.round(share * length) : share;
}

const near = 200;

/** The place before `at` after which something new begins; never within a letter and its marks. */
function findCut(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return Math.max(0, at);
  const before = text.slice(Math.max(0, at - near), at);
  const lineEnd = before.lastIndexOf("\n");
  const cut = lineEnd >= 0 ? lineEnd : before.search(/\s\S*$/u);
  if (cut >= 0) return at - before.length + cut + 1;
  let place = at;
  while (place > 0 && /^[\p{M}\uDC00-\uDFFF]/u.test(text.slice(place, place + 1))) place--;
  return place;
}

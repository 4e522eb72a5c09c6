/** Counts in words. */

/** So many of something, which ends in `s` where there are several: `1 text`, `1,200 texts`. */
export function printCount(count: number, one: string): string {
  return `${groupDigits(String(count))} ${one}${count === 1 ? "" : "s"}`;
}

/** Digits with commas between thousands. */
export function groupDigits(digits: string): string {
  return digits.replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

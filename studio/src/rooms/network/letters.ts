/** Names in the picture, with small numbers below the line as in print. */

/** `W_1` as W₁. */
export const printLetter = (name: string): string =>
  name.replace(/_(\d)/g, (_, digit: string) => String.fromCodePoint(0x2080 + Number(digit)));

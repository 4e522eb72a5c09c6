/** What the parser asks about tokens. */
import type { TimedToken } from "./times.ts";

/** The names that lines `name in R^(…)` declare, wherever they stand: those may stand before a bracket. */
export function declaredMatrices(tokens: readonly TimedToken[]): Set<string> {
  const names = new Set<string>();
  tokens.forEach((token, i) => {
    const [word, field, caret, opener] = tokens.slice(i + 1, i + 5);
    if (
      token.kind !== "name" ||
      word === undefined ||
      field === undefined ||
      caret === undefined ||
      opener === undefined
    )
      return;
    const declares =
      (isWord(word, "in") || isSymbol(word, "in")) &&
      (isWord(field, "R") || isWord(field, "ℝ")) &&
      isSymbol(caret, "^");
    if (declares && opener.kind === "symbol") names.add(token.name);
  });
  return names;
}

/** Whether it is that operator, bracket or sign. */
export function isSymbol(token: TimedToken, symbol: string): boolean {
  return token.kind === "symbol" && token.symbol === symbol;
}

/** Whether it is that name, without a prime. */
export function isWord(token: TimedToken, word: string): boolean {
  return token.kind === "name" && token.name === word && !token.next;
}

/** Whether a value may begin with it. */
export function startsAtom(token: TimedToken): boolean {
  return token.kind === "number" || token.kind === "name" || isSymbol(token, "(") || isSymbol(token, "[");
}

/** The token for people. */
export function tokenText(token: TimedToken): string {
  switch (token.kind) {
    case "name":
      return `${token.name}${token.next ? "'" : ""}`;
    case "number":
      return String(token.value);
    case "symbol":
      return `\`${token.symbol}\``;
    case "line-end":
      return "the end of the line";
  }
}

/** What to do about a token that stands where it cannot. */
export function adviceOn(token: TimedToken, before: TimedToken | undefined): readonly string[] {
  if (before === undefined) return [];
  if (token.kind === "line-end" && before.kind === "symbol")
    return ["A line goes on below only while a bracket is open."];
  if (token.kind === "name" && before.kind === "number" && /^x(\p{Lu}|\p{N})/u.test(token.name))
    return [`The two dimensions of a matrix are written with spaces: ${before.value} x ${token.name.slice(1)}.`];
  if (isSymbol(token, "*") && isSymbol(before, "*")) return ["A power is written with ^: v^2."];
  if (isSymbol(token, "/") && isSymbol(before, "/")) return ["A comment begins with #."];
  if (isSymbol(token, "=")) {
    return ["Each line has one =, after the name it defines. Compare with equal(a, b), which is 1 or 0."];
  }
  if (isSymbol(token, "(") && before.kind === "name") {
    const { name } = before;
    return [`This step's value is written ${name}' or ${name}_t, that of the step before ${name} or ${name}_{t-1}.`];
  }
  if (isSymbol(token, "{")) return ["Curly brackets belong only into subscripts (h_{t-1}) and shapes (R^{H x I})."];
  return [];
}

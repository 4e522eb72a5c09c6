/** Reads the time marks of papers, `h_t` and `h_{t-1}`, as the language's own `h'` and `h`. */
import { languageError } from "./report.ts";
import type { Place } from "./syntax.ts";
import type { NameToken, Token } from "./tokens.ts";

/** A token whose time, if it is a name, is settled: `next` is `h'`. */
export type TimedToken =
  | Exclude<Token, NameToken>
  | { readonly kind: "name"; readonly name: string; readonly next: boolean; readonly place: Place };

/**
 * Settles the time of every name. `h_{t-1}` is the state `h`; `h_t` is `h'` where h is a state (its previous or next value is mentioned
 * anywhere), the value `h` of this step where h is an input or has an equation, and else a name that happens to end in `_t`.
 *
 * @throws {RecurraError} `language/undefined-next` where the previous value of something is read that has none.
 */
export function settleTimes(text: string, tokens: readonly Token[], inputs: ReadonlySet<string>): TimedToken[] {
  const targets = targetsOf(tokens);
  const names = tokens.filter((token) => token.kind === "name");
  const states = new Set(names.filter(({ time }) => time === "next" || time === "previous").map(({ name }) => name));

  const settle = (token: NameToken): TimedToken => {
    const { name, whole, time, place } = token;
    switch (time) {
      case "plain":
        return { kind: "name", name, next: false, place };
      case "next":
        return { kind: "name", name, next: true, place };
      case "previous":
        if (inputs.has(name)) throw previousOfInput(text, token);
        if (!targets.has(name) || targets.get(name) === "plain")
          throw previousOfNothing(text, token, targets.has(name));
        return { kind: "name", name, next: false, place };
      case "current":
        if (inputs.has(name)) return { kind: "name", name, next: false, place };
        if (targets.has(name)) return { kind: "name", name, next: states.has(name), place };
        return { kind: "name", name: whole, next: false, place };
    }
  };
  return tokens.map((token) => (token.kind === "name" ? settle(token) : token));
}

/** The names that lines define, and how the first such line writes them. */
function targetsOf(tokens: readonly Token[]): Map<string, NameToken["time"]> {
  const targets = new Map<string, NameToken["time"]>();
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    const after = tokens[i + 1];
    const startsLine = before === undefined || before.kind === "line-end";
    if (token.kind !== "name" || !startsLine || after?.kind !== "symbol" || after.symbol !== "=") return;
    if (!targets.has(token.name)) targets.set(token.name, token.time);
  });
  return targets;
}

function previousOfInput(text: string, token: NameToken): Error {
  return languageError(text, {
    code: "language/undefined-next",
    place: token.place,
    what: `the previous value of the input ${token.name} is not kept`,
    advice: [`Keep it in a state: last' = ${token.name}, and read last.`],
  });
}

function previousOfNothing(text: string, token: NameToken, defined: boolean): Error {
  const { name, place } = token;
  return languageError(text, {
    code: "language/undefined-next",
    place,
    what: `${name}_{t-1} is the previous value of ${name}, but ${defined ? `${name} is not a state` : `no line defines ${name}_t`}`,
    advice: [
      defined
        ? `Define it with ${name}' = … or ${name}_t = … instead of ${name} = ….`
        : `Add a line ${name}_t = … (or ${name}' = …).`,
    ],
  });
}

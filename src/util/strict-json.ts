/** JSON from files that may be hostile: bounded in depth, no name given twice, none that means something to JavaScript. */

/** Objects and lists inside one another. */
const deepest = 64;

/** The value of a JSON text. Throws an `Error` whose message says what is wrong. */
export function parseStrictJson(text: string): unknown {
  checkNames(text);
  return JSON.parse(text) as unknown;
}

/**
 * Goes through a text that is taken to be JSON (what is not, `JSON.parse` finds) and looks at what `JSON.parse` passes over: the
 * depth, before it is recursed into, and the names of each object.
 */
function checkNames(text: string): void {
  /** For each open bracket its names so far, or undefined in a list. */
  const open: (Set<string> | undefined)[] = [];
  let before = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    switch (character) {
      case '"': {
        const end = endOfString(text, at);
        const names = open.at(-1);
        if (names !== undefined && (before === "{" || before === ",")) addName(names, text.slice(at, end + 1));
        at = end;
        before = '"';
        break;
      }
      case "{":
      case "[":
        open.push(character === "{" ? new Set() : undefined);
        if (open.length > deepest) throw new Error(`it is nested more than ${deepest} deep`);
        before = character;
        break;
      case "}":
      case "]":
        open.pop();
        before = character;
        break;
      case ",":
      case ":":
        before = character;
        break;
      default:
    }
  }
}

/** The index of the quote that closes the string opened at `start`: one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charAt(end - 1 - slashes) === "\\") slashes++;
    if (slashes % 2 === 0) return end;
  }
  throw new Error("a text in it is not closed");
}

function addName(names: Set<string>, literal: string): void {
  const name = JSON.parse(literal) as string;
  if (name === "__proto__") throw new Error("it uses the name __proto__");
  if (names.has(name)) throw new Error(`it gives ${literal.length > 80 ? `${literal.slice(0, 80)}…` : literal} twice`);
  names.add(name);
}

/** Names of inputs, outputs and states, which a file may choose as it likes, in code that is printed. */

const plain = /^[A-Za-z_$][\w$]*$/;

/** A name as a key of an object, in code and in types. `__proto__` would be no key where it stands plainly. */
export function key(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return plain.test(name) ? name : JSON.stringify(name);
}

/** What stands behind an object for its property of this name. */
export function nameOf(name: string): string {
  return plain.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** An object of code by names. */
export function entriesOf(entries: readonly (readonly [string, string])[]): string {
  return `{ ${entries.map(([name, code]) => `${key(name)}: ${code}`).join(", ")} }`;
}

/** What reading a file approximates or leaves out, gathered kind by kind. */

export interface Notes {
  /** `what` is a sentence's beginning, `name` one of those it is about. */
  add(what: string, name: string): void;
  /** A sentence for each kind, with the first of its names. */
  list(): readonly string[];
}

const most = 4;

export function createNotes(): Notes {
  const found = new Map<string, Set<string>>();
  return {
    add: (what, name) => {
      const names = found.get(what);
      if (names === undefined) found.set(what, new Set([name]));
      else names.add(name);
    },
    list: () =>
      [...found].map(([what, names]) => {
        const shown = [...names].slice(0, most).join(", ");
        return `${what}: ${shown}${names.size > most ? ` and ${names.size - most} more` : ""}`;
      }),
  };
}

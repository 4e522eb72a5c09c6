/** Names that are told apart by numbers behind them. */

export interface Names {
  has(name: string): boolean;
  add(name: string): void;
  /** The name that is wanted where nothing has it, or else a free one of `wanted_1`, `wanted_2`, …; the empty name is never free. */
  free(wanted: string): string;
  /** The same, which then is taken. */
  take(wanted: string): string;
}

export function createNames(): Names {
  const taken = new Set<string>();
  // The last number behind each name: to look from 1 on each time would take long where many are alike.
  const numbers = new Map<string, number>();
  const free = (wanted: string): string => {
    if (wanted !== "" && !taken.has(wanted)) return wanted;
    let n = (numbers.get(wanted) ?? 0) + 1;
    while (taken.has(`${wanted}_${n}`)) n++;
    numbers.set(wanted, n);
    return `${wanted}_${n}`;
  };
  return {
    has: (name) => taken.has(name),
    add: (name) => void taken.add(name),
    free,
    take(wanted) {
      const name = free(wanted);
      taken.add(name);
      return name;
    },
  };
}

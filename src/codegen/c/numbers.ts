/** The numbers of a printed program: all that depends on sizes stands in a table beside the text, so that programs of one cell share their text. */

export interface Numbers {
  /** The expression `n[i]`, with the number in a place of its own: equal numbers of one size may differ at another. */
  of(value: number): string;
  /** The table. */
  readonly table: readonly number[];
}

export function createNumbers(): Numbers {
  const table: number[] = [];
  return {
    of: (value) => `n[${table.push(value) - 1}]`,
    table,
  };
}

/** The built-in cells by family, as the literature groups them. */
import { cellNames } from "recurra";
import type { CellName } from "recurra";

/** Families in order of teaching; a cell that none of them names is in `other`. */
const families = {
  simple: ["rnn", "rnn-relu", "rnn-irnn", "jordan", "indrnn", "leaky", "echo-state"],
  lstm: ["lstm", "lstm-layernorm", "lstm-projection", "lstm-multiplicative", "slstm"],
  search: ["lstm-peephole", "lstm-coupled", "lstm-nig", "lstm-nfg", "lstm-nog", "lstm-niaf", "lstm-noaf", "lstm-fgr"],
  gru: ["gru", "gru-v1", "mgu"],
  light: ["ugrnn", "janet", "recurrent-highway"],
  linear: ["sru", "qrnn", "min-gru", "min-lstm", "lru"],
  attention: ["lstm-attention", "gru-attention", "attention-dot", "attention-general", "attention-concat"],
  layer: ["dense", "dense-tanh", "dense-relu", "dense-sigmoid", "layer-norm"],
  other: [],
} as const satisfies Readonly<Record<string, readonly CellName[]>>;

export type FamilyName = keyof typeof families;

export interface Family {
  readonly name: FamilyName;
  readonly cells: readonly CellName[];
}

/** Every registered cell in exactly one family; families without a cell are left out. */
export function listFamilies(): readonly Family[] {
  const named = new Set<CellName>(Object.values(families).flat());
  const others = cellNames.filter((name) => !named.has(name));
  return (Object.keys(families) as FamilyName[])
    .map((name) => ({ name, cells: name === "other" ? others : families[name] }))
    .filter(({ cells }) => cells.length > 0);
}

/** Families with the cells that any of these texts speaks of: a cell's name, family, summary and so on. Case and accents do not count. */
export function searchFamilies(
  search: string,
  textsOf: (cell: CellName, family: FamilyName) => readonly string[],
): readonly Family[] {
  const plain = (text: string): string =>
    text.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "D").toLowerCase();
  const wanted = plain(search)
    .split(/\s+/)
    .filter((word) => word !== "");
  // Texts of a cell may have to be read first: not for a list of all.
  if (wanted.length === 0) return listFamilies();
  return listFamilies()
    .map(({ name, cells }) => ({
      name,
      cells: cells.filter((cell) => {
        const text = plain(textsOf(cell, name).join(" "));
        return wanted.every((word) => text.includes(word));
      }),
    }))
    .filter(({ cells }) => cells.length > 0);
}

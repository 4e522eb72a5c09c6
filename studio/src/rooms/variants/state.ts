/** What the link of the room holds, and the cell that it names. */
import { cell, cellNames, cells, RecurraError } from "recurra";
import type { Cell } from "recurra";
import { choiceField, textField, wholeField } from "../../link.ts";
import type { Fields } from "../../link.ts";
import { raceTaskNames } from "./race-tasks.ts";
import type { RaceTaskName } from "./race-tasks.ts";

/** What the reader's own cell is called among the others. */
export const ownName = "own";

export const views = ["compare", "formula"] as const;

export interface VariantsState {
  /** A built-in cell, or `own`. */
  readonly cell: string;
  readonly equations: string;
  readonly view: (typeof views)[number];
  readonly input: number;
  readonly hidden: number;
  readonly task: RaceTaskName;
  readonly steps: number;
  readonly updates: number;
}

/** An LSTM whose input gate is what its forget gate leaves: something to begin with. */
const firstEquations = `f = sigmoid(W_f x + U_f h + b_f)
g = tanh(W_g x + U_g h + b_g)
o = sigmoid(W_o x + U_o h + b_o)
c' = f * c + (1 - f) * g
h' = o * tanh(c')`;

export const variantsFields: Fields<VariantsState> = {
  cell: choiceField<string>([...cellNames, ownName], "gru"),
  equations: textField(firstEquations),
  view: choiceField(views, "compare"),
  input: wholeField(16, { from: 1, to: 512 }),
  hidden: wholeField(16, { from: 1, to: 512 }),
  task: choiceField(raceTaskNames, "adding"),
  steps: wholeField(20, { from: 4, to: 100 }),
  updates: wholeField(1000, { from: 100, to: 5000 }),
};

/** A cell, or why the equations are none. */
export type ChosenCell =
  | { readonly kind: "cell"; readonly cell: Cell }
  | { readonly kind: "broken"; readonly message: string };

export function chooseCell({ cell: name, equations }: Pick<VariantsState, "cell" | "equations">): ChosenCell {
  const builtIn = cellNames.find((one) => one === name);
  if (builtIn !== undefined) return { kind: "cell", cell: cells[builtIn] };
  try {
    return { kind: "cell", cell: cell(ownName, equations) };
  } catch (error) {
    if (!(error instanceof RecurraError)) throw error;
    return { kind: "broken", message: error.message };
  }
}

/** What the link of the room holds, and what follows from it. */
import { choiceField, textField, wholeField } from "../../link.ts";
import type { Fields } from "../../link.ts";
import { languageModels } from "../../models/shipped.ts";
import type { LanguageModelName } from "../../models/shipped.ts";
import { valueNames } from "../../work/read-text.ts";
import type { ValueName } from "../../work/read-text.ts";
import { passages } from "./texts.ts";

/** The parts of a step, in the order of teaching. */
export const parts = ["forget", "input", "cell", "output", "hidden"] as const;
export type PartName = (typeof parts)[number];

export const modelChoices = [...languageModels, "untrained"] as const;
export type ModelChoice = (typeof modelChoices)[number];

export const mostCharacters = 600;

export interface LstmState {
  readonly model: ModelChoice;
  readonly text: string;
  /** The character that is read, from 0. */
  readonly at: number;
  readonly part: PartName;
  /** From 1; 0 for the one whose cell changes most over the text. */
  readonly unit: number;
  readonly map: ValueName;
  /** What the text is coloured by. */
  readonly state: "c" | "h";
}

export const lstmFields: Fields<LstmState> = {
  model: choiceField(modelChoices, "shakespeare"),
  text: textField(passages.course, mostCharacters),
  at: wholeField(0, { from: 0, to: mostCharacters - 1 }),
  part: choiceField(parts, "forget"),
  unit: wholeField(0, { from: 0, to: 4096 }),
  map: choiceField(valueNames, "c"),
  state: choiceField(["c", "h"] as const, "c"),
};

/** The model that is meant; undefined for a network that has learned nothing. */
export function resolveModel(choice: ModelChoice): LanguageModelName | undefined {
  return choice === "untrained" ? undefined : choice;
}

/** The text for another model: an example gives way to one in the model's language, what was typed stays. */
export function textFor(model: ModelChoice, text: string): string {
  const isExample = Object.values<string>(passages).includes(text);
  if (!isExample || model === "untrained") return text;
  return model === "kieu" ? passages.kieu : passages.course;
}

/** A position of the player: five for each character. */
export const positionOf = ({ at, part }: Pick<LstmState, "at" | "part">): number =>
  parts.length * at + parts.indexOf(part);

/** What a position of the player stands for. */
export function placeAt(position: number): Pick<LstmState, "at" | "part"> {
  return { at: Math.floor(position / parts.length), part: parts[position % parts.length] ?? "forget" };
}

/** What the link of the room holds, and which demonstrations there are. */
import { choiceField, numberField, textField, wholeField } from "../../link.ts";
import type { Fields } from "../../link.ts";
import type { ShapeKind } from "./shape.ts";

export const demos = ["caption", "feel", "restore", "write", "translate", "forecast"] as const;
export type DemoName = (typeof demos)[number];

/** The shape that each demonstration has. */
export const shapeOf: Readonly<Record<DemoName, ShapeKind>> = {
  caption: "one-to-many",
  feel: "many-to-one",
  restore: "aligned",
  write: "aligned",
  translate: "encoder-decoder",
  forecast: "forecast",
};

export const authors = ["shakespeare", "kieu"] as const;
export type Author = (typeof authors)[number];

export interface ApplicationsState {
  readonly demo: DemoName;
  /** An emoji of the sheet, from 0. */
  readonly emoji: number;
  readonly sentence: string;
  readonly typed: string;
  readonly author: Author;
  /** What the text of each author begins with. */
  readonly shakespeare: string;
  readonly kieu: string;
  readonly temperature: number;
  readonly top: number;
  readonly seed: number;
  readonly english: string;
  readonly beam: number;
  /** The last day known: how many days after the last that was learned from. */
  readonly day: number;
}

/** Characters of a text, beyond which a demonstration would keep one waiting. */
export const mostText = 300;

/** How many days are forecast. */
export const daysAhead = 7;

/** The last of the days that leave a week of truth: of 365 days. */
export const lastDay = 365 - daysAhead;

export const applicationsFields: Fields<ApplicationsState> = {
  demo: choiceField(demos, "feel"),
  emoji: wholeField(8, { from: 0, to: 999 }),
  sentence: textField("The plot is thin, but it is funny and wonderfully acted.", mostText),
  typed: textField("hom nay troi dep qua, chung ta di choi nhe", mostText),
  author: choiceField(authors, "shakespeare"),
  shakespeare: textField("ROMEO:\n", mostText),
  kieu: textField("Trăm năm trong cõi người ta,\n", mostText),
  temperature: numberField(0.7, { from: 0, to: 1.5 }),
  top: wholeField(40, { from: 1, to: 80 }),
  seed: wholeField(1, { from: 1, to: 1_000_000 }),
  english: textField("I don't know where Tom lives.", mostText),
  // As many as on the test.
  beam: wholeField(5, { from: 1, to: 8 }),
  // The week of Thanksgiving comes next.
  day: wholeField(327, { from: 0, to: lastDay }),
};

/** What the link of the room holds: an example that the site has. */
import { choiceField, wholeField } from "../../link.ts";
import type { Fields } from "../../link.ts";

export const examples = ["births"] as const;
export type ExampleName = (typeof examples)[number];

export interface OpenState {
  readonly example: ExampleName | "";
  /** Of the sample, from 0. */
  readonly step: number;
}

export const openFields: Fields<OpenState> = {
  example: choiceField([...examples, ""], ""),
  step: wholeField(0, { from: 0, to: 999 }),
};

/** What the link of the room holds: an example that the site has. */
import { choiceField, textField, wholeField } from "../../link.ts";
import type { Fields } from "../../link.ts";

export const examples = ["births"] as const;
export type ExampleName = (typeof examples)[number];

export interface OpenState {
  readonly example: ExampleName | "";
  /** The name of a file that `recurra studio` was given. */
  readonly file: string;
  /** Of the sample, from 0. */
  readonly step: number;
}

export const openFields: Fields<OpenState> = {
  example: choiceField([...examples, ""], ""),
  file: textField("", 200),
  step: wholeField(0, { from: 0, to: 999 }),
};

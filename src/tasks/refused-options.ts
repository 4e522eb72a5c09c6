/** Which options of learning a task does not have: they are refused, not left unused. */
import { RecurraError } from "../util/errors.ts";
import type { LearningOptions } from "./learning.ts";

interface RefusedNames {
  readonly forecast: never;
  readonly classify: "readout";
  readonly texts: "readout";
  readonly tag: "readout" | "bidirectional";
  readonly translate: "readout" | "bidirectional";
  readonly caption: "readout" | "bidirectional" | "layers";
  readonly generate: "readout" | "bidirectional";
}

/** The tasks. */
export type Refusing = keyof RefusedNames;

const readout = "only forecasts are solved for";

/** For each task the options that it has no use for, with the reason. */
export const refusedOptions: { readonly [N in Refusing]: Readonly<Record<RefusedNames[N], string>> } = {
  forecast: {},
  classify: { readout },
  texts: { readout },
  tag: { readout, bidirectional: "sentences are read from both ends as it is, or only from the front (causal)" },
  translate: { readout, bidirectional: "the source is read from both ends as it is" },
  caption: {
    readout,
    layers: "a captioner's encoder and its decoder have one recurrent layer each",
    bidirectional: "pictures are read in both directions as it is",
  },
  generate: { readout, bidirectional: "a language model reads forwards only" },
};

/** The options of learning that a task has. */
export type LearningOptionsOf<N extends Refusing> = Omit<LearningOptions, RefusedNames[N]>;

/** Why a task has no such option; nothing where it has it. */
export function reasonToRefuse(task: Refusing, option: string): string | undefined {
  return new Map<string, string>(Object.entries(refusedOptions[task])).get(option);
}

/** Throws `util/bad-argument` for an option that the task does not have: plain JavaScript may give it. */
export function refuseOptions(task: Refusing, options: object): void {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    const reason = value === undefined ? undefined : reasonToRefuse(task, name);
    if (reason === undefined) continue;
    throw new RecurraError(
      "util/bad-argument",
      `The task ${task} has no option ${name}: ${reason}; leave out ${name}.`,
    );
  }
}

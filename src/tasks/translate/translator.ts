/** A trained translator at work. */
import { encodeText, joinTokens, splitTokens, unknownToken } from "../../data/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { decodeSequences } from "../decode-sequences.ts";
import type { Decoded, SearchChoice } from "../decode-sequences.ts";
import type { TranslateTask } from "./translate-task.ts";

/** A network with all that turns texts into what it reads and what it says into texts. */
export interface Translator {
  readonly kind: "translator";
  readonly model: Model;
  readonly task: TranslateTask;
}

export interface Translation {
  readonly text: string;
  /** The tokens said, unknown ones replaced by the source's where the network attends to it. */
  readonly tokens: readonly string[];
  /** Their numbers in the target's vocabulary, of unknown ones too. */
  readonly numbers: readonly number[];
  /** The length-normalised log-probability. */
  readonly score: number;
  /** Its tokens as the network read them. */
  readonly source: readonly string[];
  /** How much each token of the source counted for each that was said (and the end): `[said, source]`; nothing without attention. */
  readonly attention: readonly Float32Array[] | undefined;
}

export interface TranslateTextsOptions extends Partial<SearchChoice> {
  /** What messages call the texts. */
  readonly from?: string | undefined;
}

/** Texts translated, in their order. Throws `data/empty-sequence`. */
export function translateTexts(
  { model, task }: Translator,
  texts: readonly string[],
  options: TranslateTextsOptions = {},
): readonly Translation[] {
  const width = options.width ?? task.search.width;
  const encoded = texts.map((text) => encodeText(task.vocabularies.source, text));
  const empty = encoded.findIndex((tokens) => tokens.length === 0);
  if (empty >= 0)
    throw new RecurraError(
      "data/empty-sequence",
      `${options.from ?? "texts"}, text ${empty + 1} has no ${task.vocabularies.source.unit}; leave it out`,
    );
  const longest = encoded.reduce((most, { length }) => Math.max(most, length), 1);
  // Those of like length together.
  const order = encoded
    .map((_, index) => index)
    .sort((a, b) => known(encoded[a], "a text").length - known(encoded[b], "a text").length || a - b);
  const decoded = decodeSequences(
    {
      model,
      tokens: task.vocabularies.target.entries.length,
      columns: 1,
      // Kernels are made for one length of sources, and so for few different ones from call to call.
      steps: 2 ** Math.ceil(Math.log2(longest)),
      search: { width, lengthPenalty: options.lengthPenalty ?? task.search.lengthPenalty },
      // Where the network attends to nothing, an unknown word could not be replaced.
      forbidden: (attends) => (attends ? [] : [unknownToken]),
    },
    order.map((index) => {
      const tokens = known(encoded[index], "a text");
      return {
        steps: tokens.length,
        most: tokens.length + task.beyond,
        fill: (step, row) => {
          row[0] = tokens[step] ?? 0;
        },
      };
    }),
  );
  const found: Translation[] = [];
  order.forEach((index, n) => {
    found[index] = toText(task, known(texts[index], "a text"), known(decoded[n], "an answer"));
  });
  return found;
}

function toText({ vocabularies }: TranslateTask, text: string, { tokens, score, attention }: Decoded): Translation {
  const read = splitTokens(text, vocabularies.source);
  const decoded = tokens.map((token, step) => {
    if (token !== unknownToken) return known(vocabularies.target.entries[token], "a token");
    const look = known(attention?.[step], "where it looked");
    return known(read[look.indexOf(look.reduce((a, b) => Math.max(a, b)))], "a token of the source");
  });
  return {
    text: joinTokens(vocabularies.target, decoded),
    tokens: decoded,
    numbers: tokens,
    score,
    source: read,
    attention,
  };
}

/** A trained translator at work. */
import { encodeText, joinTokens, splitTokens, unknownToken } from "../../data/index.ts";
import type { Model, SequenceInputs, Session } from "../../network/index.ts";
import { searchBeams } from "../../network/decoding/search-beams.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { boundaryToken } from "./translate-task.ts";
import type { SearchChoice, TranslateTask } from "./translate-task.ts";

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

/** Hypotheses that are followed at once, of all searches together. */
const mostMembers = 40;

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
  const found: Translation[] = [];
  const search = { width, lengthPenalty: options.lengthPenalty ?? task.search.lengthPenalty };
  const group = Math.max(1, Math.floor(mostMembers / width));
  // Those of like length together.
  const order = encoded
    .map((_, index) => index)
    .sort((a, b) => known(encoded[a], "a text").length - known(encoded[b], "a text").length || a - b);
  const longest = encoded.reduce((most, { length }) => Math.max(most, length), 1);
  // Kernels are made for one length of sources, and so for few different ones from call to call.
  const steps = 2 ** Math.ceil(Math.log2(longest));
  let session: Session | undefined;
  const read = (source: SequenceInputs): Session => {
    if (session === undefined) session = model.session({ batch: group * width, source });
    else session.read(source);
    return session;
  };
  for (let at = 0; at < order.length; at += group) {
    const indices = order.slice(at, at + group);
    const sources = indices.map((index) => known(encoded[index], "a text"));
    translateGroup({ task, search, group, steps, read }, sources).forEach((said, n) => {
      const index = known(indices[n], "a place");
      found[index] = toText(task, known(texts[index], "a text"), said);
    });
  }
  session?.dispose();
  return found;
}

/** What the groups of a call share. */
interface Search {
  readonly task: TranslateTask;
  readonly search: SearchChoice;
  /** Texts of a group. */
  readonly group: number;
  /** What sources are padded to. */
  readonly steps: number;
  /** A session that has read these sources. */
  readonly read: (source: SequenceInputs) => Session;
}

interface Said {
  readonly tokens: readonly number[];
  readonly score: number;
  readonly attention: readonly Float32Array[] | undefined;
}

function translateGroup({ task, search, group, steps, read }: Search, sources: readonly Int32Array[]): readonly Said[] {
  const { vocabularies, limits } = task;
  const { width, lengthPenalty } = search;
  const batch = group * width;
  // A group that is not full is filled up with its last text.
  const sourceOf = (member: number): Int32Array =>
    known(sources[Math.min(Math.floor(member / width), sources.length - 1)], "a source");
  const inputs = new Float32Array(steps * batch);
  const lengths = Int32Array.from({ length: batch }, (_, member) => sourceOf(member).length);
  for (let member = 0; member < batch; member++)
    sourceOf(member).forEach((token, step) => (inputs[step * batch + member] = token));
  const session = read({ steps, inputs, lengths });
  const looks: Float32Array[] = [];
  const hypotheses = searchBeams({
    searches: group,
    width,
    tokens: vocabularies.target.entries.length,
    begin: boundaryToken,
    end: boundaryToken,
    most: Array.from({ length: group }, (_, n) => (sources[n] === undefined ? 0 : sources[n].length + limits.beyond)),
    lengthPenalty,
    // Where the network attends to nothing, an unknown word could not be replaced.
    forbidden: session.attention === undefined ? [unknownToken] : [],
    step: (tokens, parents) => {
      session.reorder(parents);
      const logits = session.step(tokens);
      if (session.attention !== undefined) looks.push(Float32Array.from(session.attention()));
      return logits;
    },
  });
  return sources.map(({ length }, n) => {
    const best = known(hypotheses[n]?.[0], "a hypothesis");
    const rows = best.members.flatMap((member, step) => {
      const look = looks[step];
      return look === undefined ? [] : [look.slice(member * steps, member * steps + length)];
    });
    return { tokens: best.tokens, score: best.score, attention: session.attention === undefined ? undefined : rows };
  });
}

function toText({ vocabularies }: TranslateTask, text: string, { tokens, score, attention }: Said): Translation {
  const read = splitTokens(text, vocabularies.source);
  const said = tokens.map((token, step) => {
    if (token !== unknownToken) return known(vocabularies.target.entries[token], "a token");
    const look = known(attention?.[step], "where it looked");
    return known(read[look.indexOf(look.reduce((a, b) => Math.max(a, b)))], "a token of the source");
  });
  return { text: joinTokens(vocabularies.target, said), tokens: said, score, source: read, attention };
}

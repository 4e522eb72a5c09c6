/** Decodes what a network with an encoder answers to each of many sources, by beam search. */
import { searchBeams } from "../network/index.ts";
import type { Model, SequenceInputs, Session } from "../network/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { PlainData } from "../util/plain-data.ts";

/** What begins an answer and what ends it: the number of padding, which is no token of a text. */
export const boundaryToken = 0;

export interface SearchChoice {
  /** Answers followed side by side; 1 takes the likeliest token each time. */
  readonly width: number;
  /** The exponent of the length that the log-probability is divided by (Wu et al. 2016): 0 favours short answers. */
  readonly lengthPenalty: number;
}

/** Of `width`. */
export const mostBeamWidth = 100;

/** From a model file. */
export function parseSearch(data: PlainData): SearchChoice {
  const search = data.object();
  return {
    width: search.get("width").whole(1, mostBeamWidth),
    lengthPenalty: search.get("lengthPenalty").number(0, mostLengthPenalty),
  };
}

const mostLengthPenalty = 10;

/** The search of a plan, where what is not given is as usual. Throws `util/bad-argument`. */
export function chooseSearch(given: Partial<SearchChoice> | undefined, usual: SearchChoice): SearchChoice {
  const { width = usual.width, lengthPenalty = usual.lengthPenalty } = given ?? {};
  if (!Number.isInteger(width) || width < 1 || width > mostBeamWidth)
    throw new RecurraError(
      "util/bad-argument",
      `The width of the search is ${width}; give a whole number from 1 to ${mostBeamWidth} (search.width).`,
    );
  if (!(lengthPenalty >= 0 && lengthPenalty <= mostLengthPenalty))
    throw new RecurraError(
      "util/bad-argument",
      `The length penalty of the search is ${lengthPenalty}; give a number from 0 to ${mostLengthPenalty} (search.lengthPenalty).`,
    );
  return { width, lengthPenalty };
}

/** A source that the encoder reads. */
export interface Source {
  readonly steps: number;
  /** Writes the row of a step: `columns` numbers. */
  fill(step: number, row: Float32Array): void;
  /** The most tokens of its answer. */
  readonly most: number;
}

export interface DecodeOptions {
  readonly model: Model;
  /** Tokens of the decoder. */
  readonly tokens: number;
  /** Numbers in a row of a source. */
  readonly columns: number;
  /** What sources are padded to, if not to the longest: kernels are made for each. */
  readonly steps?: number | undefined;
  readonly search: SearchChoice;
  /** Tokens that are never decoded, given whether the network attends to its source. */
  forbidden(attends: boolean): readonly number[];
}

export interface Decoded {
  readonly tokens: readonly number[];
  /** The length-normalised log-probability. */
  readonly score: number;
  /** How much each step of the source counted for each token (and the end): `[decoded, steps]`; nothing without attention. */
  readonly attention: readonly Float32Array[] | undefined;
}

/** Hypotheses that are followed at once, of all searches together, unless one search alone has more. */
const mostMembers = 40;

/** The best answer for each source, in their order. */
export function decodeSequences(options: DecodeOptions, sources: readonly Source[]): readonly Decoded[] {
  const { model, search } = options;
  const group = Math.max(1, Math.min(sources.length, Math.floor(mostMembers / search.width)));
  const steps = options.steps ?? sources.reduce((most, source) => Math.max(most, source.steps), 1);
  let session: Session | undefined;
  const read = (source: SequenceInputs): Session => {
    if (session === undefined) session = model.session({ batch: group * search.width, source, readers: search.width });
    else session.read(source);
    return session;
  };
  const found: Decoded[] = [];
  try {
    for (let at = 0; at < sources.length; at += group)
      found.push(...decodeGroup({ ...options, steps, group, read }, sources.slice(at, at + group)));
  } finally {
    session?.dispose();
  }
  return found;
}

interface Group extends DecodeOptions {
  readonly steps: number;
  /** Sources at once. */
  readonly group: number;
  /** A session that has read these sources. */
  readonly read: (source: SequenceInputs) => Session;
}

function decodeGroup(options: Group, sources: readonly Source[]): readonly Decoded[] {
  const { steps, group, tokens, read, forbidden } = options;
  const { width, lengthPenalty } = options.search;
  const session = read(fillSources(options, sources));
  const looks: Float32Array[] = [];
  const hypotheses = searchBeams({
    searches: group,
    width,
    tokens,
    begin: boundaryToken,
    end: boundaryToken,
    most: Array.from({ length: group }, (_, n) => sources[n]?.most ?? 0),
    lengthPenalty,
    forbidden: forbidden(session.attention !== undefined),
    step: (last, parents) => {
      session.reorder(parents);
      const logits = session.step(last);
      if (session.attention !== undefined) looks.push(Float32Array.from(session.attention()));
      return logits;
    },
  });
  // A convolution makes fewer regions of a picture than it has pixels.
  const rows = (looks[0]?.length ?? 0) / (group * width);
  return sources.map((source, n) => {
    const best = known(hypotheses[n]?.[0], "a hypothesis");
    const length = rows === steps ? source.steps : rows;
    const seen = best.members.flatMap((member, step) => {
      const look = looks[step];
      return look === undefined ? [] : [look.slice(member * rows, member * rows + length)];
    });
    return { tokens: best.tokens, score: best.score, attention: session.attention === undefined ? undefined : seen };
  });
}

/** The sources of a group; one that is not full is filled up with its last one. */
function fillSources({ steps, group, columns }: Group, sources: readonly Source[]): SequenceInputs {
  const inputs = new Float32Array(steps * group * columns);
  const lengths = new Int32Array(group);
  for (let n = 0; n < group; n++) {
    const source = known(sources[Math.min(n, sources.length - 1)], "a source");
    lengths[n] = source.steps;
    for (let step = 0; step < source.steps; step++) {
      const at = (step * group + n) * columns;
      source.fill(step, inputs.subarray(at, at + columns));
    }
  }
  return lengths.every((length) => length === steps) ? { steps, inputs } : { steps, inputs, lengths };
}

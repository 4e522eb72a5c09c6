/** Beam search: the likeliest sequences of a network that says one token after another, several searches side by side. */
import { RecurraError } from "../../util/errors.ts";
import { logSoftmax } from "./log-softmax.ts";

export interface BeamOptions {
  /** Searches at once: their hypotheses are members `search × width` to `search × width + width - 1`. */
  readonly searches: number;
  /** Hypotheses followed in each: 1 takes the likeliest token each time. */
  readonly width: number;
  /** The number of tokens there are. */
  readonly tokens: number;
  /** What each sequence begins with, and what ends it. */
  readonly begin: number;
  readonly end: number;
  /** The most tokens before the end, for each search. */
  readonly most: ArrayLike<number>;
  /** α of the length normalisation: 0 for none, which favours short sequences. */
  readonly lengthPenalty: number;
  /** Tokens that are never said. */
  readonly forbidden?: readonly number[];
  /**
   * Goes on by one token: member n first takes over what member `parents[n]` remembers, then reads `tokens[n]`. Gives logits `[searches × width, tokens]`.
   */
  step(tokens: Int32Array, parents: Int32Array): ArrayLike<number>;
}

export interface Hypothesis {
  /** Without the beginning and the end. */
  readonly tokens: readonly number[];
  /** For each of them, and for the end, the member that said it in that step. */
  readonly members: readonly number[];
  /** Of the tokens and the end. */
  readonly logProbability: number;
  /** The log-probability over ((5 + length) / 6)^α, the end counted (Wu et al. 2016, eq. 14). */
  readonly score: number;
  /** Whether it came to its end, or was cut off at the most tokens. */
  readonly ended: boolean;
}

/** A hypothesis that is followed. */
interface Live {
  readonly tokens: readonly number[];
  readonly members: readonly number[];
  readonly logProbability: number;
}

/** The best hypotheses of each search, at most `width`, the best first. Throws `util/bad-argument`, and `network/bad-logits` for logits that are too few or not numbers. */
export function searchBeams(options: BeamOptions): readonly (readonly Hypothesis[])[] {
  checkOptions(options);
  const { searches, width, begin, most, step } = options;
  const size = searches * width;
  const beams = Array.from({ length: searches }, (_, search) => createBeam(options, search));
  const read = new Int32Array(size).fill(begin);
  const parents = Int32Array.from({ length: size }, (_, member) => member);
  const longest = Array.from(most).reduce((a, b) => Math.max(a, b), 0);
  for (let t = 0; t <= longest && beams.some((beam) => !beam.isDone()); t++) {
    const logits = step(read, parents);
    if (logits.length !== size * options.tokens)
      throw new RecurraError(
        "network/bad-logits",
        `A step gave ${logits.length} logits, but ${size} hypotheses of ${options.tokens} tokens need ${size * options.tokens}.`,
      );
    const logProbabilities = logSoftmax(logits, options.tokens);
    beams.forEach((beam, search) => {
      beam.advance(logProbabilities, t, (slot, token, parent) => {
        read[search * width + slot] = token;
        parents[search * width + slot] = parent;
      });
    });
  }
  return beams.map((beam) => beam.best());
}

function checkOptions({ searches, width, most, lengthPenalty, tokens, begin, end }: BeamOptions): void {
  const fail = (what: string): never => {
    throw new RecurraError("util/bad-argument", what);
  };
  if (!Number.isInteger(width) || width < 1) fail(`The beam's width is ${width}; give a whole number of at least 1.`);
  if (!(lengthPenalty >= 0 && lengthPenalty < Infinity))
    fail(`The length penalty is ${lengthPenalty}; give a number of at least 0.`);
  for (const [what, token] of Object.entries({ begin, end }))
    if (!Number.isInteger(token) || token < 0 || token >= tokens)
      fail(`${what} is ${token}, but the tokens are 0 to ${tokens - 1}.`);
  const odd = Array.from(most).find((one) => !Number.isInteger(one) || one < 0);
  if (odd !== undefined) fail(`A search may be at most ${odd} tokens long; give whole numbers of at least 0.`);
  if (most.length !== searches) fail(`There are ${searches} searches, but ${most.length} limits of their length.`);
}

interface Beam {
  isDone(): boolean;
  /** Takes one step's log-probabilities; `follow` is told what each of its members is to read next, and after whom. */
  advance(
    logProbabilities: Float64Array,
    t: number,
    follow: (slot: number, token: number, parent: number) => void,
  ): void;
  best(): readonly Hypothesis[];
}

function createBeam(options: BeamOptions, search: number): Beam {
  const { width, end, lengthPenalty, most } = options;
  const limit = most[search] ?? 0;
  const scoreOf = (logProbability: number, length: number): number =>
    logProbability / ((5 + length) / 6) ** lengthPenalty;
  let live: readonly Live[] = [{ tokens: [], members: [], logProbability: 0 }];
  let done: Hypothesis[] = [];
  const keep = (one: Hypothesis): void => {
    done = [...done, one].sort((a, b) => b.score - a.score).slice(0, width);
  };
  return {
    isDone: () => live.length === 0,
    advance: (logProbabilities, t, follow) => {
      if (live.length === 0) return;
      const choices = live
        .flatMap((from, slot) =>
          likeliest(options, logProbabilities, search * width + slot).map((choice) => ({ from, ...choice })),
        )
        .map((one) => ({ ...one, logProbability: one.from.logProbability + one.logProbability }))
        .sort((a, b) => b.logProbability - a.logProbability)
        .slice(0, 2 * width);
      const next: Live[] = [];
      choices.forEach(({ from, token, member, logProbability }, rank) => {
        const members = [...from.members, member];
        if (token !== end) {
          if (next.length < width) next.push({ tokens: [...from.tokens, token], members, logProbability });
        } else if (rank < width)
          keep({ tokens: from.tokens, members, logProbability, score: scoreOf(logProbability, t + 1), ended: true });
      });
      // At the limit only the end could follow: where none has come to it, those that are followed are cut off.
      if (t === limit && done.length === 0)
        for (const one of live) keep({ ...one, score: scoreOf(one.logProbability, t), ended: false });
      live = t === limit || done.length === width ? [] : next;
      live.forEach(({ tokens, members }, slot) => follow(slot, tokens.at(-1) ?? end, members.at(-1) ?? 0));
    },
    best: () => done,
  };
}

interface Choice {
  readonly token: number;
  readonly member: number;
  readonly logProbability: number;
}

/** The likeliest tokens of one member: twice as many as hypotheses are followed, since one of them may be the end. */
function likeliest(
  { width, tokens, forbidden = [] }: BeamOptions,
  logProbabilities: Float64Array,
  member: number,
): readonly Choice[] {
  const start = member * tokens;
  // One that is no number, or all at -∞, leaves no number in the row.
  if (Number.isNaN(logProbabilities[start]))
    throw new RecurraError(
      "network/bad-logits",
      `The logits of hypothesis ${member} are not numbers that a likeliest token could be told from.`,
    );
  const best: Choice[] = [];
  const wanted = Math.min(tokens, 2 * width);
  for (let token = 0; token < tokens; token++) {
    const logProbability = logProbabilities[start + token] ?? -Infinity;
    if (best.length === wanted && logProbability <= (best.at(-1)?.logProbability ?? -Infinity)) continue;
    if (forbidden.includes(token)) continue;
    const place = best.findIndex((one) => one.logProbability < logProbability);
    best.splice(place < 0 ? best.length : place, 0, { token, member, logProbability });
    if (best.length > wanted) best.pop();
  }
  return best;
}

/** Beam search against trying everything, and its laws. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../util/random.ts";
import { searchBeams } from "./search-beams.ts";
import type { Hypothesis } from "./search-beams.ts";

const [tokens, end] = [4, 0];

/** A random model: logits that depend on all tokens so far. */
function createTeller(seed: number) {
  const logitsAfter = (history: readonly number[]): number[] => {
    const random = createRandom(history.reduce((sum, token) => sum * 7 + token + 1, seed));
    return Array.from({ length: tokens }, () => 2 * random.normal());
  };
  const logOf = (history: readonly number[], token: number): number => {
    const logits = logitsAfter(history);
    const normaliser = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return logits[token]! - normaliser;
  };
  return { logitsAfter, logOf };
}

function search(seeds: readonly number[], given: { width: number; most: number; lengthPenalty: number }) {
  const { width, most, lengthPenalty } = given;
  let histories: (readonly number[])[] = Array.from({ length: seeds.length * width }, () => []);
  return searchBeams({
    searches: seeds.length,
    width,
    tokens,
    begin: end,
    end,
    most: seeds.map(() => most),
    lengthPenalty,
    step: (read, parents) => {
      histories = Array.from(read, (token, member) => [...(histories[parents[member]!] ?? []), token]);
      return histories.flatMap((history, member) =>
        createTeller(seeds[Math.floor(member / width)]!).logitsAfter(history),
      );
    },
  });
}

/** Every sequence of at most so many tokens, with its score. */
function tryAll(seed: number, most: number, lengthPenalty: number): { tokens: readonly number[]; score: number }[] {
  const { logOf } = createTeller(seed);
  const found: { tokens: readonly number[]; score: number }[] = [];
  const go = (said: readonly number[], logProbability: number): void => {
    const ended = logProbability + logOf([end, ...said], end);
    found.push({ tokens: said, score: ended / ((5 + said.length + 1) / 6) ** lengthPenalty });
    if (said.length === most) return;
    for (let token = 1; token < tokens; token++) go([...said, token], logProbability + logOf([end, ...said], token));
  };
  go([], 0);
  return found.sort((a, b) => b.score - a.score);
}

const best = (hypotheses: readonly (readonly Hypothesis[])[]): readonly number[] => hypotheses[0]![0]!.tokens;

describe("beam search", () => {
  it.each([0, 0.6, 1])("that is wide enough finds the best of all, with a length penalty of %s", (lengthPenalty) => {
    for (let seed = 1; seed <= 8; seed++) {
      const wanted = tryAll(seed, 3, lengthPenalty)[0]!;
      const [found] = search([seed], { width: 100, most: 3, lengthPenalty });
      expect(found![0]!.tokens).toEqual(wanted.tokens);
      expect(found![0]!.score).toBeCloseTo(wanted.score, 10);
    }
  });

  it("of width 1 takes the likeliest token each time", () => {
    for (let seed = 1; seed <= 8; seed++) {
      const { logitsAfter } = createTeller(seed);
      const said: number[] = [];
      for (;;) {
        const logits = logitsAfter([end, ...said]);
        const token = logits.indexOf(Math.max(...logits));
        if (token === end || said.length === 5) break;
        said.push(token);
      }
      expect(best(search([seed], { width: 1, most: 5, lengthPenalty: 1 }))).toEqual(said);
    }
  });

  it("gives each search what it finds alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (seeds, width) => {
          const given = { width, most: 4, lengthPenalty: 0.8 };
          const together = search(seeds, given);
          seeds.forEach((seed, n) => {
            const alone = search([seed], given)[0]!;
            expect(together[n]!.map((one) => one.tokens)).toEqual(alone.map((one) => one.tokens));
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it("says which member said each token, so that what it looked at can be found", () => {
    const [found] = search([3], { width: 3, most: 4, lengthPenalty: 0 });
    for (const { tokens: said, members, ended } of found!) {
      expect(members).toHaveLength(said.length + (ended ? 1 : 0));
      expect(members[0]).toBe(0);
    }
  });

  it("never says what is forbidden, and is cut off where it does not end", () => {
    const [found] = searchBeams({
      searches: 1,
      width: 2,
      tokens: 3,
      begin: 0,
      end: 0,
      most: [2],
      lengthPenalty: 1,
      forbidden: [0, 1],
      step: (read) => Array.from(read).flatMap(() => [9, 8, 1]),
    });
    expect(found![0]).toMatchObject({ tokens: [2, 2], ended: false });
  });

  it("cut off, has the probability of what it says and no more", () => {
    const logits = [2, -20, 1.9, 2, -20, 1.9];
    const [found] = searchBeams({
      searches: 1,
      width: 2,
      tokens: 3,
      begin: 0,
      end: 1,
      most: [1],
      lengthPenalty: 0,
      step: () => logits,
    });
    const sum = Math.log(Math.exp(2) + Math.exp(1.9) + Math.exp(-20));
    expect(found!.map(({ tokens: said }) => said)).toEqual([[0], [2]]);
    expect(found![0]!.logProbability).toBeCloseTo(2 - sum, 10);
    expect(found![1]!.logProbability).toBeCloseTo(1.9 - sum, 10);
  });

  it("refuses logits that are too few or not numbers", () => {
    const one = { searches: 1, width: 1, tokens: 2, begin: 0, end: 0, most: [1], lengthPenalty: 1 };
    expect(() => searchBeams({ ...one, step: () => [1] })).toThrow(
      /gave 1 logits, but 1 hypotheses of 2 tokens need 2/,
    );
    expect(() => searchBeams({ ...one, step: () => [NaN, NaN] })).toThrow(/not numbers/);
    expect(() => searchBeams({ ...one, end: 5, step: () => [0, 0] })).toThrow(/end is 5/);
    expect(() => searchBeams({ ...one, most: [-1], step: () => [0, 0] })).toThrow(/at most -1/);
  });

  it("refuses a width or penalty that means nothing", () => {
    expect(() => search([1], { width: 0, most: 1, lengthPenalty: 1 })).toThrow(/width is 0/);
    expect(() => search([1], { width: 1, most: 1, lengthPenalty: -1 })).toThrow(/penalty is -1/);
  });
});

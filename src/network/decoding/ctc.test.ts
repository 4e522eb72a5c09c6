/** Decoding against a sum over all paths. */
import { describe, expect, test } from "vitest";
import { sumPaths } from "../../../test/support/ctc-paths.ts";
import { createRandom } from "../../util/random.ts";
import { decodeCtc } from "./ctc.ts";

describe("decoding of labels with blanks", () => {
  test("a beam that keeps everything finds the most probable labels and all their paths", () => {
    const random = createRandom(4);
    for (let run = 0; run < 20; run++) {
      const logits = Float64Array.from({ length: 5 * 3 }, () => 2 * random.normal());
      const sums = [...sumPaths(logits, 5, 3, 1)].sort((a, b) => b[1] - a[1]);
      const [decoded] = decodeCtc(logits, { steps: 5, classes: 3, blank: 1, beam: 1000 });
      expect(decoded!.labels.join()).toBe(sums[0]![0]);
      expect(decoded!.logProbability).toBeCloseTo(sums[0]![1], 10);
    }
  });

  test("the best path loses its repetitions and blanks, and two paths may beat it", () => {
    const say = (classes: readonly number[]): number[] =>
      classes.flatMap((one) => [0, 1, 2].map((n) => (n === one ? 9 : 0)));
    expect(decodeCtc(say([1, 1, 0, 1, 2, 2]), { steps: 6, classes: 3 })[0]!.labels).toEqual([1, 1, 2]);
    // Two steps of p(blank) = 0.6, p(1) = 0.4: nothing has 0.36, the label 1 has 0.64.
    const logits = [0.6, 0.4, 0.6, 0.4].map(Math.log);
    const [path] = decodeCtc(logits, { steps: 2, classes: 2 });
    expect(path!.labels).toEqual([]);
    expect(path!.logProbability).toBeCloseTo(Math.log(0.36), 12);
    const [searched] = decodeCtc(logits, { steps: 2, classes: 2, beam: 2 });
    expect(searched!.labels).toEqual([1]);
    expect(searched!.logProbability).toBeCloseTo(Math.log(0.64), 12);
  });

  test("members have their own lengths", () => {
    const member = (n: number): number[] => [0, n === 1 ? 5 : 0, n === 2 ? 5 : 0];
    const logits = [...member(1), ...member(2), ...member(2), ...member(1)];
    const decoded = decodeCtc(logits, { steps: 2, batch: 2, classes: 3, lengths: [2, 1], beam: 4 });
    expect(decoded.map(({ labels }) => labels)).toEqual([[1, 2], [2]]);
  });

  test.each([undefined, 2])("logits that are no numbers are refused, with the beam %s", (beam) => {
    for (const odd of [NaN, Infinity]) {
      const decode = () =>
        decodeCtc([0, 1, 1, 0, 0, odd], { steps: 3, classes: 2, ...(beam === undefined ? {} : { beam }) });
      expect(decode).toThrow("The logits of step 2 of member 0 are NaN or infinite");
      expect(decode).toThrow(expect.objectContaining({ code: "network/bad-input" }));
    }
    const none = [-Infinity, -Infinity];
    expect(() => decodeCtc([0, 1, ...none], { steps: 1, batch: 2, classes: 2 })).toThrow("step 0 of member 1");
    const all = decodeCtc([-Infinity, 0, 0, -Infinity], { steps: 2, classes: 2 });
    expect(all[0]).toEqual({ labels: [1], logProbability: 0 });
  });

  test.each([
    [{ steps: 2, classes: 2 }, 3],
    [{ steps: 1, classes: 2, blank: 2 }, 2],
    [{ steps: 1, classes: 2, beam: 0 }, 2],
    [{ steps: 1, classes: 2, lengths: [2] }, 2],
  ])("%o is refused for %i logits", (options, count) => {
    expect(() => decodeCtc(new Float64Array(count), options)).toThrow(
      expect.objectContaining({ code: "network/bad-input" }),
    );
  });
});

import { describe, expect, it } from "vitest";
import {
  accuracy,
  coverage,
  confusionMatrix,
  logLoss,
  macroF1,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanAbsoluteScaledError,
  pinballLoss,
  rootMeanSquaredError,
  scoreForecast,
  seasonalChange,
  symmetricPercentageError,
} from "./metrics.ts";
import { autocorrelate, findSeason } from "./season.ts";
import { createRandom } from "../util/random.ts";

describe("measures of forecasts", () => {
  const truth = [3, -0.5, 2, 7];
  const forecast = [2.5, 0, 2, 8];

  it("are those of their definitions", () => {
    // The example of scikit-learn's documentation.
    expect(meanAbsoluteError(truth, forecast)).toBe(0.5);
    expect(rootMeanSquaredError(truth, forecast)).toBeCloseTo(0.6123724356957945, 15);
    expect(meanAbsolutePercentageError(truth, forecast)).toBeCloseTo(0.3273809523809524, 15);
    expect(symmetricPercentageError([100, 0], [110, 0])).toBeCloseTo(10 / 105 / 2, 15);
    expect(pinballLoss([1, 2, 3], [0, 2, 3], 0.1)).toBeCloseTo(0.1 / 3, 15);
    expect(pinballLoss([1, 2, 3], [1, 2, 4], 0.1)).toBeCloseTo(0.9 / 3, 15);
    expect(pinballLoss(truth, forecast, 0.5)).toBeCloseTo(0.25, 15);
    // Naive errors of the training values: 1, 2, 3, their mean 2; by season 2: 3, 5.
    expect([seasonalChange([1, 2, 4, 7]), seasonalChange([1, 2, 4, 7], 2)]).toEqual([2, 4]);
    expect(meanAbsoluteScaledError([10, 10], [9, 13], [2, 2])).toBe(1);
  });

  it("scale each error by its own series", () => {
    expect(meanAbsoluteScaledError([10, 1000], [9, 1300], [2, 100])).toBe((0.5 + 3) / 2);
    expect(meanAbsoluteScaledError([10, 1000], [9, 1300], [2, NaN])).toBe(0.5);
    expect(meanAbsoluteScaledError([10], [9], [NaN])).toBeNaN();
  });

  it("are undefined rather than infinite where a share of zero is asked for", () => {
    expect(meanAbsolutePercentageError([0, 1], [1, 1])).toBeNaN();
    expect(scoreForecast([0, 1], [1, 1])).toEqual({
      meanAbsoluteError: 0.5,
      rootMeanSquaredError: Math.SQRT1_2,
      meanAbsolutePercentageError: NaN,
      symmetricPercentageError: 1,
    });
    expect(scoreForecast([2], [1], [2])).toMatchObject({ meanAbsoluteScaledError: 0.5 });
  });

  it("say what they cannot measure", () => {
    expect(() => meanAbsoluteError([1], [1, 2])).toThrow(
      "There are 1 true values and 2 predictions; give one prediction a value, and at least one",
    );
    expect(() => meanAbsoluteError([], [])).toThrow("There are 0 true values and 0 predictions");
    expect(() => pinballLoss([1], [1], 1)).toThrow("The quantile is 1; give a number between 0 and 1");
    expect(() => seasonalChange([1, 2], 2)).toThrow(
      "The scaled error needs more than 2 training values (one season); there are 2",
    );
  });
});

describe("measures of labels", () => {
  const truth = [0, 1, 2, 0, 1, 2];
  const predicted = [0, 2, 1, 0, 0, 1];

  it("are those of their definitions", () => {
    // The example of scikit-learn's documentation of f1_score.
    expect(accuracy(truth, predicted)).toBeCloseTo(2 / 6, 15);
    expect(confusionMatrix(truth, predicted, 3)).toEqual([
      [2, 0, 0],
      [1, 0, 1],
      [0, 2, 0],
    ]);
    expect(macroF1(truth, predicted, 3)).toBeCloseTo(0.26666666666666666, 15);
    expect(macroF1(truth, predicted, 5)).toBe(macroF1(truth, predicted, 3));
    // And of log_loss: spam, ham, ham, spam.
    expect(logLoss([1, 0, 0, 1], [0.1, 0.9, 0.9, 0.1, 0.8, 0.2, 0.35, 0.65], 2)).toBeCloseTo(0.21616187468057912, 14);
    expect(logLoss([0], [0, 1], 2)).toBeCloseTo(-Math.log(1e-15), 10);
  });

  it("say what they cannot measure", () => {
    expect(() => confusionMatrix([0, 3], [0, 0], 3)).toThrow(
      "The pair of classes 3 and 0 is not within the 3 classes, numbered from 0",
    );
    expect(() => confusionMatrix([0], [-1], 3)).toThrow("The pair of classes 0 and -1");
    expect(() => logLoss([0, 1], [1, 0], 2)).toThrow("2 labels of 2 classes need 4 probabilities; there are 2");
  });
});

describe("findSeason", () => {
  const random = createRandom(5);
  const series = (count: number, at: (t: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, t) => at(t));

  it("finds the step after which a series repeats, under noise and trend", () => {
    const week = [5, 6, 6, 7, 6, 1, 0];
    expect(findSeason(series(300, (t) => (week[t % 7] ?? 0) + 0.05 * t + random.normal(0, 0.7)))).toBe(7);
    expect(findSeason(series(120, (t) => 10 * Math.sin((2 * Math.PI * t) / 12) + random.normal(0, 1)))).toBe(12);
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { uniform } = createRandom(seed);
      expect(findSeason(series(400, (t) => 100 + 30 * Math.sin((2 * Math.PI * t) / 24) + uniform(0, 8)))).toBe(24);
      // Lost in the differences, but not in the values.
      expect(findSeason(series(400, (t) => 0.1 * t + 30 * Math.sin((2 * Math.PI * t) / 24) + uniform(0, 30)))).toBe(24);
    }
    expect(findSeason(series(24 * 20, (t) => Math.max(0, Math.sin((2 * Math.PI * t) / 24))))).toBe(24);
  });

  it("finds none in a random walk, in noise, in constants and in what is too short", () => {
    for (const count of [60, 300, 1000])
      for (const keeps of [1, 0.98, 0.9]) {
        let walk = 100;
        expect(findSeason(series(count, () => (walk = keeps * walk + random.normal())))).toBe(1);
      }
    expect(findSeason(series(1000, () => random.normal()))).toBe(1);
    expect(findSeason(series(50, () => 3))).toBe(1);
    for (const slope of [0.1, 1 / 3, 0.001]) expect(findSeason(series(300, (t) => 5 + slope * t))).toBe(1);
    expect(findSeason([1, 2, 1])).toBe(1);
    expect(findSeason([])).toBe(1);
    expect(
      findSeason(
        series(300, (t) => (t % 7 === 0 ? 1 : 0)),
        { longest: 6 },
      ),
    ).toBe(1);
  });

  it("rests on autocorrelations", () => {
    const [first, second, third] = autocorrelate([1, 2, 3, 4], 2);
    expect(first).toBe(1);
    expect(second).toBeCloseTo((-1.5 * -0.5 + -0.5 * 0.5 + 0.5 * 1.5) / 5, 15);
    expect(third).toBeCloseTo((-1.5 * 0.5 + -0.5 * 1.5) / 5, 15);
  });
});

it("coverage is the share within an interval, its ends included", () => {
  expect(coverage([1, 2, 3, 4], [1, 3, 0, 0], [2, 4, 3, 3])).toBe(0.5);
  expect(() => coverage([1], [0], [1, 2])).toThrow(/give one prediction a value/);
});

/** The tasks are what they say, from a seed, and chance is what an answer without memory gets. */
import { describe, expect, test } from "vitest";
import type { SequenceData } from "../../training/index.ts";
import { makeCopy } from "./copy.ts";
import { makeDigits } from "./digits.ts";
import { makeDyck } from "./dyck.ts";
import type { MemoryTask } from "./memory-task.ts";
import { findMemoryTask, memoryTasks } from "./table.ts";

const smallest = (task: MemoryTask): number => task.usualSteps[0]!;

/** The inputs at which something is asked: their rows, and what the answer is. */
function questionsOf({ starts, lengths, targets, perStep, weights }: SequenceData): { row: number; answer: number }[] {
  if (!perStep) return Array.from(targets, (answer, n) => ({ row: starts[n]! + lengths[n]! - 1, answer }));
  return Array.from(targets, (answer, row) => ({ row, answer })).filter(({ row }) => (weights?.[row] ?? 1) > 0);
}

/** The share of wrong answers where after each token the commonest is given. */
function bestByToken(data: SequenceData): number {
  const questions = questionsOf(data);
  const counts = new Map<number, Map<number, number>>();
  for (const { row, answer } of questions) {
    const own = counts.get(data.inputs[row]!) ?? new Map<number, number>();
    counts.set(data.inputs[row]!, own.set(answer, (own.get(answer) ?? 0) + 1));
  }
  const right = [...counts.values()].reduce((sum, own) => sum + Math.max(...own.values()), 0);
  return 1 - right / questions.length;
}

/** The mean squared error where a last number that is marked is known, and everything else is its mean. */
function bestByNumber(data: SequenceData): number {
  const questions = questionsOf(data);
  const said = (row: number): number => (data.inputs[2 * row + 1] === 1 ? data.inputs[2 * row]! + 0.5 : 1);
  return questions.reduce((sum, { row, answer }) => sum + (answer - said(row)) ** 2, 0) / questions.length;
}

describe.each(memoryTasks.filter(({ name }) => !name.startsWith("digit")))("$name", (task) => {
  const counts = { train: 2000, validation: 50, test: 50, steps: smallest(task), seed: 5 };

  test("fits what its network reads and says, and its parts differ", async () => {
    const { train, validation, test: held } = await task.make(counts);
    expect(train.lengths).toHaveLength(2000);
    expect(train.inputSize).toBe(task.input.kind === "tokens" ? 1 : task.input.size);
    expect(train.perStep).toBe(task.perStep);
    expect(validation.inputs).not.toEqual(held.inputs);
    if (task.input.kind === "tokens") expect(Math.max(...train.inputs)).toBeLessThan(task.input.size);
    if (task.loss.kind === "cross-entropy") expect(Math.max(...train.targets)).toBe(task.outputs - 1);
  });

  test("the seed gives the sequences", async () => {
    expect(await task.make(counts)).toEqual(await task.make(counts));
    expect((await task.make({ ...counts, seed: 6 })).train.targets).not.toEqual(
      (await task.make(counts)).train.targets,
    );
  });

  test("chance is what always the same answer gets", async () => {
    const { train, chance } = await task.make({ ...counts, train: 8000, steps: smallest(task) });
    const counted = [...train.targets].filter((_, at) => (train.weights?.[at] ?? 1) > 0);
    const error =
      task.measure === "mean squared error"
        ? counted.reduce((sum, value) => sum + (value - 1) ** 2, 0) / counted.length
        : counted.filter((answer) => answer !== 0).length / counted.length;
    expect(error).toBeCloseTo(chance.error, 1);
    expect(Math.abs(error - chance.error)).toBeLessThan(0.02);
    if (task.loss.kind === "cross-entropy") expect(Math.exp(-chance.loss)).toBeCloseTo(1 - chance.error, 12);
  });

  test("chance is what the best answer gets that sees the last input alone", async () => {
    const { train, chance } = await task.make({ ...counts, train: 8000 });
    const error = task.input.kind === "tokens" ? bestByToken(train) : bestByNumber(train);
    expect(Math.abs(error - chance.error)).toBeLessThan(0.02);
  });

  test("too few steps are refused", () => {
    expect(() => task.checkSteps(1)).toThrow(/at least \d+ steps, but 1 were/);
    expect(() => task.checkSteps(smallest(task))).not.toThrow();
  });
});

test("adding: two numbers are marked, one in each half, and the target is their sum", async () => {
  const { train } = await findMemoryTask("adding").make({ train: 20, validation: 1, test: 1, steps: 7, seed: 1 });
  for (let n = 0; n < 20; n++) {
    const rows = Array.from({ length: 7 }, (_, step) => 2 * (n * 7 + step));
    const marked = rows.flatMap((row, step) => (train.inputs[row + 1] === 1 ? [step] : []));
    expect(marked).toHaveLength(2);
    expect(marked[0]! < 3 && marked[1]! >= 3).toBe(true);
    expect(train.targets[n]).toBeCloseTo(
      marked.reduce((sum, step) => sum + train.inputs[rows[step]!]!, 0),
      6,
    );
  }
});

test("copy: what was shown is told in the last steps", () => {
  const { inputs, targets, weights } = makeCopy({ count: 1, steps: 8, shown: 2, symbols: 3, seed: 1 });
  expect([...inputs.subarray(2)]).toEqual([3, 3, 3, 3, 4, 4]);
  expect([...targets.subarray(6)]).toEqual([...inputs.subarray(0, 2)]);
  expect([...weights!]).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
});

test("dyck: words are balanced, no deeper than asked, and each bracket that closes another than the last is asked for", () => {
  const { inputs, targets, weights } = makeDyck({ count: 30, steps: 24, depth: 3, seed: 2 });
  let asked = 0;
  for (let n = 0; n < 30; n++) {
    const open: number[] = [];
    for (let step = 0; step < 24; step++) {
      const row = n * 24 + step;
      const token = inputs[row]!;
      if (token < 2) open.push(token);
      else {
        expect(open.pop()).toBe(token - 2);
        const isAsked = inputs[row - 1]! >= 2;
        expect([weights![row - 1], targets[row - 1]]).toEqual(isAsked ? [1, token - 2] : [0, 0]);
        asked += Number(isAsked);
      }
      expect(open.length).toBeLessThanOrEqual(3);
    }
    expect(open).toEqual([]);
  }
  expect([...weights!].filter((weight) => weight === 1).length).toBe(asked);
});

test("digits: each picture is in one part, as rows, pixels, or means of four", () => {
  const picture = (digit: number, n: number): number[] =>
    Array.from({ length: 784 }, (_, at) => (at === 0 ? (10 * digit + n) / 100 : at === 1 ? 1 : 0));
  const digits = Array.from({ length: 10 }, (_, digit) => ({
    data: Array.from({ length: 10 }, (_unused, n) => picture(digit, n)).flat(),
  }));
  const counts = { train: 1000, validation: 10, test: 10, seed: 1 };
  const pixels = makeDigits(digits, { ...counts, steps: 784, columns: 1 });
  const seen = [pixels.train, pixels.validation, pixels.test].flatMap(({ inputs, targets, starts }) =>
    [...targets].map((digit, n) => {
      const code = Math.round(inputs[starts[n]!]! * 100);
      expect(Math.floor(code / 10)).toBe(digit);
      return code;
    }),
  );
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, code) => code));
  const rows = makeDigits(digits, { ...counts, steps: 28, columns: 28 });
  expect(rows.train.inputs).toEqual(pixels.train.inputs);
  const means = makeDigits(digits, { ...counts, steps: 196, columns: 1 });
  expect(means.test.inputs[0]).toBeCloseTo((pixels.test.inputs[0]! + 1) / 4, 6);
  expect(pixels.chance.error).toBeGreaterThan(0.5);
});

test("digits come from the package", async () => {
  const task = findMemoryTask("digit-rows");
  const { train, test: held } = await task.make({ train: 300, validation: 50, test: 100, steps: 28, seed: 1 });
  expect(train.lengths).toHaveLength(300);
  expect(held.targets).toHaveLength(100);
  expect(train.inputs.some((value) => value > 0.9)).toBe(true);
  expect(() => task.checkSteps(30)).toThrow(/sequences of 28 steps/);
});

test("a name that is none is told, with the one that may be meant", () => {
  expect(() => findMemoryTask("ading")).toThrow(/did you mean adding/);
});

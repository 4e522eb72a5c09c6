import { describe, expect, it, test } from "vitest";
import { load } from "../../formats/recurra/index.ts";
import { countNGrams } from "../../data/index.ts";
import { createRandom } from "../../util/random.ts";
import {
  evaluateText,
  findUnknown,
  generateText,
  openTask,
  planGenerate,
  saveResult,
  streamText,
  trainLanguageModel,
} from "../index.ts";
import type { GenerateOptions, GenerateResult, LanguageModel } from "../index.ts";
import { measureTokens } from "./language-model.ts";
import { splitText } from "./split-text.ts";

/** Lines of a made language: who does what, with a word that has to agree over the middle of the line. */
function makeText(lines: number): string {
  const random = createRandom(5);
  const pairs = [
    ["Cô", "hát"],
    ["Anh", "ngủ"],
    ["Em", "cười"],
  ] as const;
  return Array.from({ length: lines }, () => {
    const [who, does] = pairs[random.integer(3)]!;
    return `${who} ${["đang", "sẽ", "vẫn"][random.integer(3)]} ${does}.\n`;
  }).join("");
}

const data = { text: makeText(500), source: "made.txt" };
const small: GenerateOptions = {
  hidden: 32,
  steps: 24,
  batch: 16,
  epochs: 12,
  rate: 0.01,
  dropout: 0,
  backend: "wasm",
};

async function trainOn(options: GenerateOptions): Promise<GenerateResult> {
  const result = await trainLanguageModel(data, { ...small, ...options });
  if (result === undefined) throw new Error("the run was stopped");
  return result;
}

describe("a language model of characters", async () => {
  const result = await trainOn({});
  const { languageModel: job, test: scores } = result;

  it("is compared with n-grams and with frequencies", () => {
    expect(scores!.nGrams!.bitsPerCharacter).toBeLessThan(scores!.frequencies.bitsPerCharacter / 2);
    expect(scores!.model.bitsPerCharacter).toBeLessThan(scores!.nGrams!.bitsPerCharacter * 1.5);
    expect(scores!.model.perplexity).toBeCloseTo(2 ** scores!.model.bitsPerCharacter, 8);
    // A line has two choices of three and nothing else: 2 ln 3 nats.
    const perLine = data.text.length / 500;
    expect(scores!.model.natsPerCharacter).toBeGreaterThan((2 * Math.log(3)) / perLine - 0.05);
  });

  it("goes on with a prompt, the same from the same seed", () => {
    expect(generateText(job, { prompt: "Cô đang ", length: 5, temperature: 0 })).toBe("hát.\n");
    expect(generateText(job, { prompt: "Cô đang ".normalize("NFD"), length: 5, temperature: 0 })).toBe("hát.\n");
    expect(generateText(job, { seed: 3, length: 60 })).toBe(generateText(job, { seed: 3, length: 60 }));
    expect(generateText(job, { seed: 3, length: 60 })).not.toBe(generateText(job, { seed: 4, length: 60 }));
    expect([...streamText(job, { length: 7 })]).toHaveLength(7);
    expect(generateText(job, { length: 0 })).toBe("");
    expect(result.sample).toHaveLength(400);
  });

  it("refuses what it cannot read", () => {
    expect(() => generateText(job, { prompt: "Zoë" })).toThrow('The prompt holds "Z", "o", "ë"');
    expect(() => generateText(job, { length: -1 })).toThrow("length is -1");
    expect(findUnknown(job.task.vocabulary, "Cô Z")).toEqual(["Z"]);
  });

  it("measures a text stepwise as it does at once", () => {
    const tokens = planGenerate(data, small).parts.test.tokens.subarray(0, 40);
    const outputs = job.model.predict({ steps: 39, batch: 1, inputs: tokens.subarray(0, 39) });
    const size = job.task.vocabulary.entries.length;
    let nats = 0;
    for (let step = 0; step < 39; step++) {
      const row = Array.from(outputs.subarray(step * size, (step + 1) * size));
      nats += Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0)) - row[tokens[step + 1]!]!;
    }
    expect(measureTokens(job.model, tokens)).toBeCloseTo(nats / 39, 4);
    expect(evaluateText(job, data.text.slice(-2000)).model.nats).toBeLessThan(1);
    expect(() => evaluateText(job, "C")).toThrow("fewer than two tokens");
  });

  it("is the same after it was saved and loaded", () => {
    const model = load(saveResult(result), { verify: true });
    const opened = openTask(model) as LanguageModel;
    expect(opened.task).toEqual(job.task);
    expect(generateText(opened, { length: 50 })).toBe(generateText(job, { length: 50 }));
    model.dispose();
  });
});

test.each([
  [{ unit: "word" }, "Anh sẽ", 3, " ngủ.\n"],
  [{ unit: "subword", vocabularySize: 290, tie: true, batch: 4 }, "Em vẫn", 20, " cười."],
] as const)("a language model by %j goes on with the rest of a word", async (options, prompt, length, expected) => {
  const { languageModel: job, test: scores } = await trainOn(options);
  expect(generateText(job, { prompt, length, temperature: 0 }).slice(0, expected.length)).toBe(expected);
  expect(scores!.model.bitsPerCharacter).toBeLessThan(scores!.frequencies.bitsPerCharacter);
  const model = load(saveResult({ ...(await trainOn({ ...options, epochs: 1 })) }), { verify: true });
  expect((openTask(model) as LanguageModel).task.vocabulary.unit).toBe(options.unit);
  model.dispose();
});

test.each([30, 300])("without a validation part n-grams are counted in all of a text of %i lines", async (lines) => {
  const given = { text: makeText(lines), source: "made.txt" };
  const options = { ...small, hidden: 4, steps: 8, batch: 4, epochs: 1, validation: 0, test: 100 };
  const { parts, task } = planGenerate(given, options);
  const result = await trainLanguageModel(given, options);
  const { order, nats, bitsPerCharacter } = result!.test!.nGrams!;
  const counted = countNGrams(parts.train.tokens, { size: task.vocabulary.entries.length, order });
  expect(order).toBeGreaterThan(1);
  expect(nats).toBeCloseTo(counted.loss(parts.test.tokens.subarray(1)), 12);
  expect(bitsPerCharacter).toBeLessThan(1.5);
});

describe("parts of a text", () => {
  it("follow one another and are all of it, cut where lines end", () => {
    const parts = splitText(data, { test: 0.05, validation: 100 });
    expect(parts.train + parts.validation + parts.test).toBe(data.text);
    expect(parts.train.endsWith("\n")).toBe(true);
    expect(parts.validation.endsWith("\n")).toBe(true);
    expect(parts.test.length / data.text.length).toBeCloseTo(0.05, 2);
  });

  it.each([
    [{ text: "  \n" }, {}, "made.txt holds no text"],
    [{}, { test: 0.6, validation: 0.5 }, "leave none to train on"],
    [{}, { test: -1 }, "cannot be held back"],
    [{ text: "too short" }, {}, "tokens to learn from, but an update"],
    [{}, { steps: 0 }, "steps is 0"],
    [{}, { tie: true, embedding: 16 }, "Tied weights"],
    [{}, { bidirectional: true }, "reads forwards only"],
    [{}, { unit: "subword", vocabularySize: 100 }, "at least 258"],
  ] as const)("%j with %j is refused", (given, options, message) => {
    expect(() => planGenerate({ ...data, ...given }, { ...small, ...options })).toThrow(message);
  });
});

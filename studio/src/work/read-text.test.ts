/** Readings of an LSTM against its own equations and the library's measures. */
import { findCell, memoryLength, traceNetwork } from "recurra/inspect";
import { expect, test } from "vitest";
import { createUntrained, readText, valueNames } from "./read-text.ts";

const text = "Tom drives a car. He drives so fast.\nHe is late (again).\n";
const model = createUntrained(text);
const reading = readText(model, text);

test("every value is there for every character and unit, and the equations hold", () => {
  const { characters, hidden, values } = reading;
  expect(characters.join("")).toBe(text);
  expect(reading.unknown).toEqual([]);
  for (const name of valueNames) expect(values[name]).toHaveLength(characters.length * hidden);
  for (let at = hidden; at < values.c.length; at += 7) {
    const [f = NaN, i = NaN, g = NaN, o = NaN] = [values.f[at], values.i[at], values.g[at], values.o[at]];
    const before = values.c[at - hidden] ?? NaN;
    expect(values.c[at]).toBeCloseTo(f * before + i * g, 5);
    expect(values.h[at]).toBeCloseTo(o * Math.tanh(values.c[at] ?? NaN), 5);
  }
});

test("memory lengths are those of the library", () => {
  const vocabulary = new Map(model.vocabulary.entries.map((entry, at) => [entry, at]));
  const trace = traceNetwork(model.model, { inputs: Array.from(text, (character) => vocabulary.get(character) ?? 1) });
  const of = memoryLength(trace).find(({ state }) => state === "c");
  expect(of?.lengths).toHaveLength(reading.hidden);
  for (const [unit, length] of of?.lengths.entries() ?? []) expect(reading.memory[unit]).toBeCloseTo(length, 6);
  expect(findCell(trace).cell.name).toBe("lstm");
});

test("guesses are the likeliest of the model's own output", () => {
  const { entries } = model.vocabulary;
  const numbers = Array.from(text, (character) => entries.indexOf(character));
  const { output } = traceNetwork(model.model, { inputs: numbers });
  for (const [step, guesses] of reading.guesses.entries()) {
    const logits = Array.from(output.values.subarray(step * entries.length, (step + 1) * entries.length));
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    const shares = logits.slice(2).map((logit) => Math.exp(logit) / sum);
    expect(guesses.map(({ share }) => share.toFixed(9))).toEqual(
      shares
        .sort((one, other) => other - one)
        .slice(0, 4)
        .map((share) => share.toFixed(9)),
    );
    const [best] = guesses;
    expect(Math.exp(logits[entries.indexOf(best?.character ?? "")] ?? NaN) / sum).toBeCloseTo(best?.share ?? NaN, 9);
  }
});

test("signals that change are followed by some unit, and checked on the other half", () => {
  const names = reading.tracks.map(({ signal }) => signal);
  expect(names).toContain("space");
  // There is no digit, and no bracket in the first half.
  expect(names).not.toContain("digit");
  expect(names).not.toContain("brackets");
  for (const { unit, found, checked, area } of reading.tracks) {
    expect(unit).toBeLessThan(reading.hidden);
    expect(Math.abs(found)).toBeGreaterThan(0);
    expect(Math.abs(found)).toBeLessThanOrEqual(1 + 1e-9);
    if (!Number.isNaN(checked)) expect(Math.abs(checked)).toBeLessThanOrEqual(1 + 1e-9);
    if (area !== undefined) expect(area >= 0 && area <= 1).toBe(true);
  }
  expect(readText(model, "Tom drives").tracks).toEqual([]);
});

test("characters that the model does not know are named once", () => {
  expect(readText(model, "Tom ßß Ω").unknown).toEqual(["ß", "Ω"]);
});

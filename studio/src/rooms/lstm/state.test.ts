/** Positions of the player, models and texts. */
import { expect, test } from "vitest";
import { parts, placeAt, positionOf, resolveModel, textFor } from "./state.ts";
import { passages } from "./texts.ts";

test("every part of every character has a position of its own", () => {
  const places = Array.from({ length: 15 }, (_, position) => placeAt(position));
  expect(places.map(positionOf)).toEqual(places.map((_, position) => position));
  expect(places[7]).toEqual({ at: 1, part: parts[2] });
});

test("an example gives way to one in the language of the model, and what was typed stays", () => {
  expect(textFor("kieu", "abc")).toBe("abc");
  expect(textFor("kieu", passages.course)).toBe(passages.kieu);
  expect(textFor("shakespeare", passages.kieu)).toBe("Tom drives a car. He drives so fast.");
  expect(textFor("untrained", passages.kieu)).toBe(passages.kieu);
  expect(resolveModel("untrained")).toBeUndefined();
  expect(resolveModel("kieu")).toBe("kieu");
});

test("examples fit into the field and are in composed form", () => {
  for (const text of Object.values(passages)) {
    expect(text.length).toBeLessThanOrEqual(600);
    expect(text.normalize("NFC")).toBe(text);
  }
});

/** The studio's list of models says what there is: after every change of a model it has to be written again. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { readdirSync, statSync } from "node:fs";
import { root } from "./tools.mjs";

const folder = path.join(root, "studio/public/models");
/** @param {string} name */
const readJson = async (name) => JSON.parse(await readFile(path.join(folder, name), "utf8"));

test("every model that is there is listed with its size (if not: node studio/list-models.mjs)", async () => {
  /** @type {{ models: { name: string, bytes: number }[] }} */
  const { models } = await readJson("models.json");
  const files = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
  expect(models.map(({ name, bytes }) => [`${name}.safetensors`, bytes])).toEqual(
    files.sort().map((name) => [name, statSync(path.join(folder, name)).size]),
  );
});

test("births are those of the year of the test and what is before it, and emoji have both names", async () => {
  /** @type {{ first: string, births: number[] }} */
  const { first, births } = await readJson("births.json");
  expect(Date.parse(first) + (births.length - 1) * 86_400_000).toBe(Date.parse("2014-12-31"));
  expect(births.every((count) => Number.isInteger(count) && count > 5000 && count < 20_000)).toBe(true);
  /** @type {{ emoji: { en: string, vi: string }[] }} */
  const { emoji } = await readJson("emoji.json");
  expect(emoji.length).toBeGreaterThan(0);
  for (const { en, vi } of emoji)
    expect([en, vi].join("|")).toMatch(/^\p{L}[\p{L}\p{M}\p{N} ’]*\|\p{L}[\p{L}\p{M}\p{N} ’]*$/u);
});

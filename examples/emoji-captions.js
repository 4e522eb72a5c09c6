/** What emoji show, in a language of emojibase-data: small letters, no signs. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/** @typedef {{ hexcode: string, label: string, skins?: Label[] }} Label */

/** @param {string} code */
export const plainCode = (code) => code.replaceAll("-FE0F", "");

/**
 * By plain code.
 * @param {string} language
 */
export async function readCaptions(language) {
  const file = createRequire(import.meta.url).resolve(`emojibase-data/${language}/data.json`);
  /** @type {Label[]} */
  const labels = JSON.parse(await readFile(file, "utf8"));
  return new Map(
    labels
      .flatMap((one) => [one, ...(one.skins ?? [])])
      .map(({ hexcode, label }) => [
        plainCode(hexcode),
        label
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{M}\p{N}’]+/gu, " ")
          .trim(),
      ]),
  );
}

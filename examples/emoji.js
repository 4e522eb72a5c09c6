/** Pictures of emoji of two vendors with what they show, in a language of emojibase-data; the part of each says whether it is learned from. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { readPictures } from "recurra";
import { plainCode, readCaptions } from "./emoji-captions.js";

/**
 * @typedef {{ unified: string, sheet_x: number, sheet_y: number }} Place where an emoji lies in the vendors' sheets
 * @typedef {Place & { subcategory: string, skin_variations?: Record<string, Place> }} Emoji
 */
const { resolve } = createRequire(import.meta.url);
/** @param {string} file */
const readJson = async (file) => JSON.parse(await readFile(resolve(file), "utf8"));

/**
 * Of three families some are kept back: what is to be said of them is put together of what is said of others, but for the names of countries.
 * @param {readonly Emoji[]} emoji
 */
function chooseParts(emoji) {
  const every = { flags: 10, clocks: 7, people: 11 };
  const counts = { flags: 0, clocks: 0, people: 0 };
  return emoji.flatMap((one) =>
    [one, ...Object.values(one.skin_variations ?? {})].map((place) => {
      const isClock = one.subcategory === "time" && /^1F5[56].$/.test(one.unified);
      const family =
        one.subcategory === "country-flag" ? "flags" : isClock ? "clocks" : place !== one ? "people" : undefined;
      if (family === undefined) return { ...place, part: "train" };
      const number = counts[family]++ % every[family];
      if (number === 2) return { ...place, part: `unseen ${family}` };
      return { ...place, part: family === "people" && number === 7 ? "validation" : "train" };
    }),
  );
}

/**
 * The pictures that are learned from are all of one vendor, and so are those that training watches; `subcategories` leaves the others out.
 * @param {{ readonly language: string, readonly side: number, readonly subcategories?: readonly string[] }} options
 */
export async function readEmoji({ language, side, subcategories }) {
  const captions = await readCaptions(language);
  /** @type {Emoji[]} */
  const emoji = await readJson("emoji-datasource-google/emoji.json");
  const sprites = chooseParts(
    emoji.filter(({ subcategory }) => subcategories === undefined || subcategories.includes(subcategory)),
  );
  const rows = ["google", "twitter"].flatMap((vendor) =>
    sprites
      .filter(({ part }) => vendor === "google" || part !== "validation")
      .map(({ unified, sheet_x, sheet_y, part }) => ({
        file: path.join(
          path.dirname(resolve(`emoji-datasource-${vendor}/emoji.json`)),
          `img/${vendor}/sheets-256/32.png`,
        ),
        crop: { left: 34 * sheet_x + 1, top: 34 * sheet_y + 1, width: 32, height: 32 },
        caption: captions.get(plainCode(unified)) ?? unified,
        part: vendor === "twitter" && part === "train" ? "test" : part,
      })),
  );
  return {
    pictures: await readPictures(rows, { height: side, width: side }),
    captions: rows.map(({ caption }) => caption),
    parts: rows.map(({ part }) => part),
    source: "emoji",
  };
}

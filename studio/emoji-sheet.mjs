/** A small sheet of emoji for the captions to be tried on: of another vendor than those that were learned from. Needs sharp. */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { plainCode, readCaptions } from "../examples/emoji-captions.js";

/** Emoji of many kinds; flags, clocks and people last. */
const chosen = [
  "1F600 1F602 1F60D 1F622 1F621 1F634 1F916 1F47B",
  "1F436 1F431 1F42D 1F98A 1F43B 1F438 1F427 1F98B",
  "1F339 1F333 1F34E 1F34C 1F349 1F355 1F382 2615",
  "1F697 1F6B2 1F680 2708-FE0F 1F3E0 2600-FE0F 1F319 1F308",
  "26BD 1F3B8 1F4F7 1F511 2702-FE0F 1F4A1 2764-FE0F 1F49A",
  "1F1FB-1F1F3 1F1EB-1F1F7 1F1EF-1F1F5 1F552 1F559 1F44B-1F3FD 1F44D-1F3FF 1F469-200D-1F680",
].flatMap((row) => row.split(" "));

/** Emoji in a row of the sheet. */
const columns = 8;
/** Pixels of a side: twice what the network reads, so that people see more. */
const side = 64;

const { resolve } = createRequire(import.meta.url);
/** @param {string} file */
const readJson = async (file) => JSON.parse(await readFile(resolve(file), "utf8"));

/**
 * Writes `emoji.png` and `emoji.json`: the side, the columns, and for each emoji what it shows in each language, as captions say it.
 * @param {string} folder
 */
export async function writeEmojiSheet(folder) {
  const { default: sharp } = await import("sharp");
  /** @typedef {{ unified: string, sheet_x: number, sheet_y: number, skin_variations?: Record<string, Emoji> }} Emoji */
  /** @type {Emoji[]} */
  const emoji = await readJson("emoji-datasource-twitter/emoji.json");
  const places = new Map(
    emoji.flatMap((one) => [one, ...Object.values(one.skin_variations ?? {})]).map((one) => [one.unified, one]),
  );
  const sheet = path.join(
    path.dirname(resolve("emoji-datasource-twitter/emoji.json")),
    `img/twitter/sheets-256/${side}.png`,
  );
  const captions = { en: await readCaptions("en"), vi: await readCaptions("vi") };
  const tiles = await Promise.all(
    chosen.map(async (code, at) => {
      const place = places.get(code);
      if (place === undefined) throw new Error(`there is no emoji ${code}`);
      // A pixel lies around each picture of the sheet.
      const [left, top] = [(side + 2) * place.sheet_x + 1, (side + 2) * place.sheet_y + 1];
      const input = await sharp(sheet).extract({ left, top, width: side, height: side }).png().toBuffer();
      return { input, left: side * (at % columns), top: side * Math.floor(at / columns) };
    }),
  );
  const [width, height] = [side * columns, side * Math.ceil(chosen.length / columns)];
  await sharp({ create: { width, height, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } } })
    .composite(tiles)
    .png({ palette: true, effort: 10 })
    .toFile(path.join(folder, "emoji.png"));
  const shown = chosen.map((code) => ({
    en: captions.en.get(plainCode(code)) ?? code,
    vi: captions.vi.get(plainCode(code)) ?? code,
  }));
  await writeFile(
    path.join(folder, "emoji.json"),
    `${JSON.stringify({ side, columns, emoji: shown }, undefined, 1)}\n`,
  );
}

/** Pictures from files: PNG, JPEG, WebP and whatever else the library `sharp` reads. */
import { statSync } from "node:fs";
import type sharpOf from "sharp";
import { RecurraError } from "../util/errors.ts";
import { pictureChannels } from "./pictures.ts";
import type { PictureSet } from "./pictures.ts";

/** A picture to be read: a file, or a rectangle of it in pixels (a sprite of a sheet). */
export interface PictureFile {
  readonly file: string;
  /** What it is called, for messages and tables: the file if absent. */
  readonly name?: string | undefined;
  readonly crop?: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

async function loadSharp(): Promise<typeof sharpOf> {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    throw new RecurraError(
      "file/cannot-read",
      "Pictures are read with the library sharp, which is not installed here; npm install sharp adds it.",
      { cause },
    );
  }
}

/** Throws where a file cannot hold a picture. */
function checkFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Error("there is no such file");
  if (found.isDirectory()) throw new Error("it is a folder; name a file in it");
  if (found.size === 0) throw new Error("it is empty");
}

/**
 * Pictures brought to one size, the whole of each within it, on white. A sheet is decoded once. Throws `file/cannot-read` naming the file, and for a rectangle that
 * reaches past its picture.
 */
export async function readPictures(
  files: readonly PictureFile[],
  { height, width }: { readonly height: number; readonly width: number },
): Promise<PictureSet> {
  const sharp = await loadSharp();
  const length = height * width * pictureChannels;
  const pixels = new Float32Array(files.length * length);
  const sheets = new Map<string, { readonly data: Buffer; readonly width: number; readonly height: number }>();
  const names: string[] = [];
  for (const [index, { file, name = file, crop }] of files.entries()) {
    const place = crop === undefined ? file : `${file} (${crop.left}, ${crop.top})`;
    try {
      checkFile(file);
      let sheet = sheets.get(file);
      if (sheet === undefined) {
        const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
        sheet = { data, width: info.width, height: info.height };
        if (crop !== undefined) sheets.set(file, sheet);
      }
      if (crop !== undefined && (crop.left + crop.width > sheet.width || crop.top + crop.height > sheet.height))
        throw new Error(`the rectangle reaches past its ${sheet.width} × ${sheet.height} pixels`);
      const whole = sharp(sheet.data, { raw: { width: sheet.width, height: sheet.height, channels: 4 } });
      const { data } = await (crop === undefined ? whole : whole.extract(crop))
        .resize(width, height, { fit: "contain", background: { r: 255, g: 255, b: 255, alpha: 0 } })
        .flatten({ background: "#ffffff" })
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      for (let at = 0; at < length; at++) pixels[index * length + at] = (data[at] ?? 255) / 255;
    } catch (cause) {
      throw new RecurraError(
        "file/cannot-read",
        `${place} cannot be read as a picture: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    names.push(name);
  }
  return { kind: "pictures", height, width, names, pixels };
}

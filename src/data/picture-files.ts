/** Pictures from files: PNG, JPEG, WebP and whatever else the library `sharp` reads. */
import { statSync } from "node:fs";
import type sharpOf from "sharp";
import { printCount } from "../util/count.ts";
import { RecurraError } from "../util/errors.ts";
import { pictureLength } from "./pictures.ts";
import type { PictureSet } from "./pictures.ts";

/** A picture to be read: a file, or a rectangle of it in pixels (a sprite of a sheet), as it is to be looked at: turned as its EXIF orientation says. */
export interface PictureFile {
  readonly file: string;
  /** What it is called, for messages and tables: the file if absent. */
  readonly name?: string | undefined;
  /** Where it was named, such as a row of a table: messages begin with it. */
  readonly namedIn?: string | undefined;
  readonly crop?: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

type Crop = NonNullable<PictureFile["crop"]>;

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

/** Throws where a rectangle is none, or not of the picture. */
function checkCrop({ left, top, width, height }: Crop, sheet: Pick<Crop, "width" | "height">): void {
  const isWhole = (least: number) => (value: number) => Number.isSafeInteger(value) && value >= least;
  if (![left, top].every(isWhole(0)) || ![width, height].every(isWhole(1)))
    throw new Error(
      `the rectangle of ${width} × ${height} pixels at (${left}, ${top}) is none; give whole numbers, and a width and a height of at least 1`,
    );
  if (left + width > sheet.width || top + height > sheet.height)
    throw new Error(`the rectangle reaches past its ${sheet.width} × ${sheet.height} pixels`);
}

/** Height and width of what pictures are brought to, at most. */
const mostSide = 8192;

/** Room for the numbers of pictures of one size. Throws `util/bad-argument`, `engine/out-of-memory`. */
function makeRoom(count: number, size: { readonly height: number; readonly width: number }): Float32Array {
  for (const [name, side] of Object.entries({ height: size.height, width: size.width }))
    if (!Number.isInteger(side) || side < 1 || side > mostSide)
      throw new RecurraError(
        "util/bad-argument",
        `Pictures cannot be brought to a ${name} of ${side}; give a whole number from 1 to ${mostSide}.`,
      );
  try {
    return new Float32Array(count * pictureLength(size));
  } catch (cause) {
    throw new RecurraError(
      "engine/out-of-memory",
      `${printCount(count, "picture")} of ${size.width} × ${size.height} pixels need more memory than there is; give a smaller size, or fewer pictures.`,
      { cause },
    );
  }
}

/**
 * Pictures brought to one size, the whole of each within it, on white. A sheet is decoded once. Throws `file/cannot-read` naming the file, and for a rectangle that
 * reaches past its picture; `util/bad-argument` and `engine/out-of-memory` for a size that cannot be.
 */
export async function readPictures(
  files: readonly PictureFile[],
  { height, width }: { readonly height: number; readonly width: number },
): Promise<PictureSet> {
  const length = pictureLength({ height, width });
  const pixels = makeRoom(files.length, { height, width });
  const sharp = await loadSharp();
  const sheets = new Map<string, { readonly data: Buffer; readonly width: number; readonly height: number }>();
  const names: string[] = [];
  for (const [index, { file, name = file, namedIn, crop }] of files.entries()) {
    const place = crop === undefined ? file : `${file} (${crop.left}, ${crop.top})`;
    try {
      checkFile(file);
      let sheet = sheets.get(file);
      if (sheet === undefined) {
        const { data, info } = await sharp(file).autoOrient().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
        sheet = { data, width: info.width, height: info.height };
        if (crop !== undefined) sheets.set(file, sheet);
      }
      if (crop !== undefined) checkCrop(crop, sheet);
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
        `${namedIn === undefined ? "" : `${namedIn}: `}${place} cannot be read as a picture: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
    names.push(name);
  }
  return { kind: "pictures", height, width, names, pixels };
}

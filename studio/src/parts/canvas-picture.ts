/** A picture for a network that captions: brought to the size that it reads, on white. */
import { fitInside, halvePixels } from "./pixels.ts";

export interface ReadPicture {
  /** As the network reads it, `[side × side, 3]`. */
  readonly pixels: readonly number[];
  /** As it is shown: an address of data. */
  readonly address: string;
}

/** A part of a picture, or all of it. */
export interface PictureSource {
  readonly image: CanvasImageSource;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The whole of it stands in the middle of a square. */
export function readPicture({ image, x, y, width, height }: PictureSource, side: number): ReadPicture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 2 * side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("this browser draws no pictures");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, 2 * side, 2 * side);
  context.imageSmoothingQuality = "high";
  const place = fitInside({ width, height }, 2 * side);
  context.drawImage(image, x, y, width, height, place.x, place.y, place.width, place.height);
  const { data } = context.getImageData(0, 0, 2 * side, 2 * side);
  return { pixels: halvePixels(data, side), address: canvas.toDataURL("image/png") };
}

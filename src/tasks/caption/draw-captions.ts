/** Pictures with what was said of them, and where the network looked, as HTML. */
import { escapeXml } from "../../inspect/index.ts";
import type { CaptionSample } from "./evaluate-caption.ts";

const size = 64;

/** Side by side, with room below. */
const row = "display:flex;flex-wrap:wrap;gap:1rem;margin-bottom:1.5rem";

/** A sheet: each picture with its caption, green where it is right, else with the true one. */
export function drawSheet(samples: readonly CaptionSample[]): string {
  const figures = samples.map(({ picture, truth, predicted, nearest }) => {
    const isRight = predicted === truth;
    const more = isRight
      ? ""
      : `<br><small>true: ${escapeXml(truth)}${nearest === "" ? "" : `<br>nearest: ${escapeXml(nearest)}`}</small>`;
    return `<figure style="width:10rem;margin:0"><img src="${picture}" width="${size}" height="${size}" alt="${escapeXml(truth)}" style="image-rendering:pixelated"><figcaption style="color:${isRight ? "#0d7d6c" : "#b5266b"}">${escapeXml(predicted)}${more}</figcaption></figure>`;
  });
  return `<div style="${row}">${figures.join("")}</div>`;
}

/** The picture once for each word under what was said of it, darkened where the network did not look. Regions lie in a square. */
export function drawLooks({ picture, words, predicted, attention = [] }: CaptionSample): string {
  const cells = words.map((word, n) => {
    const weights = attention[n] ?? new Float32Array(0);
    const side = Math.round(Math.sqrt(weights.length));
    const most = weights.reduce((a, b) => Math.max(a, b), 1e-9);
    const shades = Array.from(
      weights,
      (weight) => `<span style="background:rgba(0,0,0,${(0.8 * (1 - weight / most)).toFixed(2)})"></span>`,
    );
    return `<figure style="margin:0;text-align:center"><div style="position:relative;width:${size}px;height:${size}px"><img src="${picture}" width="${size}" height="${size}" alt="" style="image-rendering:pixelated"><div style="position:absolute;inset:0;display:grid;grid-template-columns:repeat(${side},1fr)">${shades.join("")}</div></div><figcaption>${escapeXml(word)}</figcaption></figure>`;
  });
  return `<p style="margin:0">where it looked for “${escapeXml(predicted)}”</p><div style="${row}">${cells.join("")}</div>`;
}

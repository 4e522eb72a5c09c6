/** A sound with the probability of speech over it, as a picture that stands alone. */
import { findStretches, rate, stepSize } from "./stretches.js";

const [width, height, left, bottom] = [960, 220, 36, 24];

/** Tenths, halves, whole seconds, … so that some ten stand below the picture. @param {number} length seconds */
const tickOf = (length) => [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 600].find((tick) => length / tick <= 12) ?? 3600;

/**
 * @param {ArrayLike<number>} samples at 16,000 a second
 * @param {readonly import("./stretches.js").Step[]} steps
 * @param {{ threshold: number }} options
 */
export function drawActivity(samples, steps, { threshold }) {
  const length = samples.length / rate;
  const [right, middle] = [width - 8, (height - bottom) / 2];
  const x = (/** @type {number} */ seconds) => (left + ((right - left) * seconds) / length).toFixed(1);
  const y = (/** @type {number} */ probability) => (4 + (height - bottom - 8) * (1 - probability)).toFixed(1);
  const columns = right - left;
  let loudest = 1e-9;
  for (let n = 0; n < samples.length; n++) loudest = Math.max(loudest, Math.abs(samples[n]));
  const wave = Array.from({ length: columns }, (_, column) => {
    const [from, to] = [column, column + 1].map((at) => Math.floor((at * samples.length) / columns));
    let [low, high] = [0, 0];
    for (let n = from; n < to; n++) [low, high] = [Math.min(low, samples[n]), Math.max(high, samples[n])];
    const place = (/** @type {number} */ value) => (middle - (value / loudest) * (middle - 8)).toFixed(1);
    return `M${left + column + 0.5} ${place(high)}V${place(low)}`;
  }).join("");
  const line = steps.map(({ probability }, n) => `${x(((n + 0.5) * stepSize) / rate)},${y(probability)}`).join(" ");
  const stretches = findStretches(steps, { threshold })
    .map(
      ({ from, to }) =>
        `<rect x="${x(from)}" y="4" width="${Number(x(to)) - Number(x(from))}" height="${height - bottom - 8}"/>`,
    )
    .join("");
  const tick = tickOf(length);
  const ticks = Array.from({ length: Math.floor(length / tick + 1e-9) + 1 }, (_, n) => {
    const seconds = Number((n * tick).toFixed(1));
    return `<text x="${x(seconds)}" y="${height - 6}" text-anchor="middle">${seconds} s</text>`;
  }).join("");
  const levels = [0, threshold, 1]
    .map((one) => `<text x="${left - 6}" y="${Number(y(one)) + 4}" text-anchor="end">${one}</text>`)
    .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Wave of a sound and how likely it is speech">
<style>
svg { font: 11px system-ui, sans-serif; --ink: #24292f; --wave: #9aa4af; --speech: #0a7d5c; }
@media (prefers-color-scheme: dark) { svg { --ink: #d7dde3; --wave: #68727d; --speech: #4cc9a0; } }
text { fill: var(--ink); } .wave { stroke: var(--wave); } .stretches { fill: var(--speech); opacity: 0.16; }
polyline { fill: none; stroke: var(--speech); stroke-width: 1.5; } .threshold { stroke: var(--ink); opacity: 0.4; stroke-dasharray: 3 3; }
</style>
<g class="stretches">${stretches}</g>
<path class="wave" d="${wave}"/>
<path class="threshold" d="M${left} ${y(threshold)}H${right}"/>
<polyline points="${line}"/>
${levels}${ticks}
</svg>
`;
}

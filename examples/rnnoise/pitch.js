/**
 * The period of a voice, as RNNoise looks for it (after CELT): correlations of whitened sound at half the rate, coarse and then fine, and a search for shorter periods that explain it as well.
 * Periods are in samples of 48,000 a second.
 */

/** Samples that are looked at; those before them are needed for the longest period. */
export const [shortest, longest, frame] = /** @type {const} */ ([60, 768, 960]);

/** The sum of products of `count` elements. @param {Float64Array} x @param {number} a @param {number} b @param {number} count */
function correlate(x, a, b, count) {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += (x[a + n] ?? 0) * (x[b + n] ?? 0);
  return sum;
}

/** A filter that predicts, by Levinson and Durbin's recursion. @param {Float64Array} correlations [order + 1] */
function predict(correlations) {
  const order = correlations.length - 1;
  const ac = (/** @type {number} */ n) => correlations[n] ?? 0;
  /** @type {number[]} */
  let filter = [];
  let error = ac(0);
  if (error === 0) return Array.from({ length: order }, () => 0);
  for (let i = 0; i < order; i++) {
    const sum = filter.reduce((all, one, j) => all + one * ac(i - j), ac(i + 1));
    const reflection = -sum / error;
    filter = [...filter.map((one, j) => one + reflection * (filter[i - 1 - j] ?? 0)), reflection];
    error *= 1 - reflection * reflection;
    if (error < 0.001 * ac(0)) break;
  }
  return Array.from({ length: order }, (_, n) => filter[n] ?? 0);
}

/** Half the rate, with what is smooth about the spectrum taken away. @param {Float32Array} sound of `longest + frame` samples */
export function whiten(sound) {
  const at = (/** @type {number} */ n) => sound[n] ?? 0;
  const half = Float64Array.from({ length: sound.length / 2 }, (_, n) =>
    n === 0 ? at(0) / 2 + at(1) / 4 : at(2 * n) / 2 + (at(2 * n - 1) + at(2 * n + 1)) / 4,
  );
  const correlations = Float64Array.from({ length: 5 }, (_, lag) => correlate(half, 0, lag, half.length - lag));
  // A floor of noise at -40 dB, and a window over the lags.
  const smooth = correlations.map((one, lag) => (lag === 0 ? 1.0001 * one : one * (1 - (0.008 * lag) ** 2)));
  const filter = [1, ...predict(smooth).map((one, n) => one * 0.9 ** (n + 1)), 0];
  // A zero more, at 0.8.
  const taps = filter.map((one, n) => (n === 0 ? 1 : one + 0.8 * (filter[n - 1] ?? 0)));
  return half.map((_, n) => taps.reduce((sum, tap, lag) => sum + tap * (half[n - lag] ?? 0), 0));
}

/**
 * The two lags with the greatest correlation over energy.
 * @param {Float64Array} correlations by lag
 * @param {Float64Array} x what was looked through
 * @param {number} count elements that were correlated
 */
function findPeaks(correlations, x, count) {
  let [best, second] = [
    { lag: 0, square: -1, energy: 0 },
    { lag: 1, square: -1, energy: 0 },
  ];
  let energy = 1 + correlate(x, 0, 0, count);
  correlations.forEach((correlation, lag) => {
    if (correlation > 0) {
      const now = { lag, square: (1e-12 * correlation) ** 2, energy };
      const beats = (/** @type {typeof now} */ other) => now.square * other.energy > other.square * energy;
      if (beats(best)) [best, second] = [now, best];
      else if (beats(second)) second = now;
    }
    energy = Math.max(1, energy + (x[lag + count] ?? 0) ** 2 - (x[lag] ?? 0) ** 2);
  });
  return [best.lag, second.lag];
}

/** -1, 0 or 1: to which side of a peak the true one lies. @param {number} before @param {number} peak @param {number} after */
function leaning(before, peak, after) {
  if (after - before > 0.7 * (peak - before)) return 1;
  return before - after > 0.7 * (peak - after) ? -1 : 0;
}

/** The period with the greatest correlation. @param {Float64Array} white */
export function searchPeriod(white) {
  const lags = longest - 3 * shortest;
  const quarter = white.filter((_, n) => n % 2 === 0);
  const [start, count] = [longest / 4, frame / 4];
  const coarse = Float64Array.from({ length: lags / 4 }, (_, lag) => correlate(quarter, start, lag, count));
  const peaks = findPeaks(coarse, quarter, count);
  const fine = Float64Array.from({ length: lags / 2 }, (_, lag) =>
    peaks.some((peak) => Math.abs(lag - 2 * peak) <= 2) ? Math.max(-1, correlate(white, 2 * start, lag, 2 * count)) : 0,
  );
  const [lag = 0] = findPeaks(fine, white, 2 * count);
  const isInside = lag > 0 && lag < fine.length - 1;
  const offset = isInside ? leaning(fine[lag - 1] ?? 0, fine[lag] ?? 0, fine[lag + 1] ?? 0) : 0;
  return longest - (2 * lag - offset);
}

/** Which multiple of a k-th of a period should be strong too. */
const multiples = [0, 0, 3, 2, 3, 2, 5, 2, 3, 2, 3, 2, 5, 2, 3, 2];

/** @param {number} correlation @param {number} a @param {number} b energies */
const gainOf = (correlation, a, b) => correlation / Math.sqrt(1 + a * b);

/**
 * The shortest period that explains the sound about as well, and how well.
 * @param {Float64Array} white
 * @param {{ period: number, before: { period: number, gain: number } }} found and what the frame before had
 * @returns {{ period: number, gain: number }}
 */
export function refinePeriod(white, { period, before }) {
  const [most, least, count] = [longest / 2, shortest / 2, frame / 2];
  const full = Math.min(Math.floor(period / 2), most - 1);
  const last = Math.floor(before.period / 2);
  const behind = (/** @type {number} */ lag) => correlate(white, most, most - lag, count);
  const energies = [behind(0)];
  let sum = energies[0] ?? 0;
  for (let lag = 1; lag <= most; lag++) {
    sum += (white[most - lag] ?? 0) ** 2 - (white[most + count - lag] ?? 0) ** 2;
    energies.push(Math.max(0, sum));
  }
  const energy = (/** @type {number} */ lag) => energies[lag] ?? 0;
  const whole = { lag: full, correlation: behind(full), energy: energy(full), gain: 0 };
  whole.gain = gainOf(whole.correlation, energy(0), whole.energy);
  let best = whole;
  for (let k = 2; k <= 15; k++) {
    const lag = Math.floor((2 * full + k) / (2 * k));
    if (lag < least) break;
    const doubled = lag + full > most ? full : full + lag;
    const other = k === 2 ? doubled : Math.floor((2 * (multiples[k] ?? 0) * full + k) / (2 * k));
    const correlation = (behind(lag) + behind(other)) / 2;
    const mean = (energy(lag) + energy(other)) / 2;
    const gain = gainOf(correlation, energy(0), mean);
    const distance = Math.abs(lag - last);
    const near = distance <= 2 && 5 * k * k < full ? before.gain / 2 : 0;
    const bonus = distance <= 1 ? before.gain : near;
    // Very short periods must be clearer.
    const threshold =
      lag < 3 * least ? Math.max(0.4, 0.85 * whole.gain - bonus) : Math.max(0.3, 0.7 * whole.gain - bonus);
    if (gain > threshold) best = { lag, correlation, energy: mean, gain };
  }
  const positive = Math.max(0, best.correlation);
  const share = best.energy <= positive ? 1 : positive / (best.energy + 1);
  const offset = leaning(behind(best.lag - 1), behind(best.lag), behind(best.lag + 1));
  return { period: Math.max(shortest, 2 * best.lag + offset), gain: Math.min(share, best.gain) };
}

/**
 * RNNoise's first version: 22 gains for each 10 ms of sound, found by its network and applied to the spectrum, with the noise between a voice's harmonics taken down.
 * After Valin (2018) and the C sources of RNNoise 0.1 (Copyright 2017 Mozilla, 2007-2017 Jean-Marc Valin, 2005-2009 Xiph.Org Foundation, 2018 Gregor Richards, BSD-3-Clause).
 */
import { createTransform } from "./fft.js";
import { frame as pitchFrame, longest, refinePeriod, searchPeriod, whiten } from "./pitch.js";

/** @typedef {import("./fft.js").Spectrum} Spectrum */

/** Samples of a frame, and a second. */
export const [frameSize, rate] = /** @type {const} */ ([480, 48_000]);
const windowSize = 2 * frameSize;
const bins = frameSize + 1;

/** Where bands have their middle, in 200 Hz, which are four bins. */
const edges = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 34, 40, 48, 60, 78, 100].map((edge) => 4 * edge);
const bands = edges.length;

/** How far into its band a bin is: 0 in the middle of band `band`, near 1 before that of the next. */
const places = edges.slice(0, -1).flatMap((edge, band) => {
  const size = (edges[band + 1] ?? 0) - edge;
  return Array.from({ length: size }, (_, n) => ({ band, share: n / size }));
});

/** Vorbis's power-complementary window. */
const window = Float64Array.from({ length: windowSize }, (_, n) =>
  Math.sin((Math.PI / 2) * Math.sin((Math.PI * (n + 0.5)) / windowSize) ** 2),
);

/** Sums over triangular bands; the outermost are half triangles and count twice. @param {(bin: number) => number} at @returns {Float64Array} */
function sumBands(at) {
  const sums = new Float64Array(bands);
  for (const [bin, { band, share }] of places.entries()) {
    const value = at(bin);
    sums[band] = (sums[band] ?? 0) + (1 - share) * value;
    sums[band + 1] = (sums[band + 1] ?? 0) + share * value;
  }
  return sums.map((sum, band) => (band === 0 || band === bands - 1 ? 2 * sum : sum));
}

/** What bands have, bin by bin; nothing above the last. @param {Float64Array} values */
function spreadBands(values) {
  const spread = new Float64Array(bins);
  for (const [bin, { band, share }] of places.entries())
    spread[bin] = (1 - share) * (values[band] ?? 0) + share * (values[band + 1] ?? 0);
  return spread;
}

/** The products of two spectra, real parts. @param {Spectrum} a @param {Spectrum} b @returns {(bin: number) => number} */
const product = (a, b) => (bin) => (a.re[bin] ?? 0) * (b.re[bin] ?? 0) + (a.im[bin] ?? 0) * (b.im[bin] ?? 0);

/** A cosine transform over the bands, orthonormal. @param {Float64Array} values */
function cosines(values) {
  return values.map((_, k) => {
    const sum = values.reduce((all, value, n) => all + value * Math.cos(((n + 0.5) * k * Math.PI) / bands), 0);
    return sum * Math.sqrt((k === 0 ? 1 : 2) / bands);
  });
}

const transform = createTransform(windowSize);

/** The spectrum of two frames under the window, over the window's size. @param {ArrayLike<number>} sound @param {number} start @returns {Spectrum} */
function analyse(sound, start) {
  const re = window.map((height, n) => (height * (sound[start + n] ?? 0)) / windowSize);
  const whole = transform({ re, im: new Float64Array(windowSize) });
  return { re: whole.re.slice(0, bins), im: whole.im.slice(0, bins) };
}

/** Two frames of sound again, under the window. @param {Spectrum} spectrum */
function synthesise({ re, im }) {
  const mirror = (/** @type {number} */ bin) => (bin < bins ? bin : windowSize - bin);
  const whole = transform({
    re: Float64Array.from({ length: windowSize }, (_, bin) => re[mirror(bin)] ?? 0),
    // Conjugate, since it goes the other way.
    im: Float64Array.from({ length: windowSize }, (_, bin) => (bin < bins ? -1 : 1) * (im[mirror(bin)] ?? 0)),
  });
  return window.map((height, n) => height * (whole.re[n] ?? 0));
}

/** Takes away what is below hearing. Two numbers of memory, in float32 as in the original. */
function createHighPass() {
  const [a, b] = [[-1.99599, 0.996].map(Math.fround), [-2, 1]];
  let memory = [0, 0];
  return (/** @type {ArrayLike<number>} */ samples) =>
    Float32Array.from(samples, (x) => {
      const y = Math.fround(x + (memory[0] ?? 0));
      memory = [0, 1].map((n) => Math.fround((n === 0 ? (memory[1] ?? 0) : 0) + ((b[n] ?? 0) * x - (a[n] ?? 0) * y)));
      return y;
    });
}

/** Loudness of bands in powers of ten, none far below those beside and before it. @param {Float64Array} energies */
function loudness(energies) {
  let [loudest, follow] = [-2, -2];
  return energies.map((energy) => {
    const level = Math.max(loudest - 7, follow - 1.5, Math.log10(0.01 + energy));
    loudest = Math.max(loudest, level);
    follow = Math.max(follow - 1.5, level);
    return level;
  });
}

/** The last eight cepstra: the newest, those before it, and how unlike one another they are. */
function createCepstra() {
  /** @type {Float64Array[]} */
  const kept = Array.from({ length: 8 }, () => new Float64Array(bands));
  let at = 0;
  const back = (/** @type {number} */ n) => kept[(at + kept.length - n) % kept.length] ?? new Float64Array(bands);
  const distance = (/** @type {Float64Array} */ one, /** @type {Float64Array} */ other) =>
    one.reduce((sum, value, n) => sum + (value - (other[n] ?? 0)) ** 2, 0);
  return {
    add: (/** @type {Float64Array} */ cepstrum) => {
      at = (at + 1) % kept.length;
      kept[at] = cepstrum;
    },
    back,
    variability: () =>
      kept
        .map((one, i) => Math.min(...kept.flatMap((other, j) => (j === i ? [] : [distance(one, other)]))))
        .reduce((sum, least) => sum + least, 0) / kept.length,
  };
}

const deltas = 6;

/**
 * What a frame sounds like: its spectrum, that of one period before, and the network's 42 features, which are absent in silence.
 * @typedef {object} Analysis
 * @property {Spectrum} spectrum
 * @property {Spectrum} periodic
 * @property {Float64Array} energies
 * @property {Float64Array} periodicEnergies
 * @property {Float64Array} correlations of both, by band
 * @property {Float32Array} [features]
 */

/** @returns {(frame: Float32Array) => Analysis} */
function createAnalyser() {
  const history = new Float32Array(longest + pitchFrame);
  const cepstra = createCepstra();
  let pitch = { period: 0, gain: 0 };
  return (frame) => {
    history.copyWithin(0, frameSize);
    history.set(frame, history.length - frameSize);
    const start = history.length - windowSize;
    const white = whiten(history);
    pitch = refinePeriod(white, { period: searchPeriod(white), before: pitch });
    const [spectrum, periodic] = [analyse(history, start), analyse(history, start - pitch.period)];
    const energies = sumBands(product(spectrum, spectrum));
    const periodicEnergies = sumBands(product(periodic, periodic));
    const correlations = sumBands(product(spectrum, periodic)).map(
      (sum, band) => sum / Math.sqrt(0.001 + (energies[band] ?? 0) * (periodicEnergies[band] ?? 0)),
    );
    const analysis = { spectrum, periodic, energies, periodicEnergies, correlations };
    if (energies.reduce((sum, energy) => sum + energy, 0) < 0.04) return analysis;
    const cepstrum = cosines(loudness(energies)).map((value, n) => value - ([12, 4][n] ?? 0));
    cepstra.add(cepstrum);
    const [one, two] = [cepstra.back(1), cepstra.back(2)];
    const first = Array.from(cepstrum).slice(0, deltas);
    const features = Float32Array.from([
      ...cepstrum.map((value, n) => (n < deltas ? value + (one[n] ?? 0) + (two[n] ?? 0) : value)),
      ...first.map((value, n) => value - (two[n] ?? 0)),
      ...first.map((value, n) => value - 2 * (one[n] ?? 0) + (two[n] ?? 0)),
      ...cosines(correlations)
        .slice(0, deltas)
        .map((value, n) => value - ([1.3, 0.9][n] ?? 0)),
      0.01 * (pitch.period - 300),
      cepstra.variability() - 2.1,
    ]);
    return { ...analysis, features };
  };
}

/** Adds the sound of one period before where gains are low though the voice repeats, and keeps each band's energy. @param {Analysis} analysis @param {Float64Array} gains */
function strengthenHarmonics({ spectrum, periodic, energies, periodicEnergies, correlations }, gains) {
  const shares = spreadBands(
    gains.map((gain, band) => {
      const correlation = correlations[band] ?? 0;
      const [c, g] = [correlation ** 2, gain ** 2];
      const share = correlation > gain ? 1 : Math.min(1, Math.max(0, (c * (1 - g)) / (0.001 + g * (1 - c))));
      return Math.sqrt((share * (energies[band] ?? 0)) / (1e-8 + (periodicEnergies[band] ?? 0)));
    }),
  );
  const mix = (/** @type {Float64Array} */ own, /** @type {Float64Array} */ other) =>
    own.map((value, bin) => value + (shares[bin] ?? 0) * (other[bin] ?? 0));
  const mixed = { re: mix(spectrum.re, periodic.re), im: mix(spectrum.im, periodic.im) };
  const after = sumBands(product(mixed, mixed));
  return scaleSpectrum(
    mixed,
    spreadBands(energies.map((energy, band) => Math.sqrt(energy / (1e-8 + (after[band] ?? 0))))),
  );
}

/** @param {Spectrum} spectrum @param {Float64Array} factors @returns {Spectrum} */
function scaleSpectrum({ re, im }, factors) {
  return {
    re: re.map((value, bin) => value * (factors[bin] ?? 0)),
    im: im.map((value, bin) => value * (factors[bin] ?? 0)),
  };
}

/** How far a band's gain may fall from one frame to the next. */
const decay = 0.6;

/**
 * Denoises a stream, frame by frame of 480 samples in [-1, 1]; what comes out lags by a frame.
 * @param {{ step: (features: Float32Array) => ArrayLike<number> }} session of the network
 */
export function createDenoiser(session) {
  const filter = createHighPass();
  const analyse = createAnalyser();
  let gains = new Float64Array(bands);
  let rest = new Float64Array(frameSize);
  /** @param {ArrayLike<number>} samples @returns {{ samples: Float32Array, voice: number, gains: Float64Array }} `voice`: how likely somebody speaks */
  return (samples) => {
    // The network was trained on samples of 16 bits.
    const analysis = analyse(filter(Array.from(samples, (one) => 32_768 * one)));
    let [{ spectrum }, voice] = [analysis, 0];
    if (analysis.features !== undefined) {
      const said = Float64Array.from(session.step(analysis.features));
      voice = said[bands] ?? NaN;
      spectrum = strengthenHarmonics(analysis, said.subarray(0, bands));
      gains = gains.map((last, band) => Math.max(said[band] ?? 0, decay * last));
      spectrum = scaleSpectrum(spectrum, spreadBands(gains));
    }
    const sound = synthesise(spectrum);
    const out = Float32Array.from(rest, (value, n) => (value + (sound[n] ?? 0)) / 32_768);
    rest = sound.slice(frameSize);
    return { samples: out, voice, gains };
  };
}

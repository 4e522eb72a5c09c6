/** WAV files of whole numbers or floats: samples in [-1, 1] to bytes and back, and from one sampling rate to another. */

/**
 * @typedef {object} Sound
 * @property {number} rate samples a second
 * @property {readonly Float32Array[]} channels samples in [-1, 1], all of one length
 */

/** @param {string} what @returns {never} */
function refuse(what) {
  throw new Error(`This is no WAV file that can be read: ${what}.`);
}

const formats = { pcm: 1, float: 3, extensible: 0xfffe };

/**
 * A function that reads one sample.
 * @param {DataView} view
 * @param {{ format: number, bits: number }} kind
 * @returns {(at: number) => number}
 */
function sampleReader(view, { format, bits }) {
  if (format === formats.pcm && bits === 8) return (at) => view.getUint8(at) / 128 - 1;
  if (format === formats.pcm && bits === 16) return (at) => view.getInt16(at, true) / 2 ** 15;
  if (format === formats.pcm && bits === 24)
    return (at) => (view.getUint16(at, true) + 2 ** 16 * view.getInt8(at + 2)) / 2 ** 23;
  if (format === formats.pcm && bits === 32) return (at) => view.getInt32(at, true) / 2 ** 31;
  if (format === formats.float && bits === 32) return (at) => view.getFloat32(at, true);
  if (format === formats.float && bits === 64) return (at) => view.getFloat64(at, true);
  return refuse(`its samples have format ${format} with ${bits} bits; PCM of 8, 16, 24 or 32 bits and floats can be`);
}

/**
 * Reads the bytes of a WAV file. Throws an Error that says what is wrong with it.
 * @param {Uint8Array} bytes
 * @returns {Sound}
 */
export function readWav(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (/** @type {number} */ at) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== "RIFF" || tag(8) !== "WAVE") refuse("it does not begin with RIFF and WAVE");
  /** @type {{ format: number, count: number, rate: number, bits: number } | undefined} */
  let head;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [name, start, length] = [tag(at), at + 8, view.getUint32(at + 4, true)];
    if (name === "fmt ") {
      if (length < 16 || start + length > bytes.length) refuse("its part fmt is cut short");
      const said = view.getUint16(start, true);
      head = {
        // In the extensible form the true format stands in what follows.
        format: said === formats.extensible && length >= 26 ? view.getUint16(start + 24, true) : said,
        count: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    }
    if (name === "data") {
      if (head === undefined) return refuse("its samples come before what says how they are stored");
      const { count, rate, bits } = head;
      if (count < 1 || rate < 1) return refuse(`it has ${count} channels of ${rate} samples a second`);
      const read = sampleReader(view, head);
      // Programs that write into a pipe leave the length open, so what is there counts.
      const size = (count * bits) / 8;
      const frames = Math.floor(Math.min(length, bytes.length - start) / size);
      const channels = Array.from({ length: count }, (_, channel) =>
        Float32Array.from({ length: frames }, (__, frame) => read(start + frame * size + (channel * bits) / 8)),
      );
      return { rate, channels };
    }
    at = start + length + (length % 2);
  }
  return refuse("it has no samples");
}

/** The mean of all channels. @param {Sound} sound @returns {Float32Array} */
export function mixDown({ channels }) {
  return Float32Array.from(
    channels[0] ?? [],
    (_, at) => channels.reduce((sum, samples) => sum + (samples[at] ?? 0), 0) / channels.length,
  );
}

/**
 * A WAV file of 16 bits with one channel; what is beyond [-1, 1] is cut off.
 * @param {{ rate: number, samples: ArrayLike<number> }} sound
 * @returns {Uint8Array}
 */
export function writeWav({ rate, samples }) {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const put = (/** @type {number} */ at, /** @type {string} */ text) => bytes.set(new TextEncoder().encode(text), at);
  put(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, formats.pcm, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  for (let n = 0; n < samples.length; n++)
    view.setInt16(44 + 2 * n, Math.max(-32_768, Math.min(32_767, Math.round(32_768 * (samples[n] ?? 0)))), true);
  return bytes;
}

/** Zero crossings of the filter on each side, at the lower of the two rates. */
const reach = 16;

/**
 * Another sampling rate, block by block: sinc interpolation under a Hann window, low-passed at the lower rate's half. What is given out lags by `reach` samples of the lower rate.
 * @param {number} from samples a second
 * @param {number} to samples a second
 * @returns {(block: ArrayLike<number>) => Float32Array} all that can be computed so far
 */
export function createResampler(from, to) {
  if (from === to) return (block) => Float32Array.from(block);
  const [ratio, cut] = [from / to, Math.min(1, to / from)];
  const side = reach / cut;
  let held = new Float32Array(Math.ceil(side));
  // Where the next output stands in `held`, in samples of `from`.
  let next = held.length;
  return (block) => {
    const joined = new Float32Array(held.length + block.length);
    joined.set(held);
    joined.set(block, held.length);
    /** @type {number[]} */
    const out = [];
    for (; next + side < joined.length; next += ratio) {
      let sum = 0;
      for (let n = Math.ceil(next - side); n <= next + side; n++) {
        const x = (n - next) * cut;
        const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        sum += (joined[n] ?? 0) * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / reach));
      }
      out.push(sum * cut);
    }
    const kept = Math.max(0, Math.floor(next - side));
    held = joined.slice(kept);
    next -= kept;
    return Float32Array.from(out);
  };
}

/**
 * A whole sound at another rate.
 * @param {ArrayLike<number>} samples
 * @param {{ from: number, to: number }} rates samples a second
 */
export function resample(samples, { from, to }) {
  if (from === to) return Float32Array.from(samples);
  const padded = new Float32Array(samples.length + Math.ceil(2 * reach * Math.max(1, from / to)));
  padded.set(samples);
  return createResampler(from, to)(padded).slice(0, Math.round((samples.length * to) / from));
}

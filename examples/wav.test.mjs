/** WAV files in and out, and sounds at another rate. */
import { describe, expect, test } from "vitest";
import { createResampler, mixDown, readWav, resample, writeWav } from "./wav.js";

/** A WAV file of these samples' bytes. @param {{ format?: number, channels?: number, rate?: number, bits: number, data: Uint8Array, before?: Uint8Array }} parts */
function makeWav({ format = 1, channels = 1, rate = 8000, bits, data, before = new Uint8Array() }) {
  const bytes = new Uint8Array(44 + before.length + data.length);
  const view = new DataView(bytes.buffer);
  const put = (/** @type {number} */ at, /** @type {string} */ text) => bytes.set(new TextEncoder().encode(text), at);
  put(0, "RIFF");
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, format, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint16(34, bits, true);
  bytes.set(before, 36);
  put(36 + before.length, "data");
  view.setUint32(40 + before.length, data.length, true);
  bytes.set(data, 44 + before.length);
  return bytes;
}

describe("reading", () => {
  test("whole numbers of 8, 16, 24 and 32 bits, and floats", () => {
    const read = (/** @type {Parameters<typeof makeWav>[0]} */ parts) => [
      ...(readWav(makeWav(parts)).channels[0] ?? []),
    ];
    expect(read({ bits: 8, data: Uint8Array.of(0, 128, 192) })).toEqual([-1, 0, 0.5]);
    expect(read({ bits: 16, data: Uint8Array.of(0, 0x80, 0, 0x40) })).toEqual([-1, 0.5]);
    expect(read({ bits: 24, data: Uint8Array.of(0, 0, 0x80, 0, 0, 0x40, 0, 0x80, 0) })).toEqual([-1, 0.5, 2 ** -8]);
    expect(read({ bits: 32, data: Uint8Array.of(0, 0, 0, 0xc0) })).toEqual([-0.5]);
    expect(read({ format: 3, bits: 32, data: new Uint8Array(Float32Array.of(0.25, -2).buffer) })).toEqual([0.25, -2]);
    expect(read({ format: 3, bits: 64, data: new Uint8Array(Float64Array.of(0.25).buffer) })).toEqual([0.25]);
  });

  test("channels, other parts before the samples, and samples of which some are missing", () => {
    const before = new Uint8Array([...new TextEncoder().encode("LIST"), 3, 0, 0, 0, 1, 2, 3, 0]);
    const wav = makeWav({ bits: 8, channels: 2, rate: 16_000, before, data: Uint8Array.of(192, 64, 128, 128, 255) });
    const sound = readWav(wav);
    expect(sound.rate).toBe(16_000);
    expect(sound.channels.map((one) => [...one])).toEqual([
      [0.5, 0],
      [-0.5, 0],
    ]);
    expect([...mixDown(sound)]).toEqual([0, 0]);
  });

  test("says what is wrong", () => {
    const data = new Uint8Array(4);
    expect(() => readWav(new Uint8Array(3))).toThrow("RIFF and WAVE");
    expect(() => readWav(makeWav({ bits: 16, data }).subarray(0, 36))).toThrow("no samples");
    expect(() => readWav(makeWav({ format: 0x55, bits: 16, data }))).toThrow("format 85");
    expect(() => readWav(makeWav({ bits: 12, data }))).toThrow("12 bits");
    expect(() => readWav(makeWav({ bits: 16, channels: 0, data }))).toThrow("0 channels");
  });
});

test("what was written is read again, cut off at the loudest", () => {
  const { rate, channels } = readWav(writeWav({ rate: 48_000, samples: [0, 0.5, -0.25, 3, -3] }));
  expect(rate).toBe(48_000);
  expect([...(channels[0] ?? [])]).toEqual([0, 0.5, -0.25, 32_767 / 32_768, -1]);
});

test("a tone keeps its pitch, height and place at another rate, in whole and in blocks", () => {
  const tone = (/** @type {number} */ rate) =>
    Float32Array.from({ length: rate / 10 }, (_, n) => Math.sin((2 * Math.PI * 440 * n) / rate));
  for (const [from, to] of /** @type {const} */ ([
    [48_000, 16_000],
    [44_100, 16_000],
    [16_000, 48_000],
  ])) {
    const [expected, found] = [tone(to), resample(tone(from), { from, to })];
    expect(found.length).toBe(expected.length);
    const middle = found.subarray(200, -200);
    expect(Math.max(...middle.map((one, n) => Math.abs(one - (expected[n + 200] ?? NaN))))).toBeLessThan(0.002);
    const stream = createResampler(from, to);
    const blocks = [];
    for (let at = 0; at < from / 10; at += 128) blocks.push(...stream(tone(from).subarray(at, at + 128)));
    expect(Math.max(...blocks.map((one, n) => Math.abs(one - (found[n] ?? NaN))))).toBeLessThan(1e-6);
  }
});

test("a tone that the lower rate cannot hold is gone", () => {
  const high = Float32Array.from({ length: 4800 }, (_, n) => Math.sin((2 * Math.PI * 12_000 * n) / 48_000));
  expect(Math.max(...resample(high, { from: 48_000, to: 16_000 }).subarray(50, -50).map(Math.abs))).toBeLessThan(0.01);
});

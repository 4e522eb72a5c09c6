/** The examples that hear: where somebody speaks, and speech without its noise. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRandom } from "../../src/util/random.ts";
import { findXmlFault } from "../support/check-xml.ts";
import { runProgram } from "../support/run-example.ts";

/** Three seconds of a novel read aloud, 16,000 samples a second, of Debian's pocketsphinx-testdata. */
const speech = "/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0880.wav";

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "recurra-speech-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A head of 44 bytes and samples of 16 bits. */
function makeWav(rate: number, samples: ArrayLike<number>): Uint8Array {
  const head = new DataView(new ArrayBuffer(44));
  const put = (at: number, text: string): void => {
    for (let n = 0; n < text.length; n++) head.setUint8(at + n, text.charCodeAt(n));
  };
  put(0, "RIFF");
  put(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, rate, true);
  head.setUint16(34, 16, true);
  put(36, "data");
  head.setUint32(40, 2 * samples.length, true);
  const data = Int16Array.from(samples, (one) => 32_767 * one);
  return Uint8Array.of(...new Uint8Array(head.buffer), ...new Uint8Array(data.buffer));
}

const samplesOf = (file: string): Int16Array => new Int16Array(Uint8Array.from(readFileSync(file)).buffer, 44);

function levelOf(samples: Int16Array): number {
  return 10 * Math.log10(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
}

test("voice-activity.js says where somebody speaks, and draws it", { timeout: 120_000 }, async (context) => {
  if (!existsSync(speech)) context.skip("Debian's pocketsphinx-testdata is not here");
  const picture = path.join(makeFolder(), "out.svg");
  const { said } = await runProgram(context, "voice-activity.js", [speech, "--svg", picture]);
  expect(said).toMatch(/^0\.\d\d – 2\.\d\d s\nSpeech in 2\.\d s of 3\.0 s; 94 steps in \d+ ms\nWritten: /);
  const svg = readFileSync(picture, "utf8");
  expect(findXmlFault(svg)).toBeUndefined();
  expect(svg.match(/<rect /g)?.length).toBe(1);
});

test(
  "voice-activity.js says so where nobody speaks, and what is wrong with a file",
  { timeout: 120_000 },
  async (context) => {
    const folder = makeFolder();
    const file = path.join(folder, "tone.wav");
    writeFileSync(
      file,
      makeWav(
        8000,
        Float32Array.from({ length: 8000 }, (_, n) => 0.1 * Math.sin(n)),
      ),
    );
    const { said } = await runProgram(context, "voice-activity.js", [file]);
    expect(said).toMatch(/^Nobody speaks in 1\.0 s; 32 steps/);
    await expect(runProgram(context, "voice-activity.js", [import.meta.filename])).rejects.toThrow("no WAV file");
  },
);

test("denoise.js takes noise down and leaves a sound of the same length", { timeout: 120_000 }, async (context) => {
  const folder = makeFolder();
  const [noisy, clean] = [path.join(folder, "noisy.wav"), path.join(folder, "clean.wav")];
  const random = createRandom(1);
  // As of a fan.
  let rumble = 0;
  const noise = Float32Array.from({ length: 48_000 }, () => (rumble = 0.95 * rumble + 0.01 * random.normal()));
  writeFileSync(noisy, makeWav(48_000, noise));
  const { said } = await runProgram(context, "denoise.js", [noisy, clean]);
  expect(said).toMatch(
    /^1\.0 s of sound in [\d.]+ s; speech in \d+ % of it\nlevel -\d+\.\d dB before, -\d+\.\d dB after\n/,
  );
  const [before, after] = [samplesOf(noisy), samplesOf(clean)];
  expect(after.length).toBe(before.length);
  expect(levelOf(after.subarray(24_000))).toBeLessThan(levelOf(before) - 15);
});

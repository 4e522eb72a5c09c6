import { expect, test } from "vitest";
import { readFixture, findShared } from "../../test/support/shared-fixtures.ts";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { RecurraError } from "./errors.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import type { Tensor } from "./safetensors.ts";

/** A file with this header, as text or as what JSON makes of it, before this many bytes of numbers. */
function fileOf(header: unknown, dataBytes = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

const entry = (dtype: string, shape: unknown, data_offsets: unknown): object => ({ dtype, shape, data_offsets });

function errorOf(bytes: Uint8Array): RecurraError {
  try {
    readSafetensors(bytes, { source: "x.safetensors" });
  } catch (error) {
    if (error instanceof RecurraError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test("what is written is read again, bit for bit", () => {
  const tensors: [string, Tensor][] = [
    ["b", { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, -0, 1e-45, 3e38) }],
    ["a", { shape: [], data: Float64Array.of(Math.PI) }],
    ["nothing", { shape: [0, 4], data: new Float32Array(0) }],
  ];
  const bytes = writeSafetensors(tensors, [["key", 'any "text" é']]);
  const { tensors: got, metadata } = readSafetensors(bytes);
  expect(Object.fromEntries(got)).toEqual(Object.fromEntries(tensors));
  expect([...metadata]).toEqual([["key", 'any "text" é']]);
  // An array that does not begin at an even address is read as well.
  const shifted = new Uint8Array(bytes.length + 3).subarray(3);
  shifted.set(bytes);
  expect(Object.fromEntries(readSafetensors(shifted).tensors)).toEqual(Object.fromEntries(tensors));
});

test("sixteen-bit numbers are widened exactly", () => {
  const file = fileOf({ h: entry("F16", [6], [0, 12]), b: entry("BF16", [3], [12, 18]) }, 18);
  const view = new DataView(file.buffer, file.length - 18);
  [0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000].forEach((bits, i) => view.setUint16(2 * i, bits, true));
  [0x3f80, 0xc049, 0x7f80].forEach((bits, i) => view.setUint16(12 + 2 * i, bits, true));
  const { tensors } = readSafetensors(file);
  expect([...(tensors.get("h")?.data ?? [])]).toEqual([1, -2, 2 ** -24, 65504, Infinity, -0]);
  expect([...(tensors.get("b")?.data ?? [])]).toEqual([1, -3.140625, Infinity]);
});

test.each([
  ["an empty file", new Uint8Array(0), "file/truncated", /has 0 bytes/],
  ["seven bytes", new Uint8Array(7), "file/not-safetensors", /too few/],
  ["a text", new TextEncoder().encode("Date,Open\n2012-01-03,1"), "file/not-safetensors", /no safetensors file/],
  ["a header longer than the file", fileOf("{}").fill(0x70, 0, 1), "file/truncated", /ends within its header/],
  ["a header of 2^60 bytes", fileOf("{}").fill(0x10, 7, 8), "file/not-safetensors", /no safetensors file/],
  ["a header that is not JSON", fileOf("{nonsense}"), "file/bad-header", /as JSON/],
  ["a header that is not UTF-8", fileOf("{    }").fill(0xff, 9, 10), "file/bad-header", /as JSON/],
  [
    "a name given twice",
    fileOf(
      '{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}',
      8,
    ),
    "file/bad-header",
    /twice/,
  ],
  [
    "the name __proto__",
    fileOf('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4),
    "file/bad-header",
    /__proto__/,
  ],
  ["a deep header", fileOf(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`), "file/bad-header", /deep/],
  [
    "metadata that is not text",
    fileOf({ __metadata__: { a: 1 } }),
    "file/bad-header",
    /__metadata__\.a .* is 1, not a text/,
  ],
  [
    "an unknown type",
    fileOf({ a: entry("I64", [1], [0, 8]) }, 8),
    "file/bad-header",
    /a\.dtype .* "I64", not one of F64/,
  ],
  [
    "a fraction as a size",
    fileOf({ a: entry("F32", [1.5], [0, 6]) }, 6),
    "file/bad-header",
    /a\.shape\[0\] .* 1\.5, not a whole number/,
  ],
  [
    "a negative size",
    fileOf({ a: entry("F32", [-1], [0, 4]) }, 4),
    "file/bad-header",
    /a\.shape\[0\] .* -1, not a number of at least 0/,
  ],
  [
    "an absurd size",
    fileOf({ a: entry("F32", [9e15, 9e15], [0, 4]) }, 4),
    "file/bad-tensor",
    /which is 3\.24e\+32 bytes, but takes 4/,
  ],
  [
    "a size beyond float64",
    fileOf('{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}', 4),
    "file/bad-header",
    /not a finite number/,
  ],
  [
    "one offset",
    fileOf({ a: entry("F32", [1], [0]) }, 4),
    "file/bad-header",
    /a\.data_offsets .* not a begin and an end/,
  ],
  [
    "offsets the wrong way round",
    fileOf({ a: entry("F32", [1], [4, 0]) }, 4),
    "file/bad-header",
    /not a begin and an end/,
  ],
  ["an unknown key", fileOf({ a: { ...entry("F32", [1], [0, 4]), run: "rm" } }, 4), "file/bad-header", /has "run"/],
  [
    "a hole",
    fileOf({ a: entry("F32", [1], [0, 4]), b: entry("F32", [1], [8, 12]) }, 12),
    "file/bad-tensor",
    /"b" begins at byte 8 where 4/,
  ],
  [
    "an overlap",
    fileOf({ a: entry("F32", [2], [0, 8]), b: entry("F32", [1], [4, 8]) }, 8),
    "file/bad-tensor",
    /overlap/,
  ],
  ["bytes after the last tensor", fileOf({ a: entry("F32", [1], [0, 4]) }, 5), "file/bad-tensor", /1 bytes after/],
  ["numbers that are missing", fileOf({ a: entry("F32", [2], [0, 8]) }, 4), "file/truncated", /after 4 of 8 bytes/],
  ["a list as header", fileOf("[1]").fill(0x7b, 8, 9), "file/bad-header", /as JSON/],
])("%s is refused", (_, bytes, code, message) => {
  const error = errorOf(bytes);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.message).toContain("x.safetensors");
});

test("no bytes lead to any other error", () => {
  const whole = writeSafetensors([["a", { shape: [3], data: Float32Array.of(1, 2, 3) }]], [["m", "text"]]);
  const damaged = fc
    .tuple(fc.nat(whole.length), fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }))
    .map(([length, changes]) => {
      const bytes = whole.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes.subarray(0, length);
    });
  fc.assert(
    fc.property(
      fc.oneof(
        damaged,
        fc.uint8Array({ maxLength: 64 }),
        fc.json().map((json) => fileOf(json, 4)),
      ),
      (bytes) => {
        let error: unknown;
        try {
          readSafetensors(bytes);
        } catch (thrown) {
          error = thrown;
        }
        expect(error === undefined || (error instanceof RecurraError && error.code.startsWith("file/"))).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

test("what others wrote is read", (context) => {
  const folder = findShared("fixtures/torch/cells");
  if (folder === undefined) return context.skip("no ../shared/fixtures here");
  const names = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const file = path.join(folder, name);
    const { tensors } = readSafetensors(readFileSync(file));
    for (const [key, { shape, data }] of Object.entries(readFixture(file))) {
      expect(tensors.get(key)?.shape).toEqual(shape);
      expect([...(tensors.get(key)?.data ?? [])]).toEqual([...data]);
    }
  }
});

import { describe, expect, test } from "vitest";
import { npy } from "../../../test/support/npy.ts";
import { RecurraError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { writeZip } from "../../util/zip.ts";
import { readNumpy } from "./index.ts";

describe("arrays of NumPy", () => {
  test("of every type, with their shapes", () => {
    const cases = [
      ["<f4", Float32Array.of(1.5, -2), "float32"],
      ["<f8", Float64Array.of(0.1, 1e300), "float64"],
      ["|i1", Int8Array.of(-1, 2), "int8"],
      ["<i4", Int32Array.of(-70_000, 2), "int32"],
      ["<i8", BigInt64Array.of(-1n, 2n ** 40n), "int64"],
      ["|u1", Uint8Array.of(200, 2), "uint8"],
      ["|b1", Uint8Array.of(1, 0), "bool"],
    ] as const;
    for (const [descr, data, type] of cases)
      expect(readNumpy(npy(descr, "(2, 1)", data)).get("")).toEqual({ type, shape: [2, 1], data });
    expect(readNumpy(npy("<f2", "(2,)", Uint16Array.of(0x3c00, 0xc100))).get("")).toEqual({
      type: "float32",
      shape: [2],
      data: Float32Array.of(1, -2.5),
    });
    expect(readNumpy(npy("<f4", "()", Float32Array.of(3))).get("")?.shape).toEqual([]);
  });

  test("several in an .npz file", () => {
    const bytes = writeZip(
      new Map([
        ["x.npy", npy("<f4", "(1,)", Float32Array.of(1))],
        ["y.npy", npy("<f4", "(1,)", Float32Array.of(2))],
      ]),
    );
    expect([...readNumpy(bytes)].map(([name, { data }]) => [name, Number(data[0])])).toEqual([
      ["x", 1],
      ["y", 2],
    ]);
  });

  test("what cannot be read is said", () => {
    const bad = (bytes: Uint8Array): unknown =>
      expect(() => readNumpy(bytes, "a.npz")).toThrow(expect.objectContaining({ code: "numpy/bad-file" }));
    bad(new Uint8Array());
    bad(Uint8Array.of(1, 2, 3));
    bad(npy("<f4", "(3,)", Float32Array.of(1)));
    bad(npy("<f4", "(99999999999, 99999999999)", Float32Array.of(1)));
    bad(npy(">f4", "(1,)", Float32Array.of(1)));
    bad(npy("<f4", "(1, 1)", Float32Array.of(1), "True"));
    bad(npy("|O", "(1,)", Float32Array.of(1)));
    bad(npy("<c8", "(1,)", Float64Array.of(1)));
  });

  test("changed at random they are read or refused", () => {
    const random = createRandom(3);
    const whole = npy("<f4", "(2, 3)", new Float32Array(6));
    for (let n = 0; n < 500; n++) {
      const bytes = whole.slice(0, random.uniform() < 0.3 ? random.integer(whole.length) + 1 : whole.length);
      for (let k = 0; k < 3; k++) bytes[random.integer(bytes.length)] = random.integer(256);
      try {
        readNumpy(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RecurraError);
      }
    }
  });
});

import { Buffer } from "node:buffer";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { RecurraError } from "./errors.ts";
import { isZip, readZip, writeZip } from "./zip.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const refusalOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof RecurraError) return error.code;
    throw error;
  }
  return "none";
};
const readAll = (bytes: Uint8Array): void => {
  for (const entry of readZip(bytes).values()) entry.read();
};

/** Made by Info-ZIP 3.0: `a.txt` ("hello hello hello hello", deflated), then `d/b.txt` ("b", stored). */
const infoZip = Uint8Array.from(
  Buffer.from(
    "UEsDBBQAAAAIANxBe13jUT2NCgAAABcAAAAFAAAAYS50eHTLSM3JyVfIQCcBUEsDBAoAAAAAANxBe135775xAQAAAAEAAAAHAAAAZC9iLnR4dGJQSwECHgMUAAAACADcQXtd41E9jQoAAAAXAAAABQAAAAAAAAABAAAApIEAAAAAYS50eHRQSwECHgMKAAAAAADcQXtd+e++cQEAAAABAAAABwAAAAAAAAABAAAApIEtAAAAZC9iLnR4dFBLBQYAAAAAAgACAGgAAABTAAAAAAA=",
    "base64",
  ),
);
/** One stored entry, `big.txt` ("zip64 ".repeat(3)), all of whose sizes stand in fields of zip64; Python's zipfile and Info-ZIP read it. */
const zip64 = Uint8Array.from(
  Buffer.from(
    "UEsDBC0AAAAAAAAAIQDQQyDr//////////8HABQAYmlnLnR4dAEAEAASAAAAAAAAABIAAAAAAAAAemlwNjQgemlwNjQgemlwNjQgUEsBAi0DLQAAAAAAAAAhANBDIOv//////////wcAHAAAAAAAAAAAAIAB/////2JpZy50eHQBABgAEgAAAAAAAAASAAAAAAAAAAAAAAAAAAAAUEsGBiwAAAAAAAAALQAtAAAAAAAAAAAAAQAAAAAAAAABAAAAAAAAAFEAAAAAAAAASwAAAAAAAABQSwYHAAAAAJwAAAAAAAAAAQAAAFBLBQYAAAAA////////////////AAA=",
    "base64",
  ),
);

describe("readZip", () => {
  it("reads deflated and stored entries that another program packed", () => {
    expect(isZip(infoZip)).toBe(true);
    const entries = readZip(infoZip);
    expect([...entries.keys()]).toEqual(["a.txt", "d/b.txt"]);
    expect(decode(entries.get("a.txt")?.read())).toBe("hello hello hello hello");
    expect(decode(entries.get("d/b.txt")?.read())).toBe("b");
  });

  it("reads sizes and a directory of zip64", () => {
    expect(decode(readZip(zip64).get("big.txt")?.read())).toBe("zip64 zip64 zip64 ");
  });

  it("reads what it writes, the same bytes for the same files", () => {
    const files = new Map([
      ["config.json", encode("{}".repeat(500))],
      ["deep/er/w.bin", Uint8Array.from([1, 2, 3])],
      ["empty", new Uint8Array(0)],
    ]);
    for (const compress of [false, true]) {
      const bytes = writeZip(files, { compress });
      expect(writeZip(files, { compress })).toEqual(bytes);
      expect([...readZip(bytes)].map(([name, entry]) => [name, entry.read()])).toEqual([...files]);
    }
    expect(refusalOf(() => writeZip(new Map([["../a", encode("a")]])))).toBe("file/bad-zip");
  });

  it("unpacks no more than the limits, whatever the directory tells", () => {
    const bomb = zipSync({ "zeros.bin": new Uint8Array(1_000_000), "more.bin": new Uint8Array(1_000_000) });
    expect(refusalOf(() => readZip(bomb))).toBe("none");
    expect(refusalOf(() => readZip(bomb, { entry: 500_000 }))).toBe("file/too-large");
    expect(refusalOf(() => readZip(bomb, { total: 1_500_000 }))).toBe("file/too-large");
    // A directory that tells a small size: the stream is cut off there.
    const lying = bomb.slice();
    const view = new DataView(lying.buffer);
    const directory = view.getUint32(lying.length - 6, true);
    view.setUint32(directory + 24, 1000, true);
    expect(() => readAll(lying)).toThrow(/"zeros.bin" unpacks to 1001 bytes or more, not to 1000/);
    // And one that tells a large size: nothing of it is allocated.
    const small = zipSync({ a: encode("a".repeat(100)) });
    new DataView(small.buffer).setUint32(new DataView(small.buffer).getUint32(small.length - 6, true) + 24, 5e7, true);
    expect(() => readAll(small)).toThrow(/bytes of "a" cannot unpack to 50000000/);
  });

  it("refuses paths that leave the folder, and a name that stands twice", () => {
    for (const name of ["../a", "a/../../b", "/etc/passwd", "C:\\a", "a\\b", "./a"])
      expect(
        refusalOf(() => readZip(zipSync({ [name]: encode("x") }))),
        name,
      ).toBe("file/bad-zip");
    const twice = zipSync({ aa: encode("x"), ab: encode("y") });
    const renamed = Uint8Array.from(
      Buffer.from(Buffer.from(twice).toString("latin1").replaceAll("ab", "aa"), "latin1"),
    );
    expect(() => readZip(renamed)).toThrow(/holds "aa" twice/);
  });

  it("ends with an error of its own for every file that was cut off or changed", () => {
    const whole = writeZip(new Map([["w.bin", encode("weights ".repeat(30))]]), { compress: true });
    for (let length = 0; length < whole.length; length++)
      expect(refusalOf(() => readAll(whole.subarray(0, length)))).toBe("file/bad-zip");
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      // Only times, versions and attributes may change unnoticed.
      expect(["file/bad-zip", "file/too-large", "none"]).toContain(refusalOf(() => readAll(changed)));
    }
  });

  it("refuses contents that are not those that were packed", () => {
    const bytes = writeZip(new Map([["w.bin", encode("weights")]]));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    expect(() => readAll(bytes)).toThrow(/checksum of "w.bin"/);
  });
});

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { writeZip } from "../../util/zip.ts";
import { writeHdf5 } from "./hdf5.ts";
import type { Hdf5Group } from "./hdf5.ts";
import { readKeras } from "./read-keras.ts";

interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly config: unknown;
  /** By their places in the file: `layers/lstm/cell/vars/0`. */
  readonly weights: Readonly<Record<string, Recorded>>;
  readonly inputs: readonly Recorded[];
  readonly outputs: readonly Recorded[];
}

/** Models that Keras saved, and what it computes with them; `make.py` beside the file made it. */
const file = new URL("../../../test/golden/keras/keras-cases.json.gz", import.meta.url);
const { version, cases } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
  readonly version: string;
  readonly cases: Readonly<Record<string, Case>>;
};

interface Branch extends Hdf5Group {
  readonly attributes: Map<string, string>;
  readonly groups: Map<string, Branch>;
  readonly tensors: Map<
    string,
    { readonly type: "float32"; readonly shape: readonly number[]; readonly data: Float32Array }
  >;
}

const branch = (): Branch => ({ attributes: new Map(), groups: new Map(), tensors: new Map() });

async function fileOf({ config, weights }: Case, told = version): Promise<Uint8Array> {
  const root = branch();
  for (const [place, { shape, data }] of Object.entries(weights)) {
    const parts = place.split("/");
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const next = at.groups.get(part) ?? branch();
      at.groups.set(part, next);
      at = next;
    }
    at.tensors.set(parts.at(-1) ?? "", { type: "float32", shape, data: Float32Array.from(data) });
  }
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  return writeZip(
    new Map([
      ["config.json", text(config)],
      ["metadata.json", text({ keras_version: told })],
      ["model.weights.h5", await writeHdf5(root)],
    ]),
  );
}

async function run(bytes: Uint8Array, { inputs }: Case): Promise<readonly Recorded[]> {
  const model = await readKeras(bytes);
  const found = await model.run(Object.fromEntries(inputs.map((value, at) => [model.inputs[at]?.name ?? "", value])));
  model.dispose();
  return model.outputs.map(({ name }) => ({
    shape: found[name]?.shape ?? [],
    data: Array.from(found[name]?.data ?? [], Number),
  }));
}

/** What a model gives when its file says that another version saved it. */
async function withVersion(name: string, told: string): Promise<readonly number[]> {
  const one = cases[name];
  if (one === undefined) throw new Error(name);
  // Without the masks that Keras 3 writes out beside the layers, so that the layers' own count.
  const config = JSON.parse(
    JSON.stringify(one.config, (key, value: unknown) => (key === "kwargs" ? {} : value)),
  ) as unknown;
  return (await run(await fileOf({ ...one, config }, told), one)).flatMap(({ data }) => data);
}

/** The largest difference of numbers. */
function apart(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? NaN))));
}

describe("masks go where the version of the file lets them", () => {
  const recorded = (name: string): readonly number[] => cases[name]?.outputs.flatMap(({ data }) => data) ?? [];

  it("from 3.4 on through merges, which until then dropped them", async () => {
    for (const name of ["Add of both", "Maximum of both", "Concatenate 1 of both"]) {
      expect(apart(await withVersion(name, "3.4.0"), recorded(name)), name).toBeLessThan(1e-5);
      expect(apart(await withVersion(name, "3.3.3"), recorded(name)), name).toBeGreaterThan(1e-2);
    }
  });

  it("until Keras 3 a step counts that all inputs count, and then one that any counts", async () => {
    for (const name of ["Add of both", "Concatenate -1 of both"])
      expect(apart(await withVersion(name, "2.15.0"), recorded(name)), name).toBeGreaterThan(1e-2);
    // Sequences one after the other have their masks one after the other in both.
    expect(apart(await withVersion("Concatenate 1 of both", "2.15.0"), recorded("Concatenate 1 of both"))).toBeLessThan(
      1e-5,
    );
  });
});

describe("models compute what Keras 3.15 does with them", () => {
  it.each(Object.entries(cases))("%s", async (_, one) => {
    const found = await run(await fileOf(one), one);
    expect(found.map(({ shape }) => shape)).toEqual(one.outputs.map(({ shape }) => shape));
    for (const [at, { data }] of one.outputs.entries()) {
      const scale = Math.max(1, ...data.map(Math.abs));
      for (const [i, wanted] of data.entries())
        expect(Math.abs((found[at]?.data[i] ?? NaN) - wanted) / scale, `${at}[${i}]`).toBeLessThan(1e-5);
    }
  });
});

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { findShared, readFixture } from "../../../test/support/shared-fixtures.ts";
import { readKeras } from "./read-keras.ts";

interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const folder = findShared("fixtures/keras");
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(path.join(folder ?? "", file)));
const jsonOf = (file: string): unknown => JSON.parse(readFileSync(path.join(folder ?? "", file), "utf8"));

function expectClose(found: ArrayLike<number | bigint>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length);
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) worst = Math.max(worst, Math.abs(Number(found[i]) - (wanted[i] ?? NaN)));
  expect(worst).toBeLessThan(1e-5);
}

describe.skipIf(folder === undefined)("models that TF.js saved give what it computed", () => {
  const { cases } =
    folder === undefined ? { cases: [] } : (jsonOf("tfjs.json") as { cases: readonly { id: string }[] });
  it.each(cases.map(({ id }) => id))("%s", async (id) => {
    const model = await readKeras(bytesOf(`tfjs/${id}/model.json`), {
      weights: (name) => bytesOf(`tfjs/${id}/${name}`),
    });
    const { calls } = jsonOf(`tfjs/${id}/io.json`) as {
      calls: readonly { inputs: readonly Recorded[]; outputs: readonly Recorded[] }[];
    };
    for (const { inputs, outputs } of calls) {
      const given = Object.fromEntries(inputs.map((value, at) => [model.inputs[at]?.name ?? "", value]));
      const found = await model.run(given);
      for (const [at, wanted] of outputs.entries()) {
        const value = found[model.outputs[at]?.name ?? ""];
        expect(value?.shape).toEqual(wanted.shape);
        expectClose(value?.data ?? [], wanted.data);
      }
    }
    model.dispose();
  });
});

describe.skipIf(folder === undefined)("files of Keras 1 to 3 give their recorded outputs", () => {
  const files =
    folder === undefined ? [] : (jsonOf("files.json") as readonly { file: string; golden: string | null }[]);
  it.each(files.filter(({ golden }) => golden !== null).map(({ file, golden }) => [file, golden ?? ""]))(
    "%s",
    async (file, golden) => {
      const model = await readKeras(bytesOf(`files/${file}`));
      const tensors = readFixture(path.join(folder ?? "", "files", golden));
      const { input, output } = tensors;
      const name = model.inputs[0]?.name ?? "";
      const found = await model.run({ [name]: { shape: input?.shape ?? [], data: input?.data ?? [] } });
      const value = found[model.outputs[0]?.name ?? ""];
      expect(value?.shape).toEqual(output?.shape);
      expectClose(value?.data ?? [], output?.data ?? []);
      model.dispose();
    },
  );
});

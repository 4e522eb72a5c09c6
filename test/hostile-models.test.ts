/** Whatever a model file says, it is used or refused: never a defect, never without an end. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { places } from "../src/formats/recurra/document.ts";
import { readSafetensors } from "../src/formats/recurra/index.ts";
import { writeModelFile } from "../src/formats/recurra/save.ts";
import { createCommandFolder } from "./support/command.ts";
import { createHostileModels, modelNames } from "./support/hostile-models.ts";
import type { HostileModels } from "./support/hostile-models.ts";

let hostile: HostileModels;
beforeAll(async () => {
  hostile = await createHostileModels();
}, 120_000);
afterAll(() => hostile.remove());

/** A model that is as it was takes some milliseconds. */
const mostMilliseconds = 10_000;

test.each(modelNames)("%s works as it is", { timeout: 120_000 }, async (name) => {
  const { ended } = await hostile.tryWith(name, (document) => document);
  expect(ended).toBe("worked");
});

test.each(modelNames)("%s", { timeout: 120_000 }, async (name) => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), async (seed) => {
      const { ended, milliseconds } = await hostile.tryOne(name, seed);
      expect(ended).toMatch(/^(worked|usage|[a-z]+\/[a-z-]+)$/);
      expect(milliseconds).toBeLessThan(mostMilliseconds);
    }),
    { numRuns: 40, seed: 11, endOnFailure: true },
  );
});

test("a checkpoint whose options are anything else is refused, and stays", async () => {
  const folder = await createCommandFolder({
    "sales.csv": `x\n${Array.from({ length: 80 }, (_, at) => at % 7).join("\n")}\n`,
  });
  try {
    const words = "train sales.csv --target x --window 5 --hidden 4 --epochs 50 --backend wasm --no-report";
    const stopped = await folder.runUntil(/epoch/, ...words.split(" "), "--out", "sales.safetensors");
    expect(stopped.status).toBe(130);
    const whole = readSafetensors(await folder.bytes("sales.checkpoint"));
    const stored = whole.metadata.get(places.document)!;
    for (const [options, says] of [
      [{ targets: [1] }, "sales.checkpoint: checkpoint.options.targets[0] is 1, not a text"],
      [{ targets: 5 }, "sales.checkpoint: checkpoint.options.targets is 5, not a list"],
      [{ hidden: {} }, "sales.checkpoint: checkpoint.options.hidden is an object, not a finite number"],
      [{ hidden: -1 }, "size"],
      [{ cell: "lsmt" }, "did you mean lstm?"],
      [{ targets: ["y"] }, 'has no column "y"'],
    ] as const) {
      const document = JSON.parse(stored) as { checkpoint: { options: object } };
      document.checkpoint.options = { ...document.checkpoint.options, ...options };
      const bytes = writeModelFile(JSON.stringify(document), [...whole.tensors]);
      await folder.write("sales.checkpoint", bytes);
      const { status, err } = await folder.run("train", "sales.csv", "--resume", "sales.checkpoint");
      expect(status).toBe(1);
      expect(err).toContain(says);
      expect(err).not.toContain("defect");
      expect(new Uint8Array(await folder.bytes("sales.checkpoint"))).toEqual(bytes);
    }
  } finally {
    await folder.remove();
  }
});

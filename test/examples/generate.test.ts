/** The example of language models, in its fast form, on the built package. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = path.resolve(import.meta.dirname, "../../examples/generate.js");
const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));

test("generate.js --fast measures and writes English and Vietnamese", async (context) => {
  if (!isBuilt) context.skip("no dist/ here: npm run build makes it");
  const folder = await mkdtemp(path.join(tmpdir(), "recurra-example-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [example, "--fast"], { cwd: folder });
    const costs = [...stdout.matchAll(/A character costs the model ([\d.]+) bits/g)].map(([, bits]) => Number(bits));
    expect(costs).toHaveLength(2);
    // All of some 60 characters (English) and 100 (Vietnamese) alike would cost 5.9 and 6.6.
    expect(Math.max(...costs)).toBeLessThan(5);
    expect(await readdir(path.join(folder, "out"))).toEqual(["text.safetensors"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

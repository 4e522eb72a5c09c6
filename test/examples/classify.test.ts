/** The example of texts, in its fast form, on the built package. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = path.resolve(import.meta.dirname, "../../examples/classify.js");
const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));

test("classify.js --fast tells spam better than always saying ham", async (context) => {
  if (!isBuilt) context.skip("no dist/ here: npm run build makes it");
  const folder = await mkdtemp(path.join(tmpdir(), "recurra-example-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [example, "--fast"], { cwd: folder });
    const shares = /right on ([\d.]+) % of \d+ texts, against the [\d.]+ % of .* and the ([\d.]+) % of always/.exec(
      stdout,
    );
    expect(Number(shares?.[1])).toBeGreaterThan(Number(shares?.[2]) + 5);
    expect(stdout).toMatch(/^(spam|ham) \([\d.]+\): Free -?\d/m);
    expect(await readdir(path.join(folder, "out"))).toEqual(["spam.safetensors"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/** The example of captions, in its fast form, on the built package. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const example = path.resolve(import.meta.dirname, "../../examples/caption.js");
const isBuilt = existsSync(path.resolve(import.meta.dirname, "../../dist/index.js"));

test("caption.js --fast puts captions together that it has not seen", { timeout: 180_000 }, async (context) => {
  if (!isBuilt) context.skip("no dist/ here: npm run build makes it");
  const folder = await mkdtemp(path.join(tmpdir(), "recurra-example-"));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [example, "--fast"], { cwd: folder });
    const shares = /^unseen people: Of \d+ captions the model gets ([\d.]+) % .* learned: ([\d.]+) % exactly/m.exec(
      stdout,
    );
    expect(Number(shares?.[1])).toBeGreaterThan(Number(shares?.[2]) + 15);
    expect(await readdir(path.join(folder, "out"))).toEqual(["captions-en.html", "captions-en.safetensors"]);
    const page = await readFile(path.join(folder, "out/captions-en.html"), "utf8");
    expect(page.match(/<h2>/g)).toHaveLength(3);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

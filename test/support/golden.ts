/** Golden files: texts that were reviewed once and are compared from then on. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";

/** Expects `text` to be that of `test/golden/<path>`; with RECURRA_UPDATE_GOLDEN set, writes it there to be reviewed. */
export function expectGolden(path: string, text: string): void {
  const file = new URL(`../golden/${path}`, import.meta.url);
  if (process.env["RECURRA_UPDATE_GOLDEN"] !== undefined) {
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(
    existsSync(file),
    `there is no golden file ${path}; run this test with RECURRA_UPDATE_GOLDEN=1 and review what it writes`,
  ).toBe(true);
  expect(text).toBe(readFileSync(file, "utf8"));
}

/** A run of any task goes on with the options in its checkpoint. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createHostileModels, modelNames } from "./support/hostile-models.ts";
import type { HostileModels } from "./support/hostile-models.ts";

let made: HostileModels;
beforeAll(async () => {
  made = await createHostileModels([]);
});
afterAll(() => made.remove());

test.each(modelNames)("%s", { timeout: 60_000 }, async (name) => {
  const { status, err } = await made.stopAndResume(name);
  expect(err).toContain("Stopped in epoch");
  expect(status).toBe(130);
});

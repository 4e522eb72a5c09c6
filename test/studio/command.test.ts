/** `recurra studio` with the built site. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../support/command.ts";
import type { CommandFolder } from "../support/command.ts";

let made: CommandFolder;

beforeAll(async () => {
  made = await createCommandFolder({ "compare.json": "{}" });
});
afterAll(() => made.remove());

test("says where the studio is, and stops without a fuss", async () => {
  const said = await made.runUntil(/until it is stopped/, "studio", "compare.json");
  expect(said).toMatchObject({ status: 0, out: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\n$/) as unknown });
  const address = said.out.trim();
  await expect(fetch(address)).rejects.toThrow("fetch failed");
});

test("waits for a run that has not written anything yet, and says so", async () => {
  const said = await made.runUntil(/until it is stopped/, "studio", "soon.safetensors");
  expect(said).toMatchObject({
    status: 0,
    err: expect.stringContaining("soon.safetensors is not there yet") as unknown,
  });
});

test("names a file that is missing, and a port that is no number", async () => {
  expect(await made.run("studio", "gone.csv")).toEqual({
    status: 1,
    out: "",
    err: "error: gone.csv cannot be read: there is no such file; check its name.\n",
  });
  expect(await made.run("studio", ".")).toMatchObject({
    status: 1,
    err: expect.stringMatching(/^error: \. cannot be read: it is a folder; name the files in it/) as unknown,
  });
  expect(await made.run("studio", "--port", "70000")).toMatchObject({ status: 2, out: "" });
});

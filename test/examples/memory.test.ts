/** The examples about memory and reservoirs, in their fast form. */
import { expect, test } from "vitest";
import { runExample } from "../support/run-example.ts";

test(
  "an echo state network runs on its own, and beats both naive forecasts of births",
  { timeout: 120_000 },
  async (context) => {
    const { said } = await runExample(context, "echo-state.js");
    const [error, naive] = [...said.matchAll(/(?:NRMSE|last value\)) +(\S+)/g)].map((match) => Number(match[1]));
    expect(error).toBeLessThan(0.1);
    expect(naive).toBeGreaterThan(1);
    const births = [...said.matchAll(/(\d+) births a day/g)].map((match) => Number(match[1]));
    expect(births).toHaveLength(3);
    expect(births[0]).toBeLessThan(Math.min(...births.slice(1)));
  },
);

test("cells are compared, one of one's own among them", { timeout: 120_000 }, async (context) => {
  const { said, read } = await runExample(context, "compare.js");
  expect(said).toMatch(/10 +mine/);
  expect(await read("compare.svg")).toMatch(/^<svg/);
  expect(await read("compare.html")).toMatch(/^<!doctype html>/);
});

/** Words that elsewhere mean a missing value, in columns that a task reads as texts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../../test/support/command.ts";
import type { CommandFolder } from "../../../test/support/command.ts";

let folder: CommandFolder;
beforeAll(async () => {
  const words = ["null", "none", "NA", "one", "two"];
  const rows = Array.from(
    { length: 60 },
    (_, at) => `${words[at % 5]!} ${at}\t${words[(at * 3) % 5]!}\t${at % 2 === 0 ? "even" : "odd"}`,
  );
  folder = await createCommandFolder({ "pairs.tsv": ["word\tsaid\tkind", "null\tnone\teven", ...rows].join("\n") });
});
afterAll(() => folder.remove());

const quick = "--epochs 1 --hidden 8 --embedding 4 --batch 16 --backend wasm --out model.safetensors --quiet";

test.each([
  { task: "translate", columns: "--source word --target said" },
  { task: "classify", columns: "--text word --target kind" },
])("$task learns from, and reads, the texts null and none", async ({ task, columns }) => {
  const trained = await folder.run(...`train pairs.tsv --task ${task} ${columns} ${quick}`.split(" "));
  expect(trained).toMatchObject({ status: 0, err: "" });
  const { status, out } = await folder.run(..."predict model.safetensors pairs.tsv --backend wasm".split(" "));
  expect(status).toBe(0);
  expect(out).toMatch(/^word,(said|kind) predicted.*\nnull,/);
});

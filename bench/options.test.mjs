import { expect, it } from "vitest";
import { parseOptions, parts, UsageError } from "./options.mjs";

it("measures everything in three rounds unless told", async () => {
  const { rounds, workloads, parts: chosen, whole } = await parseOptions([]);
  expect({ rounds, count: workloads.length, parts: [...chosen], whole }).toEqual({
    rounds: 3,
    count: 11,
    parts,
    whole: true,
  });
});

it("measures what is named", async () => {
  const { rounds, workloads, parts: chosen, whole } = await parseOptions(["--only", "lstm-64, cells", "--rounds", "5"]);
  expect({ rounds, names: workloads.map(({ name }) => name), parts: [...chosen], whole }).toEqual({
    rounds: 5,
    names: ["lstm-64"],
    parts: ["cells"],
    whole: false,
  });
});

it.each([
  [["--only", "lstm-65"], /--only has no "lstm-65": there are stock-4x50, .*, memory$/],
  [["--only", ""], /--only has no ""/],
  [["--rounds", "0"], /--rounds 0 is not a whole number/],
  [["--rounds", "2.5"], /--rounds 2\.5 is not/],
  [["--round", "2"], /Unknown option '--round'; npm run bench --/],
  [["lstm-64"], /Unexpected argument 'lstm-64'/],
])("refuses %j", async (args, message) => {
  await expect(parseOptions(args)).rejects.toThrow(message);
  await expect(parseOptions(args)).rejects.toThrow(UsageError);
});

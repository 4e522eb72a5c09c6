/** What is said where a task lacks its data. */
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { runCommand } from "../run.ts";
import { commandTasks } from "./table.ts";

async function complain(words: string): Promise<string> {
  let said = "";
  const status = await runCommand(["train", ...words.split(" ").filter((word) => word !== "")], {
    command: "recurra",
    print: () => undefined,
    say: (text) => (said += `${text}\n`),
    screen: undefined,
    onInterrupt: () => () => undefined,
  });
  expect(status).toBe(2);
  return said;
}

test.each([
  [
    "",
    'error: name the data, as in "recurra train sales.csv --target Sales"; in the repository, node examples/births.js shows it',
  ],
  ["--task forecast", '"recurra train sales.csv --target Sales"'],
  ["--target x", '"recurra train sales.csv --target Sales"'],
  [
    "--task classify",
    'error: name the data, as in "recurra train reviews.tsv --task classify --text review --target stars" or "recurra train motions.csv --label activity --sequence recording"; in the repository, node examples/classify.js and docs/cli.md#classify show it with data of their own\n',
  ],
  ["--task regress", '"recurra train reviews.tsv --task classify --text review --target stars"'],
  ["--text a --target b", "node examples/classify.js"],
  ["--label x", '"recurra train motions.csv --label activity --sequence recording"'],
  ["--task translate", '"recurra train pairs.tsv --task translate --source English --target Vietnamese"'],
  ["--task tag", "node examples/tag.js"],
  ["--task generate", "node examples/generate.js"],
  ["--task caption", "error: say where the pictures and their captions are: --images FOLDER --captions FILE"],
])("recurra train %s", async (words, message) => {
  expect(await complain(words)).toContain(message);
});

test("what shows a task is there", () => {
  for (const { shownBy, examples } of commandTasks) {
    const [file = ""] = shownBy.replace("node ", "").split("#");
    expect(existsSync(new URL(`../../../${file}`, import.meta.url)), file).toBe(true);
    expect(examples).toMatch(/\$ recurra train /);
  }
});

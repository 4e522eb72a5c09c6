/** Language models on the command line: what they refuse, and what they warn of. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../../test/support/command.ts";
import type { CommandFolder } from "../../../test/support/command.ts";

let folder: CommandFolder;
beforeAll(async () => {
  folder = await createCommandFolder({
    "verse.txt": Array.from({ length: 150 }, (_, row) => `The ${["sun", "moon"][row % 2]} is up.\n`).join(""),
    "greek.txt": "Μῆνιν ἄειδε θεὰ Πηληϊάδεω Ἀχιλῆος\n".repeat(20),
  });
  await folder.run(
    ..."train verse.txt --task generate --hidden 8 --steps 16 --batch 4 --epochs 1 --test 0.1 --backend wasm".split(
      " ",
    ),
    ..."--out verse.safetensors --no-report".split(" "),
  );
});
afterAll(() => folder.remove());

test("predict points to generate", async () => {
  expect(await folder.run("predict", "verse.safetensors", "verse.txt")).toEqual({
    status: 2,
    out: "",
    err: 'error: a language model goes on with a text: recurra generate MODEL --prompt "The text so far"\n',
  });
});

test("a text of which much is unknown is measured with a warning", async () => {
  const odd = await folder.run("evaluate", "verse.safetensors", "greek.txt");
  expect(odd.status).toBe(0);
  const without =
    "note: where training has seen some of these, the model looks better than it is\nnote: not beside n-grams, for want of the training data; recurra inspect MODEL tells how it was on the test of the training\n";
  expect(odd.err).toMatch(
    /^note: [^\n]*\nnote: [^\n]*\nnote: 8\d % of the characters are unknown to the model; [^\n]*\n$/,
  );
  expect(odd.err.startsWith(without)).toBe(true);
  expect(await folder.run("evaluate", "verse.safetensors", "verse.txt", "--backend", "wasm")).toMatchObject({
    status: 0,
    err: without,
  });
});

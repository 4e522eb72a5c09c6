/**
 * Trains the models of the studio's demonstrations and writes them to studio/public/models, in int8, and prints what each scored on its test as it is shipped; then it lists them (see list-models.mjs):
 * `node studio/train-models.mjs [NAMES…]`, all of them in about two hours. With `--measure` those that are there are measured again, and not trained. Needs what demo-models.mjs needs.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { load, openTask } from "../dist/node.js";
import { demoModels } from "./demo-models.mjs";
import { listModels, modelsFolder } from "./list-models.mjs";

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { measure: { type: "boolean", default: false } },
});
const unknown = names.filter((name) => !Object.hasOwn(demoModels, name));
if (unknown.length > 0)
  throw new Error(`no model ${unknown.join(", ")}: there are ${Object.keys(demoModels).join(", ")}`);

await mkdir(modelsFolder, { recursive: true });
for (const [name, { learn, measure }] of Object.entries(demoModels)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const file = path.join(modelsFolder, `${name}.safetensors`);
  const bytes = values.measure
    ? await measure(await readFile(file))
    : await learn((event) => {
        if (event.kind === "epoch")
          console.log(
            `${name} ${event.epoch}/${event.epochs}: ${event.loss.toFixed(3)}, ${event.validation?.toFixed(3)}`,
          );
      });
  const model = load(bytes, { verify: true });
  openTask(model);
  await writeFile(file, bytes);
  const { test } = /** @type {import("../dist/node.js").TrainingSummary} */ (
    /** @type {unknown} */ (model.details.training)
  );
  console.log(`${name}: ${(bytes.length / 1024).toFixed(0)} kB`, JSON.stringify(test));
}
await listModels();

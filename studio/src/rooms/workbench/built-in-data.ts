/** The data that the workbench offers: files of the site, and a wave that is made here. */
import { createRandom } from "recurra";
import type { DataFile } from "../../work/lessons/lesson.ts";
import type { DataName } from "./state.ts";

const fileOf: Readonly<Record<Exclude<DataName, "wave">, string>> = {
  births: "births.csv",
  languages: "languages.tsv",
  "declaration-en": "declaration-en.txt",
  "declaration-vi": "declaration-vi.txt",
};

/** Two waves on top of one another, with noise: `[rows]`. */
export function makeWave(rows = 800): string {
  const random = createRandom(7);
  const values = Array.from({ length: rows }, (_, row) =>
    (Math.sin(row / 5) + 0.5 * Math.sin(row / 17) + 0.1 * random.normal()).toFixed(4),
  );
  return `value\n${values.join("\n")}\n`;
}

/** Throws where a file of the site cannot be had. */
export async function openBuiltIn(name: DataName): Promise<DataFile> {
  if (name === "wave") return { name: "wave.csv", blob: new Blob([makeWave()]) };
  const file = fileOf[name];
  const answer = await fetch(`./data/${file}`);
  if (!answer.ok) throw new Error(`${file}: ${answer.status} ${answer.statusText}`);
  return { name: file, blob: await answer.blob() };
}

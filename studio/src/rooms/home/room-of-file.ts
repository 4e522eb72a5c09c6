/** Which room a file is for. */
import { modelFile } from "../../model-file.ts";

/** By its ending: models are opened, results of `recurra compare` stand beside the variants, anything else is data to learn from. */
export function roomOf(name: string): "open" | "variants" | "workbench" {
  if (modelFile.test(name)) return "open";
  return name.endsWith(".json") ? "variants" : "workbench";
}

/** Which room a file is for. */

/** By its ending: models are opened, results of `recurra compare` stand beside the variants, anything else is data to learn from. */
export function roomOf(name: string): "open" | "variants" | "workbench" {
  if (/\.(safetensors|checkpoint)$/.test(name)) return "open";
  return name.endsWith(".json") ? "variants" : "workbench";
}

/** The trained models that come with the studio, and where they lie. */

/** Language models of characters: Shakespeare's plays in English, Nguyễn Du's Truyện Kiều in Vietnamese. */
export const languageModels = ["shakespeare", "kieu"] as const;
export type LanguageModelName = (typeof languageModels)[number];

/** The address of a model, for a worker too: it does not know where the page lies. */
export function addressOfModel(name: LanguageModelName): string {
  return new URL(`./models/${name}.safetensors`, document.baseURI).href;
}

/** The bytes of a model; undefined where there is none. Throws where the answer breaks off. */
export async function fetchModel(address: string): Promise<Uint8Array | undefined> {
  const answer = await fetch(address);
  // A host may answer what is missing with a page.
  if (!answer.ok || answer.headers.get("content-type")?.startsWith("text/html") === true) return undefined;
  return new Uint8Array(await answer.arrayBuffer());
}

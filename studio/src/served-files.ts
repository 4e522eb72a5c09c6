/** The files that `recurra studio` was given; none on a site without it. */
import { signal } from "@preact/signals";

export interface ServedFile {
  readonly name: string;
  /** Relative to the page. */
  readonly address: string;
}

/** Empty until they are known, and where there are none. */
export const servedFiles = signal<readonly ServedFile[]>([]);

const isServedFile = (one: unknown): one is ServedFile =>
  typeof one === "object" &&
  one !== null &&
  "name" in one &&
  typeof one.name === "string" &&
  "address" in one &&
  typeof one.address === "string" &&
  one.address.startsWith("./files/");

/** Asks for the list. A site that has none shows none. */
export async function findServedFiles(): Promise<void> {
  try {
    const answer = await fetch("./files.json");
    const list: unknown = answer.ok ? await answer.json() : [];
    servedFiles.value = Array.isArray(list) ? list.filter(isServedFile) : [];
  } catch {
    servedFiles.value = [];
  }
}

/** The bytes of a file. Throws where it can no longer be read. */
export async function readServedFile({ name, address }: ServedFile): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(address);
  if (answer.status === 204) throw new Error(`${name} is not there yet`);
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Files of the site as bytes, with their progress; each is fetched once. */

const fetched = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** The bytes at an address relative to the page; who asks for a file that is under way gets no progress. Throws where it cannot be read. */
export async function fetchBytes(
  address: string,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const known = fetched.get(address);
  if (known !== undefined) return known;
  const bytes = readAll(address, onProgress);
  fetched.set(address, bytes);
  // What failed may be tried again.
  bytes.catch(() => fetched.delete(address));
  return bytes;
}

async function readAll(address: string, onProgress: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(address);
  if (!answer.ok || answer.body === null) throw new Error(`${address}: ${answer.status} ${answer.statusText}`);
  const pieces: Uint8Array[] = [];
  const reader = answer.body.getReader();
  let count = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    pieces.push(next.value);
    count += next.value.length;
    onProgress(count);
  }
  const bytes = new Uint8Array(count);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

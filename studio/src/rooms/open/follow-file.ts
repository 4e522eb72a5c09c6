/** A file that is read again and again while something writes it: told only when it has changed. */

/** What of `fetch` is needed. */
export type AskFile = (
  address: string,
  options: { readonly headers: Readonly<Record<string, string>> },
) => Promise<Pick<Response, "ok" | "status" | "headers" | "arrayBuffer">>;

export interface FollowOptions {
  readonly ask?: AskFile;
  /** Milliseconds from one question to the next. */
  readonly every?: number;
  readonly signal: AbortSignal;
}

/** Yields the bytes of a file as it is, and then whenever it is another; undefined first, where it is not there yet. A file that is gone later is waited for. */
export async function* followFile(
  address: string,
  { ask = fetch, every = 2000, signal }: FollowOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer> | undefined, void, undefined> {
  let seen: string | undefined;
  let isAwaited = false;
  while (!signal.aborted) {
    try {
      const answer = await ask(address, { headers: seen === undefined ? {} : { "if-none-match": seen } });
      if (answer.status === 204) {
        if (!isAwaited && seen === undefined) yield undefined;
        isAwaited = true;
      } else if (answer.ok && answer.status !== 304) {
        const tag = answer.headers.get("etag") ?? undefined;
        const bytes = new Uint8Array(await answer.arrayBuffer());
        // Another file may have been opened meanwhile.
        if (signal.aborted) return;
        if (tag === undefined || tag !== seen) yield bytes;
        seen = tag;
      }
    } catch {
      // The server is gone for now; the next question may find it again.
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

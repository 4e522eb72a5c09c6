/** A file that one room hands to another. */
import { signal } from "@preact/signals";

export interface HandedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Taken by the room that opens it. */
export const handedFile = signal<HandedFile | undefined>(undefined);

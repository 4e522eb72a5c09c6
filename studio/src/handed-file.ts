/** A file that one room hands to another. */
import { goTo } from "./place.ts";

export interface HandedFile {
  readonly name: string;
  readonly blob: Blob;
}

let handed: HandedFile | undefined;

/** Goes to a room with a file. */
export function handOver(room: "open" | "workbench", file: HandedFile): void {
  handed = file;
  goTo({ room, values: {} });
}

/** The file that was handed to the room that asks; once. */
export function takeHanded(): HandedFile | undefined {
  const taken = handed;
  handed = undefined;
  return taken;
}

/** A picture file to open, brought to the size that a network reads. */
import { useState } from "preact/hooks";
import { readPicture } from "./canvas-picture.ts";
import type { ReadPicture } from "./canvas-picture.ts";
import { FileDrop } from "./file-drop.tsx";
import { Note } from "./note.tsx";

export interface PictureDropProps {
  readonly label: string;
  /** Pixels of the square that the network reads. */
  readonly side: number;
  /** What is said of a file that is no picture, by its name. */
  readonly unread: (name: string) => string;
  readonly onPicture: (picture: ReadPicture) => void;
}

export function PictureDrop({ label, side, unread, onPicture }: PictureDropProps) {
  const [refused, setRefused] = useState<string>();
  const open = async (file: File): Promise<void> => {
    try {
      const image = await createImageBitmap(file);
      setRefused(undefined);
      onPicture(readPicture({ image, x: 0, y: 0, width: image.width, height: image.height }, side));
    } catch {
      setRefused(file.name);
    }
  };
  return (
    <div class="stack">
      <FileDrop label={label} accept="image/*" onFile={(file) => void open(file)} />
      {refused === undefined ? null : <Note kind="error">{unread(refused)}</Note>}
    </div>
  );
}

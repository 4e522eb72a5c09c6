/** A file of sound to open, as numbers at the rate that a model reads. */
import { useState } from "preact/hooks";
import { FileDrop } from "../../parts/file-drop.tsx";
import { Note } from "../../parts/note.tsx";
import { useOpenWords } from "./use-words.ts";

export interface SoundDropProps {
  /** Numbers that the model is given, one of which may be its rate. */
  readonly rate: readonly number[];
  readonly isRead: boolean;
  readonly onSound: (sound: Float32Array) => void;
}

/** Numbers a second: of models of speech, and what is taken for a rate. */
const rates = { usual: 16_000, least: 8000, most: 96_000 } as const;
/** Seconds that are read at most. */
const mostSeconds = 60;

export function SoundDrop({ rate, isRead, onSound }: SoundDropProps) {
  const { graph: said } = useOpenWords();
  const [name, setName] = useState("");
  const [refused, setRefused] = useState<string>();
  const read = async (file: File): Promise<void> => {
    const chosen = rate.find((one) => one >= rates.least && one <= rates.most) ?? rates.usual;
    try {
      const sound = await decodeSound(await file.arrayBuffer(), chosen);
      setRefused(undefined);
      setName(file.name);
      onSound(sound);
    } catch {
      setRefused(file.name);
    }
  };
  return (
    <div class="stack">
      <FileDrop label={said.sound} accept="audio/*" onFile={(file) => void read(file)} />
      {refused === undefined ? null : <Note kind="error">{said.unheard(refused)}</Note>}
      {isRead ? <p class="soft">{said.hears(name)}</p> : null}
    </div>
  );
}

/** One channel, the mean of all, as the browser reads and resamples it. Throws what the browser does for what is no sound. */
async function decodeSound(bytes: ArrayBuffer, rate: number): Promise<Float32Array> {
  const sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes);
  const mixed = new Float32Array(Math.min(sound.length, mostSeconds * rate));
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const numbers = sound.getChannelData(channel);
    for (let at = 0; at < mixed.length; at++) mixed[at]! += numbers[at]! / sound.numberOfChannels;
  }
  return mixed;
}

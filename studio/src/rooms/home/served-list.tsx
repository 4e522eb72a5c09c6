/** The files that `recurra studio` was given: each is handed to the room that reads it. */
import { handOver } from "../../handed-file.ts";
import { Button } from "../../parts/button.tsx";
import { readServedFile, servedFiles } from "../../served-files.ts";
import type { ServedFile } from "../../served-files.ts";
import { useWords } from "../../words/index.ts";
import { roomOf } from "./room-of-file.ts";

/** Goes to the room of a file with it; a file that cannot be read yet, and results, are offered there. */
async function openFile(file: ServedFile): Promise<void> {
  const { name } = file;
  const room = roomOf(name);
  const bytes = room === "variants" ? undefined : await readServedFile(file).catch(() => undefined);
  if (room === "variants" || bytes === undefined) location.hash = `#/${room}`;
  else handOver(room, { name, blob: new Blob([bytes]) });
}

export function ServedList() {
  const words = useWords();
  const files = servedFiles.value;
  if (files.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="home-served">
      <h2 id="home-served">{words.parts.served}</h2>
      <ul class="served-list">
        {files.map((file) => {
          const { title } = words.room[roomOf(file.name)];
          return (
            <li key={file.address}>
              <Button label={`${file.name}: ${title}`} onClick={() => void openFile(file)}>
                {file.name}
              </Button>
              <span class="soft">{title}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

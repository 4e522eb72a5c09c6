/** The files that `recurra studio` was given: each is handed to the room that reads it. */
import { useEffect } from "preact/hooks";
import { handOver } from "../../handed-file.ts";
import { textField } from "../../link.ts";
import type { Fields } from "../../link.ts";
import { weightsFile } from "../../model-file.ts";
import { goTo, usePlaceState } from "../../place.ts";
import { Button } from "../../parts/button.tsx";
import { readServedFile, servedFiles } from "../../served-files.ts";
import type { ServedFile } from "../../served-files.ts";
import { useWords } from "../../words/index.ts";
import { roomOf } from "./room-of-file.ts";

/** Goes to the room of a file: a model is followed there, data are handed over; what cannot be read yet, and results, are offered there. */
async function openFile(file: ServedFile): Promise<void> {
  const { name } = file;
  const room = roomOf(name);
  if (room === "open") return goTo({ room, values: { file: name } });
  const bytes = room === "variants" ? undefined : await readServedFile(file).catch(() => undefined);
  if (room === "variants" || bytes === undefined) goTo({ room, values: {} });
  else handOver(room, { name, blob: new Blob([bytes]) });
}

/** A file that the address names is opened at once. */
const homeFields: Fields<{ readonly file: string }> = { file: textField("", 200) };

export function ServedList() {
  const words = useWords();
  // Weights are read with the model that they lie beside.
  const files = servedFiles.value.filter(({ name }) => !weightsFile.test(name));
  const [state, change] = usePlaceState(homeFields);
  const named = files.find(({ name }) => name === state.file);
  useEffect(() => {
    if (named === undefined) return;
    // Who comes back stays here.
    change({ file: "" });
    void openFile(named);
  }, [named]);
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

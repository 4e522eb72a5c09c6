/** A file to open: chosen, or dropped on the box. The parent reads it. */
import { useId, useState } from "preact/hooks";
import { useWords } from "../words/index.ts";
import "./button.css";
import "./file-drop.css";

export interface FileDropProps {
  /** What kind of file is wanted. */
  readonly label: string;
  /** Endings, such as `.json,.safetensors`; any file if absent. Dropped files are not held to it. */
  readonly accept?: string;
  readonly disabled?: boolean;
  /** Whether several files can be chosen together. */
  readonly multiple?: boolean;
  /** Told of the first file, and of all that were given together. */
  readonly onFile: (file: File, all: readonly File[]) => void;
}

export function FileDrop({ label, accept, disabled = false, multiple = false, onFile }: FileDropProps) {
  const words = useWords();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined): void => {
    const all = [...(files ?? [])];
    const [file] = all;
    if (file !== undefined && !disabled) onFile(file, all);
  };
  return (
    <div
      class={`file-drop${isOver ? " is-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <span>{label}</span>
      <input
        id={id}
        class="hidden"
        type="file"
        aria-label={`${label}: ${words.parts.openFile}`}
        accept={accept}
        disabled={disabled}
        multiple={multiple}
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
      <label class="button plain" for={id}>
        {words.parts.openFile}
      </label>
      <span class="soft small">{words.parts.dropFile}</span>
    </div>
  );
}

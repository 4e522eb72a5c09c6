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
  readonly onFile: (file: File) => void;
}

export function FileDrop({ label, accept, disabled = false, onFile }: FileDropProps) {
  const words = useWords();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file !== undefined && !disabled) onFile(file);
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

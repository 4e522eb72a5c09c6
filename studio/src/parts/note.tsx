/** Something said beside the rest: a remark, a warning, or what went wrong. */
import type { ComponentChildren } from "preact";
import "./note.css";

export interface NoteProps {
  readonly kind?: "remark" | "warning" | "error";
  readonly children: ComponentChildren;
}

export function Note({ kind = "remark", children }: NoteProps) {
  return (
    <div class={`note ${kind}`} role={kind === "error" ? "alert" : undefined}>
      {children}
    </div>
  );
}

/** Something that is there for who wants to know more. */
import type { ComponentChildren } from "preact";
import "./fold.css";

export interface FoldProps {
  readonly title: string;
  readonly open?: boolean;
  readonly onToggle?: (open: boolean) => void;
  readonly children: ComponentChildren;
}

export function Fold({ title, open = false, onToggle, children }: FoldProps) {
  return (
    <details class="fold" open={open} onToggle={({ currentTarget }) => onToggle?.(currentTarget.open)}>
      <summary>{title}</summary>
      <div class="fold-content">{children}</div>
    </details>
  );
}

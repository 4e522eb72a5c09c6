/** A button with a text. */
import type { ComponentChildren } from "preact";
import "./button.css";

export interface ButtonProps {
  /** `main` is the one thing that a room is about to do; there is one of it at most. */
  readonly kind?: "main" | "plain" | "quiet";
  readonly disabled?: boolean;
  /** For a button that stays pressed. */
  readonly pressed?: boolean;
  /** Where the text alone does not say what the button does. */
  readonly label?: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

export function Button({ kind = "plain", disabled = false, pressed, label, onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      disabled={disabled}
      aria-pressed={pressed}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

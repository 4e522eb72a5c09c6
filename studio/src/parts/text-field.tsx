/** A text to type: one line, or several. */
import { useId } from "preact/hooks";
import "./field.css";

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  /** Several lines of code. */
  readonly code?: boolean;
  readonly placeholder?: string;
  readonly help?: string;
  /** What is wrong with the text. */
  readonly error?: string | undefined;
  readonly onChange: (text: string) => void;
}

export function TextField({ label, value, code = false, placeholder, help, error, onChange }: TextFieldProps) {
  const id = useId();
  const said = error ?? help;
  const shared = {
    id,
    value,
    placeholder,
    class: `text-box${code ? " code" : ""}`,
    autocomplete: "off",
    spellcheck: false,
    "aria-invalid": error !== undefined,
    "aria-describedby": said === undefined ? undefined : `${id}-said`,
  } as const;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      {code ? (
        <textarea {...shared} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
      ) : (
        <input {...shared} type="text" onInput={({ currentTarget }) => onChange(currentTarget.value)} />
      )}
      {said === undefined ? null : (
        <span class="field-help" id={`${id}-said`} role={error === undefined ? undefined : "status"}>
          {said}
        </span>
      )}
    </div>
  );
}

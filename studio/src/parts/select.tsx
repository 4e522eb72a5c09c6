/** One of some names, as a list that unfolds. */
import { useId } from "preact/hooks";
import "./field.css";

export interface SelectOption<T extends string> {
  readonly name: T;
  readonly text: string;
  /** Options with the same group stand together under it. */
  readonly group?: string;
}

export interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly SelectOption<T>[];
  readonly help?: string;
  readonly disabled?: boolean;
  readonly onChange: (name: T) => void;
}

export function Select<T extends string>({ label, value, options, help, disabled = false, onChange }: SelectProps<T>) {
  const id = useId();
  const groups = [...new Set(options.map(({ group }) => group))];
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="text-box"
        value={value}
        disabled={disabled}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={({ currentTarget }) => {
          const chosen = options.find(({ name }) => name === currentTarget.value);
          if (chosen !== undefined) onChange(chosen.name);
        }}
      >
        {groups.map((group) => {
          const items = options
            .filter((option) => option.group === group)
            .map(({ name, text }) => (
              <option key={name} value={name} selected={name === value}>
                {text}
              </option>
            ));
          return group === undefined ? (
            items
          ) : (
            <optgroup key={group} label={group}>
              {items}
            </optgroup>
          );
        })}
      </select>
      {help === undefined ? null : (
        <span class="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </div>
  );
}

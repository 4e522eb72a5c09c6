/** A few numbers, large, each with what it is. */
import "./number-row.css";

export interface NumberRowProps {
  readonly numbers: readonly { readonly name: string; readonly value: string; readonly note?: string }[];
}

export function NumberRow({ numbers }: NumberRowProps) {
  return (
    <dl class="number-row">
      {numbers.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="number">{value}</dd>
          {note === undefined ? null : <dd class="number-note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

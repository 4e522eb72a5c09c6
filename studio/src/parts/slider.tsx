/** A number on a scale, with its value as text. */
import { useId } from "preact/hooks";
import "./field.css";

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly from: number;
  readonly to: number;
  /** The least difference; 1 if absent. */
  readonly step?: number;
  /** Equal ways on the scale are equal ratios: for sizes and rates. `from` is then above 0, and `step` is what values are rounded to. */
  readonly log?: boolean;
  /** The value as people read it; as it is if absent. */
  readonly print?: (value: number) => string;
  readonly help?: string;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}

/** Places on a logarithmic scale: enough that each key press moves a little. */
const logPlaces = 200;

export function Slider(props: SliderProps) {
  const { label, value, from, to, step = 1, log = false, print = String, help, disabled = false, onChange } = props;
  const id = useId();
  const place = log ? (Math.log(value / from) / Math.log(to / from)) * logPlaces : value;
  const read = (at: number): number => {
    const exact = log ? from * (to / from) ** (at / logPlaces) : at;
    // Twelve digits hide what is no difference: 0.1 * 3.
    return Math.min(to, Math.max(from, Number((Math.round(exact / step) * step).toPrecision(12))));
  };
  return (
    <div class="field">
      <label class="field-label" for={id}>
        <span>{label}</span>
        <span class="field-value" aria-hidden="true">
          {print(value)}
        </span>
      </label>
      <input
        id={id}
        class="slider"
        type="range"
        min={log ? 0 : from}
        max={log ? logPlaces : to}
        step={log ? 1 : step}
        value={place}
        aria-valuetext={print(value)}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        disabled={disabled}
        onInput={({ currentTarget }) => onChange(read(currentTarget.valueAsNumber))}
      />
      {help === undefined ? null : (
        <span class="field-help" id={`${id}-help`}>
          {help}
        </span>
      )}
    </div>
  );
}

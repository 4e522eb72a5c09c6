/** What the chosen step reads, keeps and gives, as numbers on their colours. */
import { theme } from "../../settings.ts";
import { printFixed, printNumber } from "../../words/index.ts";
import { colourValue, findLargest } from "./colours.ts";
import type { LayerRole } from "./colours.ts";
import { printLetter } from "./letters.ts";
import { layerMark } from "../../work/network/network-cell.ts";
import type { NetworkTrace } from "../../work/network/trace.ts";
import { useNetworkWords } from "./use-words.ts";

export interface StepValuesProps {
  readonly trace: NetworkTrace;
  /** From 0. */
  readonly step: number;
  readonly hasLoop: boolean;
  /** Hidden layer from 1 and neuron from 0. */
  readonly chosen: { readonly layer: number; readonly neuron: number };
  readonly onNeuron: (layer: number, neuron: number) => void;
}

/** Most numbers of a layer that are written out. */
const most = 16;

export function StepValues({ trace, step, hasLoop, chosen, onNeuron }: StepValuesProps) {
  const words = useNetworkWords();
  const { layers, hidden } = trace.sizes;
  const { values } = hasLoop ? trace.recurrent : trace.feedForward;
  const largest = findLargest(trace);
  const now = values[step] ?? [];
  const name = (letter: string, layer: number | undefined, at: number): string => {
    const mark = layer === undefined ? "" : layerMark(layer, layers).slice(1);
    const marks = [mark, String(at)].filter((text) => text !== "");
    // Two numbers below a letter need a comma between them, which there is no small one of.
    return marks.length === 1
      ? printLetter(`${letter}_${marks[0]}`)
      : `${letter}${printLetter(`_${marks[0]}`)} (${marks[1]})`;
  };
  const shared = { words, chosen, theme: theme.value };
  return (
    <div class="step-values">
      <Vector
        {...shared}
        role="input"
        name={name("x", undefined, step + 1)}
        title={words.step.input}
        values={now[0]}
        most={largest[0]}
      />
      {Array.from({ length: layers }, (_, at) => at + 1).map((layer) => (
        <div key={layer} class="step-hidden">
          {hasLoop ? (
            <Vector
              {...shared}
              role="hidden"
              name={name("h", layer, step)}
              title={words.step.before}
              values={values[step - 1]?.[layer] ?? new Float64Array(hidden)}
              most={largest[layer]}
            />
          ) : null}
          <Vector
            {...shared}
            role="hidden"
            name={name("h", layer, step + 1)}
            title={hasLoop ? words.step.state : words.step.hidden}
            values={now[layer]}
            most={largest[layer]}
            onChoose={(neuron) => onNeuron(layer, neuron)}
            chosenUnit={chosen.layer === layer ? chosen.neuron : undefined}
          />
        </div>
      ))}
      <Vector
        {...shared}
        role="output"
        name={name("y", undefined, step + 1)}
        title={words.step.output}
        values={now[layers + 1]}
        most={largest[layers + 1]}
      />
    </div>
  );
}

interface VectorProps {
  readonly role: LayerRole;
  readonly name: string;
  readonly title: string;
  readonly values: Float64Array | undefined;
  readonly most: number | undefined;
  readonly theme: "light" | "dark";
  readonly onChoose?: (unit: number) => void;
  readonly chosenUnit?: number | undefined;
}

function Vector({
  role,
  name,
  title,
  values = new Float64Array(),
  most: largest = 1,
  theme: shown,
  onChoose,
  chosenUnit,
}: VectorProps) {
  const words = useNetworkWords();
  const colour = (value: number): string => colourValue(value, { role, most: largest, theme: shown });
  return (
    <div class="vector">
      <p class="vector-name">
        <span class="letter">{name}</span> <span class="soft small">{title}</span>
      </p>
      <ul class="vector-values">
        {Array.from(values.slice(0, most)).map((value, unit) => (
          <li key={unit}>
            {onChoose === undefined ? (
              <span class="vector-value">
                <span class="vector-colour" style={{ background: colour(value) }} />
                {printFixed(value, 2)}
              </span>
            ) : (
              <button
                type="button"
                class="vector-value"
                aria-pressed={unit === chosenUnit}
                aria-label={`${words.sum.neuron} ${unit + 1}: ${printFixed(value, 2)}`}
                onClick={() => onChoose(unit)}
              >
                <span class="vector-colour" style={{ background: colour(value) }} />
                {printFixed(value, 2)}
              </button>
            )}
          </li>
        ))}
        {values.length > most ? <li class="soft small">{words.step.more(printNumber(values.length - most))}</li> : null}
      </ul>
    </div>
  );
}

/** What a cell costs at sizes that can be chosen. */
import { cells } from "recurra";
import type { Cell } from "recurra";
import { useMemo } from "preact/hooks";
import { NumberRow } from "../../parts/number-row.tsx";
import { Slider } from "../../parts/slider.tsx";
import { printNumber } from "../../words/index.ts";
import { measureCost } from "./cost.ts";
import type { VariantsState } from "./state.ts";
import { useVariantsWords } from "./use-words.ts";

export interface CellCostsProps {
  readonly cell: Cell;
  readonly state: VariantsState;
  readonly change: (some: Partial<VariantsState>) => void;
}

export function CellCosts({ cell, state: { input, hidden }, change }: CellCostsProps) {
  const words = useVariantsWords();
  const [cost, lstm] = useMemo(
    () => [cell, cells.lstm].map((one) => measureCost(one, { inputSize: input, hiddenSize: hidden })),
    [cell, input, hidden],
  );
  if (cost === undefined || lstm === undefined) return null;
  const { numbers } = words;
  const share = `${printNumber(Math.round((100 * (cost.parameters + cost.frozen)) / lstm.parameters))} %`;
  const note = cost.frozen > 0 ? numbers.frozen(printNumber(cost.frozen)) : numbers.ofLstm(share);
  return (
    <div class="card stack">
      <div class="columns">
        <Slider
          label={words.sizes.input}
          value={input}
          from={1}
          to={512}
          log
          onChange={(value) => change({ input: value })}
        />
        <Slider
          label={words.sizes.hidden}
          value={hidden}
          from={1}
          to={512}
          log
          onChange={(value) => change({ hidden: value })}
        />
      </div>
      <NumberRow
        numbers={[
          { name: numbers.parameters, value: printNumber(cost.parameters), note },
          { name: numbers.state, value: printNumber(cost.state), note: numbers.stateNote },
          { name: numbers.input, value: printNumber(cost.inputProducts), note: numbers.inputNote },
          { name: numbers.recurrent, value: printNumber(cost.recurrentProducts), note: numbers.recurrentNote },
          ...(cost.hasMemory
            ? []
            : [{ name: numbers.elementwise, value: printNumber(cost.elementwise), note: numbers.elementwiseNote }]),
        ]}
      />
      {cost.hasMemory ? <p class="small soft">{numbers.memory}</p> : null}
    </div>
  );
}

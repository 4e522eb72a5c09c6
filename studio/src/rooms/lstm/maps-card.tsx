/** Every unit over the whole text: gates, candidate, cell and hidden state as heat maps, in step with the player. */
import { useMemo, useRef } from "preact/hooks";
import { HeatMap } from "../../parts/heat-map.tsx";
import type { HeatPlace } from "../../parts/heat-map.tsx";
import type { Tone } from "recurra/inspect";
import type { HeatScale } from "../../parts/heat-colours.ts";
import { Tabs } from "../../parts/tabs.tsx";
import type { Reading, ValueName } from "../../work/read-text.ts";
import { showCharacter } from "./show-character.ts";
import type { LstmState } from "./state.ts";
import { useLstmWords } from "./use-words.ts";
import { orderByMemory, reorder } from "./values.ts";

const looks: Readonly<Record<ValueName, { readonly tone: Tone; readonly scale: HeatScale }>> = {
  c: { tone: "memory", scale: "diverging" },
  h: { tone: "state", scale: "diverging" },
  f: { tone: "forget", scale: "share" },
  i: { tone: "input", scale: "share" },
  o: { tone: "output", scale: "share" },
  g: { tone: "input", scale: "diverging" },
};

/** Their order in the tabs: what is kept first, then what decides it. */
const tabs = ["c", "h", "f", "i", "g", "o"] as const;

export interface MapsCardProps {
  readonly reading: Reading;
  readonly at: number;
  readonly map: ValueName;
  readonly change: (some: Partial<LstmState>) => void;
}

export function MapsCard({ reading, at, map, change }: MapsCardProps) {
  const words = useLstmWords();
  const { characters, hidden, values, memory } = reading;
  const order = useMemo(() => orderByMemory(memory), [memory]);
  const shown = useMemo(() => reorder(values[map], order), [values, map, order]);
  const read = useRef<HeatPlace>(undefined);
  const choose = (): void => {
    const place = read.current;
    if (place !== undefined) change({ at: place.step, part: "forget", unit: (order[place.unit] ?? 0) + 1 });
  };
  return (
    <section class="card stack" aria-labelledby="lstm-maps">
      <h2 id="lstm-maps">{words.maps}</h2>
      <p class="soft">{words.mapsIntro}</p>
      <Tabs
        label={words.maps}
        value={map}
        tabs={tabs.map((name) => ({ name, text: words.mapTabs[name] }))}
        onChange={(name) => change({ map: name })}
      >
        <div onClick={choose} onKeyDown={({ key }) => key === "Enter" && choose()}>
          <HeatMap
            label={words.mapTabs[map]}
            values={shown}
            steps={characters.length}
            units={hidden}
            {...looks[map]}
            markedStep={at}
            nameUnit={(row) => words.mapUnit((order[row] ?? 0) + 1)}
            nameStep={(step) => showCharacter(characters[step] ?? "")}
            onRead={(place) => (read.current = place)}
          />
        </div>
      </Tabs>
    </section>
  );
}

/** Units that follow something in the text, and the text coloured by one of them. */
import { useMemo } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { findMost } from "recurra/inspect";
import { Note } from "../../parts/note.tsx";
import { Table } from "../../parts/table.tsx";
import { printFixed } from "../../words/index.ts";
import type { Reading } from "../../work/read-text.ts";
import type { LstmState } from "./state.ts";
import { TextStrip } from "./text-strip.tsx";
import { useLstmWords } from "./use-words.ts";
import { seriesOf } from "./values.ts";

export interface FollowCardProps {
  readonly reading: Reading;
  /** The unit that the text is coloured by, from 0, and which of its states. */
  readonly unit: number;
  readonly state: "c" | "h";
  readonly at: number;
  readonly change: (some: Partial<LstmState>) => void;
}

export function FollowCard({ reading, unit, state, at, change }: FollowCardProps) {
  const words = useLstmWords();
  const { tracks, values, hidden, characters } = reading;
  const { followColumns: columns } = words;
  const series = useMemo(() => seriesOf(values[state], { unit, hidden }), [values, state, unit, hidden]);
  const name = `${state}[${unit + 1}]`;
  const tone = state === "c" ? "memory" : "state";
  const print = (value: number): string => printFixed(value, 2);
  return (
    <section class="card stack" aria-labelledby="lstm-follow">
      <h2 id="lstm-follow">{words.follow}</h2>
      <p class="soft">{words.followIntro}</p>
      {tracks.length === 0 ? <p>{words.short}</p> : null}
      <div class="lstm-follow">
        {tracks.length === 0 ? null : (
          <Table
            caption={words.follow}
            columns={[
              { name: "signal", title: columns.signal },
              { name: "unit", title: columns.unit },
              { name: "found", title: columns.found, isNumber: true },
              { name: "checked", title: columns.checked, isNumber: true },
              { name: "area", title: columns.area, isNumber: true },
              { name: "show", title: columns.show },
            ]}
            rows={tracks.map((track) => {
              const own = `${track.state}[${track.unit + 1}]`;
              const signal = words.signals[track.signal] ?? track.signal;
              const isShown = track.unit === unit && track.state === state;
              return {
                key: track.signal,
                isMarked: isShown,
                cells: [
                  signal,
                  <code key="unit">{own}</code>,
                  print(track.found),
                  print(track.checked),
                  track.area === undefined ? "" : print(track.area),
                  <Button
                    key="show"
                    kind="quiet"
                    pressed={isShown}
                    label={words.colourLabel(own, signal)}
                    onClick={() => change({ unit: track.unit + 1, state: track.state })}
                  >
                    {words.colour}
                  </Button>,
                ],
              };
            })}
          />
        )}
        <div class="stack lstm-coloured">
          <h3>{words.coloured(name)}</h3>
          <TextStrip
            label={words.coloured(name)}
            characters={characters}
            marked={at}
            colours={{ values: series, tone, most: findMost(series) }}
            onChoose={(to) => change({ at: to, part: "forget" })}
          />
          <ul class="legend lstm-colours">
            <li>
              <span class={`mark-positive ${tone}`} aria-hidden="true" /> {words.positive}
            </li>
            <li>
              <span class="mark-negative" aria-hidden="true" /> {words.negative}
            </li>
          </ul>
        </div>
      </div>
      <Note>{words.honest}</Note>
    </section>
  );
}

/** How long each unit remembers, the longest first. */
import { useMemo, useRef } from "preact/hooks";
import { useWidth } from "../../parts/use-width.ts";
import { printNumber } from "../../words/index.ts";
import type { Reading } from "../../work/read-text.ts";
import { barAt, medianOf, placeLength, planMemory, ticksOf } from "./memory-bars.ts";
import type { LstmState } from "./state.ts";
import { useLstmWords } from "./use-words.ts";
import { orderByMemory } from "./values.ts";

export interface MemoryCardProps {
  readonly reading: Reading;
  /** From 0. */
  readonly unit: number;
  readonly change: (some: Partial<LstmState>) => void;
}

export function MemoryCard({ reading: { memory }, unit, change }: MemoryCardProps) {
  const words = useLstmWords();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box, 720);
  const order = useMemo(() => orderByMemory(memory), [memory]);
  const lengths = order.map((one) => memory[one] ?? NaN);
  const frame = planMemory(memory, width);
  const print = (value: number): string => printNumber(value, 2);
  const [longest = NaN, shortest = NaN, median] = [lengths[0], lengths.at(-1), medianOf(lengths)];
  const way = (frame.width - frame.left) / order.length;
  return (
    <section class="card stack" aria-labelledby="lstm-memory">
      <h2 id="lstm-memory">{words.memory}</h2>
      <p class="soft">{words.memoryIntro}</p>
      <div ref={box}>
        <svg
          class="lstm-memory"
          width={frame.width}
          height={frame.height}
          viewBox={`0 0 ${frame.width} ${frame.height}`}
          role="img"
          aria-label={words.memoryLabel(print(longest), print(shortest), print(median))}
          onClick={({ clientX, currentTarget }) => {
            const at = barAt(frame, clientX - currentTarget.getBoundingClientRect().left, order.length);
            change({ unit: (order[at] ?? 0) + 1 });
          }}
        >
          {ticksOf(frame).map((tick) => (
            <g key={tick} class="lstm-tick">
              <path d={`M${frame.left} ${placeLength(frame, tick)}H${frame.width}`} />
              <text x={frame.left - 8} y={placeLength(frame, tick) + 4} text-anchor="end">
                {printNumber(tick)}
              </text>
            </g>
          ))}
          {order.map((one, at) => {
            const y = placeLength(frame, lengths[at] ?? NaN);
            return (
              <rect
                key={one}
                class={one === unit ? "lstm-bar is-chosen" : "lstm-bar"}
                x={frame.left + at * way + way * 0.1}
                y={y}
                width={way * 0.8}
                height={frame.bottom - y}
              />
            );
          })}
        </svg>
      </div>
      <p>
        {words.memoryLongest(String((order[0] ?? 0) + 1), print(longest))} {words.memoryMedian(print(median))}
      </p>
    </section>
  );
}

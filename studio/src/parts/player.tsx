/** Steps through time: play, pause, one back, one on, or anywhere by the slider. The parent holds the position. */
import { useEffect, useState } from "preact/hooks";
import { useWords } from "../words/index.ts";
import { Button } from "./button.tsx";
import "./field.css";
import "./player.css";
import { Icon } from "./icon.tsx";

export interface PlayerProps {
  /** What is played. */
  readonly label: string;
  /** The position, from 0 to `count - 1`. */
  readonly at: number;
  readonly count: number;
  /** Milliseconds from one position to the next; 700 if absent. */
  readonly every?: number;
  /** The position as people read it; "step 3 of 7" if absent. */
  readonly print?: (at: number) => string;
  readonly onChange: (at: number) => void;
}

export function Player({ label, at, count, every = 700, print, onChange }: PlayerProps) {
  const words = useWords();
  const [isPlaying, setPlaying] = useState(false);
  const isLast = at >= count - 1;
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (isLast) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(() => onChange(at + 1), every);
    return () => clearTimeout(timer);
  }, [isPlaying, isLast, at, every, onChange]);
  const go = (to: number): void => {
    setPlaying(false);
    onChange(Math.min(count - 1, Math.max(0, to)));
  };
  const play = (): void => {
    if (!isPlaying && isLast) onChange(0);
    setPlaying(!isPlaying);
  };
  const said = print?.(at) ?? words.parts.position(at + 1, count);
  return (
    <div class="player" role="group" aria-label={label}>
      <div class="player-buttons">
        <Button label={words.parts.back} disabled={at === 0} onClick={() => go(at - 1)}>
          <Icon path="M15 5l-7 7 7 7" />
        </Button>
        <Button label={isPlaying ? words.parts.pause : words.parts.play} onClick={play}>
          <Icon path={isPlaying ? "M8 5v14M16 5v14" : "M7 4l13 8-13 8z"} />
        </Button>
        <Button label={words.parts.forward} disabled={isLast} onClick={() => go(at + 1)}>
          <Icon path="M9 5l7 7-7 7" />
        </Button>
      </div>
      <input
        class="slider"
        type="range"
        min={0}
        max={count - 1}
        step={1}
        value={at}
        aria-label={label}
        aria-valuetext={said}
        onInput={({ currentTarget }) => go(currentTarget.valueAsNumber)}
      />
      <span class="player-said">{said}</span>
    </div>
  );
}

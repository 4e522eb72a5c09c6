/** From form to form: by the slider, by the names of the forms, by keys, or by itself. */
import { Button } from "../../parts/button.tsx";
import "../../parts/field.css";
import "../../parts/player.css";
import { useWords } from "../../words/index.ts";
import { lastForm } from "./playing.ts";
import type { PositionControl } from "./use-position.ts";
import { useNetworkWords } from "./use-words.ts";
import { Icon } from "../../parts/icon.tsx";

/** How far a key moves: enough to see a difference. */
const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -0.1,
  ArrowDown: -0.1,
  ArrowRight: 0.1,
  ArrowUp: 0.1,
};

export function MorphPlayer({ position, isPlaying, go, togglePlay }: PositionControl) {
  const { parts } = useWords();
  const words = useNetworkWords();
  const { names } = words.forms;
  const nearest = Math.round(position);
  const isForm = Math.abs(position - nearest) < 0.005;
  const nameOf = (form: number): string => words.form(form + 1, names[form] ?? "");
  const said = isForm ? nameOf(nearest) : words.between(nameOf(Math.floor(position)), nameOf(Math.floor(position) + 1));
  const press = (event: KeyboardEvent): void => {
    const by = keySteps[event.key];
    const to =
      by !== undefined
        ? Number((position + by).toFixed(1))
        : event.key === "PageUp"
          ? Math.floor(position + 0.001) + 1
          : event.key === "PageDown"
            ? Math.ceil(position - 0.001) - 1
            : undefined;
    if (to === undefined) return;
    event.preventDefault();
    go(to);
  };
  return (
    <div class="morph-player" role="group" aria-label={words.player}>
      <div class="player-buttons">
        <Button label={parts.back} disabled={position <= 0} onClick={() => go(Math.ceil(position - 0.01) - 1)}>
          <Icon path="M15 5l-7 7 7 7" />
        </Button>
        <Button kind="main" label={isPlaying ? parts.pause : parts.play} onClick={togglePlay}>
          <Icon path={isPlaying ? "M8 5v14M16 5v14" : "M7 4l13 8-13 8z"} />
        </Button>
        <Button
          label={parts.forward}
          disabled={position >= lastForm}
          onClick={() => go(Math.floor(position + 0.01) + 1)}
        >
          <Icon path="M9 5l7 7-7 7" />
        </Button>
      </div>
      <div class="morph-scale">
        <input
          class="slider"
          type="range"
          min={0}
          max={lastForm}
          step={0.01}
          value={position}
          aria-label={words.player}
          aria-valuetext={said}
          onKeyDown={press}
          onInput={({ currentTarget }) => go(currentTarget.valueAsNumber)}
        />
        <ol class="form-names">
          {names.map((name, form) => (
            <li key={name} style={{ "--share": String(form / lastForm) }}>
              <button
                type="button"
                class="form-name"
                aria-current={form === nearest ? "step" : undefined}
                onClick={() => go(form)}
              >
                <span class="form-number">{form + 1}</span> <span class="form-title">{name}</span>
              </button>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

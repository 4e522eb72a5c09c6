/** A text character by character: one may be marked, each may have a colour, and a click goes to one. */
import { Fragment } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { theme } from "../../settings.ts";
import { colourOf } from "../../parts/heat-colours.ts";
import type { HeatColours } from "../../parts/heat-colours.ts";
import { showCharacter } from "./show-character.ts";

export interface TextStripProps {
  readonly label: string;
  readonly characters: readonly string[];
  readonly marked?: number;
  /** A value for each character, and what has the full colour. */
  readonly colours?: {
    readonly values: ArrayLike<number>;
    readonly tone: HeatColours["tone"];
    readonly most: number;
  };
  readonly onChoose: (at: number) => void;
}

export function TextStrip({ label, characters, marked, colours, onChoose }: TextStripProps) {
  const shown = theme.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [strip, read] = [box.current, box.current?.querySelector<HTMLElement>(".is-read")];
    if (strip === null || read == null) return;
    // Within the strip alone: the page stays where it is.
    const above = read.offsetTop - strip.offsetTop;
    if (above < strip.scrollTop || above + read.offsetHeight > strip.scrollTop + strip.clientHeight)
      strip.scrollTop = above - strip.clientHeight / 3;
  }, [marked]);
  const { values, tone, most } = colours ?? {};
  // A text may have hundreds of characters, and most of what happens in the room changes none of them.
  const spans = useMemo(
    () =>
      characters.map((character, at) => {
        const isBreak = character === "\n";
        const background =
          tone === undefined ? undefined : paint(values?.[at] ?? NaN, { tone, theme: shown, most: most ?? 1 });
        return (
          <Fragment key={at}>
            <span
              data-at={at}
              class={`${at === marked ? "is-read" : ""}${isBreak ? " is-break" : ""}`}
              style={background === undefined ? undefined : { background }}
            >
              {isBreak ? showCharacter(character) : character}
            </span>
            {isBreak ? <br /> : null}
          </Fragment>
        );
      }),
    [characters, marked, values, tone, most, shown],
  );
  const choose = ({ target }: MouseEvent): void => {
    const at = target instanceof HTMLElement ? Number(target.dataset["at"] ?? NaN) : NaN;
    if (Number.isInteger(at)) onChoose(at);
  };
  return (
    <div ref={box} class={`text-strip${colours === undefined ? "" : " is-coloured"}`} role="group" aria-label={label}>
      <p onClick={choose}>{spans}</p>
    </div>
  );
}

/** A colour at most as strong as lets a letter be read on it; undefined where there is no value. */
function paint(value: number, { most, ...colours }: Pick<HeatColours, "tone" | "theme" | "most">): string | undefined {
  const colour = colourOf(value, { ...colours, scale: "diverging", most: most * 1.9 });
  return colour === undefined ? undefined : `rgb(${colour.join(" ")})`;
}

/** Values over time and units as colours, with the value under the pointer or the keyboard told as text. */
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { theme } from "../settings.ts";
import { printNumber, useWords } from "../words/index.ts";
import { findMost } from "recurra/inspect";
import type { Tone } from "recurra/inspect";
import { colourOf, paintHeat } from "./heat-colours.ts";
import type { HeatColours, HeatScale } from "./heat-colours.ts";
import "./heat-map.css";

/** A step and a unit, each from 0. */
export interface HeatPlace {
  readonly step: number;
  readonly unit: number;
}

export interface HeatMapProps {
  /** What the values are. */
  readonly label: string;
  /** `[steps, units]`, a step's units side by side. NaN where there is none. */
  readonly values: ArrayLike<number>;
  readonly steps: number;
  readonly units: number;
  /** `share` for values from 0 to 1, as of gates; `diverging` for both signs. */
  readonly scale: HeatScale;
  readonly tone: Tone;
  /** The value with the full colour: 1 for `share`, the largest size of all values for `diverging`, if absent. */
  readonly most?: number;
  /** How a unit and a step are called; by their numbers, from 1, if absent. */
  readonly nameUnit?: (unit: number) => string;
  readonly nameStep?: (step: number) => string;
  /** A step that is marked: where a player is. */
  readonly markedStep?: number;
  /** Told of the place that is read. */
  readonly onRead?: (place: HeatPlace | undefined) => void;
}

/** Pixels of a row: as many as fit into a picture of a good height, within what can be seen and what is too coarse. */
const rowHeight = (units: number): number => Math.min(18, Math.max(3, Math.floor(280 / units)));

const moves: Readonly<Record<string, HeatPlace>> = {
  ArrowLeft: { step: -1, unit: 0 },
  ArrowRight: { step: 1, unit: 0 },
  ArrowUp: { step: 0, unit: -1 },
  ArrowDown: { step: 0, unit: 1 },
};

export function HeatMap(props: HeatMapProps) {
  const { label, values, steps, units, scale, tone, markedStep, onRead } = props;
  const words = useWords();
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [read, setRead] = useState<HeatPlace>();
  const shown = theme.value;
  const given = props.most ?? (scale === "share" ? 1 : undefined);
  const most = useMemo(() => given ?? findMost(values), [given, values]);
  const colours: HeatColours = { scale, tone, theme: shown, most };
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context == null || steps * units === 0) return;
    const pixels = paintHeat(values, { steps, units }, { scale, tone, theme: shown, most });
    context.putImageData(new ImageData(pixels, steps, units), 0, 0);
  }, [values, steps, units, scale, tone, shown, most]);

  const tell = (next: HeatPlace | undefined): void => {
    setRead(next);
    onRead?.(next);
  };
  const point = ({
    clientX,
    clientY,
    currentTarget,
  }: {
    readonly clientX: number;
    readonly clientY: number;
    readonly currentTarget: HTMLElement;
  }): void => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const within = (share: number, count: number): number =>
      Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    tell({ step: within((clientX - left) / width, steps), unit: within((clientY - top) / height, units) });
  };
  const press = (event: KeyboardEvent): void => {
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const { step, unit } = read ?? { step: -move.step, unit: -move.unit };
    const within = (at: number, count: number): number => Math.min(count - 1, Math.max(0, at));
    tell({ step: within(step + move.step, steps), unit: within(unit + move.unit, units) });
  };
  const nameUnit = props.nameUnit ?? ((unit: number) => words.parts.unit(unit + 1));
  const nameStep = props.nameStep ?? ((step: number) => words.parts.step(step + 1));
  const said =
    read === undefined || read.step >= steps || read.unit >= units
      ? undefined
      : words.parts.heatValue(
          nameUnit(read.unit),
          nameStep(read.step),
          printNumber(values[read.step * units + read.unit] ?? NaN),
        );
  return (
    <figure class="heat-map">
      <div
        class="heat-area"
        style={{ height: `${rowHeight(units) * units}px` }}
        role="application"
        tabIndex={0}
        aria-label={`${label}. ${words.parts.heatHelp}`}
        aria-describedby={`${id}-said`}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={({ pointerType }) => pointerType === "mouse" && tell(undefined)}
        onKeyDown={press}
        onBlur={() => tell(undefined)}
      >
        <canvas ref={canvas} width={steps} height={units} />
        {markedStep === undefined ? null : (
          <div class="heat-mark" style={frame(markedStep, 1, steps, "left", "width")} />
        )}
        {read === undefined ? null : (
          <div
            class="heat-read"
            style={{ ...frame(read.step, 1, steps, "left", "width"), ...frame(read.unit, 1, units, "top", "height") }}
          />
        )}
      </div>
      <figcaption class="heat-caption">
        <HeatLegend colours={colours} />
        <output id={`${id}-said`} class="heat-said">
          {said ?? label}
        </output>
      </figcaption>
    </figure>
  );
}

/** The share of the area that some rows or columns take. */
function frame(
  at: number,
  length: number,
  count: number,
  start: "left" | "top",
  size: "width" | "height",
): Readonly<Record<string, string>> {
  return { [start]: `${(100 * at) / count}%`, [size]: `${(100 * length) / count}%` };
}

/** Samples of a legend: enough to look even. */
const samples = 24;

function HeatLegend({ colours }: { readonly colours: HeatColours }) {
  const { scale, most } = colours;
  const least = scale === "diverging" ? -most : 0;
  const stops = Array.from({ length: samples + 1 }, (_, at) => {
    const [red = 0, green = 0, blue = 0] = colourOf(least + ((most - least) * at) / samples, colours) ?? [];
    return `rgb(${red} ${green} ${blue})`;
  });
  return (
    <span class="heat-legend">
      {printNumber(least, 2)}
      <span class="heat-bar" style={{ background: `linear-gradient(to right, ${stops.join(",")})` }} />
      {printNumber(most, 2)}
    </span>
  );
}

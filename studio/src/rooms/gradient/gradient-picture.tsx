/** The gradient on its way back through time, as it is at this moment: the unrolled network, and what is left at each step. */
import { useRef, useState } from "preact/hooks";
import { useWidth } from "../../parts/use-width.ts";
import { printPower } from "../../words/index.ts";
import {
  arrowWidth,
  namedPowers,
  namedSteps,
  nodeRadius,
  placeShare,
  placeStep,
  planFrame,
  round,
  roundingShare,
  spacing,
  stepAt,
  strength,
  tracePath,
} from "./geometry.ts";
import type { Frame } from "./geometry.ts";
import { printShare } from "./print-share.ts";
import { useGradientWords } from "./use-words.ts";

export interface GradientPictureProps {
  /** What there is to see, in a sentence. */
  readonly sentence: string;
  /** What is left at each step: its height is what is looked at. */
  readonly left: ArrayLike<number>;
  /** Of another state of the same cell, and of the network without a cure. */
  readonly other?: ArrayLike<number> | undefined;
  readonly without?: ArrayLike<number> | undefined;
  /** What nothing can be above. */
  readonly bound?: ArrayLike<number> | undefined;
  /** The step that is marked, from 0. */
  readonly marked: number;
  readonly onChoose: (step: number) => void;
}

export function GradientThroughTime(props: GradientPictureProps) {
  const { sentence, left, other, without, bound, marked, onChoose } = props;
  const words = useGradientWords();
  const box = useRef<HTMLDivElement>(null);
  const frame = planFrame(useWidth(box, 720), left);
  const [read, setRead] = useState<number>();
  const point = ({
    clientX,
    currentTarget,
  }: {
    readonly clientX: number;
    readonly currentTarget: SVGSVGElement;
  }): number => stepAt(frame, clientX - currentTarget.getBoundingClientRect().left);
  const told = Math.min(left.length - 1, read ?? marked);
  return (
    <div ref={box} class="gradient-picture">
      <svg
        width={frame.width}
        height={frame.height}
        viewBox={`0 0 ${frame.width} ${frame.height}`}
        role="img"
        aria-label={words.pictureLabel(sentence)}
        onPointerMove={(event) => setRead(point(event))}
        onPointerLeave={() => setRead(undefined)}
        onClick={(event) => onChoose(point(event))}
      >
        <Axis frame={frame} />
        <Bars frame={frame} left={left} />
        <Line name="gradient-bound" frame={frame} shares={bound} />
        <Line name="gradient-other" frame={frame} shares={other} />
        <Line name="gradient-without" frame={frame} shares={without} />
        <Chain frame={frame} left={left} />
        <g class="gradient-read" transform={`translate(${round(placeStep(frame, told))} 0)`}>
          <path d={`M0 ${frame.row + 14}V${frame.bottom}`} />
          <text y={frame.top - 8} text-anchor={told > left.length / 2 ? "end" : "start"}>
            {words.readAt(String(told + 1), printShare(left[told] ?? NaN))}
          </text>
        </g>
      </svg>
    </div>
  );
}

function Axis({ frame }: { readonly frame: Frame }) {
  const words = useGradientWords();
  const end = frame.width - frame.right;
  return (
    <g class="gradient-axis" aria-hidden="true">
      {namedPowers(frame).map((power) => {
        const y = round(placeShare(frame, 10 ** power));
        return (
          <g key={power}>
            <path class={power === 0 ? "is-one" : undefined} d={`M${frame.left} ${y}H${end}`} />
            <text x={frame.left - 7} y={y + 4} text-anchor="end">
              {power === 0 ? "1" : printPower(power)}
            </text>
          </g>
        );
      })}
      <path class="is-rounding" d={`M${frame.left} ${round(placeShare(frame, roundingShare))}H${end}`} />
      {namedSteps(frame).map((step) => (
        <text key={step} x={round(placeStep(frame, step))} y={frame.bottom + 18} text-anchor="middle">
          {step + 1}
        </text>
      ))}
      <text x={4} y={frame.bottom + 18}>
        {words.step}
      </text>
    </g>
  );
}

interface LineProps {
  readonly name: string;
  readonly frame: Frame;
  readonly shares: ArrayLike<number> | undefined;
}

/** A line above the bars, with an edge that keeps it apart from them. */
function Line({ name, frame, shares }: LineProps) {
  if (shares === undefined) return null;
  const path = tracePath(frame, shares);
  return (
    <>
      <path class="gradient-edge" d={path} />
      <path class={name} d={path} />
    </>
  );
}

function Bars({ frame, left }: { readonly frame: Frame; readonly left: ArrayLike<number> }) {
  const width = Math.max(1, spacing(frame) * 0.72);
  return (
    <g class="gradient-bars">
      {Array.from(left, (share, step) => {
        const y = placeShare(frame, share);
        return (
          <rect
            key={step}
            opacity={strength(share)}
            x={round(placeStep(frame, step) - width / 2)}
            y={round(y)}
            width={round(width)}
            height={round(Math.max(0, frame.bottom - y))}
          />
        );
      })}
    </g>
  );
}

/** The network, and the gradient from the loss on the right back to the first step. */
function Chain({ frame, left }: { readonly frame: Frame; readonly left: ArrayLike<number> }) {
  const words = useGradientWords();
  const radius = nodeRadius(frame);
  const { row } = frame;
  const last = left.length - 1;
  const end = frame.width - frame.right + 6;
  return (
    <g aria-hidden="true">
      <path class="gradient-way" d={`M${round(placeStep(frame, 0))} ${row}H${end}`} />
      {Array.from(left, (share, step) => {
        const to = placeStep(frame, step);
        const from = step === last ? end : placeStep(frame, step + 1);
        return (
          <path
            key={step}
            class="gradient-arrow"
            d={`M${round(from)} ${row}H${round(to)}`}
            stroke-width={round(arrowWidth(share))}
            opacity={strength(share)}
          />
        );
      })}
      {radius === undefined
        ? null
        : Array.from(left, (_, step) => (
            <circle key={step} class="gradient-node" cx={round(placeStep(frame, step))} cy={row} r={round(radius)} />
          ))}
      <g transform={`translate(${end} ${row})`}>
        <circle class="gradient-loss" r="10" />
        <text class="gradient-loss-name" y="-17" text-anchor="middle">
          {words.loss}
        </text>
      </g>
      <text class="gradient-name" x={round(placeStep(frame, 0))} y={row - 17} text-anchor="start">
        h₁
      </text>
      <path
        class="gradient-back"
        d={`M${round(frame.left + (end - frame.left) * 0.56)} ${row - 21}h-34m7 -5l-7 5l7 5`}
      />
    </g>
  );
}

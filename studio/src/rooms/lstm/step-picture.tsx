/** One step of an LSTM as the course draws it: the cell state along the top, the gates below; parts light up in the order of teaching. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { printFixed } from "../../words/index.ts";
import { parts } from "./state.ts";
import type { PartName } from "./state.ts";
import type { UnitValues } from "./values.ts";

export interface StepPictureProps {
  readonly label: string;
  readonly part: PartName;
  readonly values: UnitValues;
  /** What is read, as it is shown. */
  readonly character: string;
}

/** Where the middle of each part stands, as a share of the width. */
const middles: Readonly<Record<PartName, number>> = { forget: 0.2, input: 0.42, cell: 0.5, output: 0.66, hidden: 0.85 };

export function StepPicture({ label, part, values, character }: StepPictureProps) {
  const number = (value: number): string => printFixed(value, 2);
  const now = parts.indexOf(part);
  const { f, i, g, o, c, h, before } = values;
  const shared = { now, number };
  const drawn = useRef<SVGSVGElement>(null);
  useEffect(() => {
    // Where the drawing is wider than the page, the part that it is about is brought into view.
    const box = drawn.current?.closest(".scroll-box");
    if (box != null) box.scrollLeft = box.scrollWidth * middles[part] - box.clientWidth / 2;
  }, [part]);
  return (
    <ScrollBox label={label}>
      <svg ref={drawn} class="lstm-step" viewBox="0 0 740 420" role="img" aria-label={label}>
        <rect class="lstm-frame" x="92" y="34" width="556" height="326" rx="18" />
        <g class="lstm-input">
          <path d="M132 374V318H166" />
          <path d="M30 318H450" />
          <rect x="112" y="374" width="40" height="34" rx="8" />
          <text class="lstm-character" x="132" y="397" text-anchor="middle">
            {character}
          </text>
          <Name x={30} y={340} text="h" sub="t−1" />
          <Name x={164} y={402} text="x" sub="t" />
        </g>
        <path class="lstm-cell-before" d="M30 76H170" />
        <Name x={30} y={60} text="c" sub="t−1" tone="memory" value={number(before)} />

        <Part at={0} {...shared} tone="forget">
          <path d="M170 318V264M170 226V92" />
          <Gate x={170} text="σ" />
          <Value x={180} y={160} text={`f = ${number(f)}`} />
        </Part>
        <Part at={2} {...shared} tone="memory">
          <path class="is-thick" d="M184 76H346M374 76H710m-9 -6l9 6l-9 6" />
          <path d="M360 150V92" />
          <Value x={266} y={64} text={`f·c = ${number(f * before)}`} anchor="middle" />
          <Name x={710} y={60} text="c" sub="t" tone="memory" value={number(c)} isEnd />
          <Operator x={360} y={76} text="+" />
        </Part>
        <Part at={0} {...shared} tone="forget">
          <Operator x={170} y={76} text="×" />
        </Part>
        <Part at={1} {...shared} tone="input">
          <path d="M270 318V264M270 226V164H344M360 318V264M360 226V180" />
          <Gate x={270} text="σ" />
          <Gate x={360} text="tanh" />
          <Value x={262} y={200} text={`i = ${number(i)}`} anchor="end" />
          <Value x={370} y={212} text={`g = ${number(g)}`} />
          <Value x={372} y={128} text={`i·g = ${number(i * g)}`} />
          <Operator x={360} y={164} text="×" />
        </Part>
        <Part at={3} {...shared} tone="output">
          <path d="M450 318V264M450 226V190H504" />
          <Gate x={450} text="σ" />
          <Value x={498} y={178} text={`o = ${number(o)}`} anchor="end" />
        </Part>
        <Part at={4} {...shared} tone="state">
          <path d="M520 78V104M520 140V174M520 206V318H710m-9 -6l9 6l-9 6" />
          <path class="is-crossing" d="M600 318V24" />
          <path d="M600 318V24m-6 9l6 -9l6 9" />
          <rect class="lstm-function" x="490" y="104" width="60" height="36" rx="18" />
          <text class="lstm-gate-name" x="520" y="127" text-anchor="middle">
            tanh
          </text>
          <Value x={530} y={163} text={number(Math.tanh(c))} />
          <Name x={710} y={340} text="h" sub="t" tone="state" value={number(h)} isEnd />
          <Operator x={520} y={190} text="×" />
        </Part>
      </svg>
    </ScrollBox>
  );
}

interface PartProps {
  readonly at: number;
  readonly now: number;
  readonly tone: "forget" | "input" | "memory" | "output" | "state";
  readonly children: ComponentChildren;
}

/** What belongs to one part: faint before its turn, bright in it. */
function Part({ at, now, tone, children }: PartProps) {
  const turn = at < now ? "is-done" : at === now ? "is-now" : "is-coming";
  return <g class={`lstm-part ${tone} ${turn}`}>{children}</g>;
}

function Gate({ x, text }: { readonly x: number; readonly text: string }) {
  return (
    <>
      <rect class="lstm-gate" x={x - 30} y="226" width="60" height="38" rx="8" />
      <text class="lstm-gate-name" x={x} y="250" text-anchor="middle">
        {text}
      </text>
    </>
  );
}

function Operator({ x, y, text }: { readonly x: number; readonly y: number; readonly text: string }) {
  return (
    <>
      <circle class="lstm-operator" cx={x} cy={y} r="15" />
      <text class="lstm-operator-name" x={x} y={y + 7} text-anchor="middle">
        {text}
      </text>
    </>
  );
}

interface ValueProps {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: "start" | "middle" | "end";
}

function Value({ x, y, text, anchor = "start" }: ValueProps) {
  return (
    <text class="lstm-value" x={x} y={y} text-anchor={anchor}>
      {text}
    </text>
  );
}

interface NameProps {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly sub: string;
  readonly tone?: "memory" | "state";
  readonly value?: string;
  readonly isEnd?: boolean;
}

/** A state's name, with its value where there is one to show. */
function Name({ x, y, text, sub, tone, value, isEnd = false }: NameProps) {
  return (
    <text class={`lstm-name ${tone ?? ""}`} x={x} y={y} text-anchor={isEnd ? "end" : "start"}>
      {text}
      <tspan class="lstm-sub" dy="4">
        {sub}
      </tspan>
      {value === undefined ? null : (
        <tspan class="lstm-name-value" dy="-4">
          {` = ${value}`}
        </tspan>
      )}
    </text>
  );
}

/** What a form changes and why, with its equations. */
import { useMemo } from "preact/hooks";
import { Formula } from "../../parts/formula.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { printNumber } from "../../words/index.ts";
import { ramp } from "./ease.ts";
import { drawEquations, styleAt } from "./equations.ts";
import { layerSizes, writeEquations } from "../../work/network/network-cell.ts";
import type { Activation, NetworkSizes } from "../../work/network/network-cell.ts";
import { stageAt } from "./stage.ts";
import { useNetworkWords } from "./use-words.ts";

export interface FormTextProps {
  readonly position: number;
  readonly sizes: NetworkSizes;
  readonly activation: Activation;
  readonly steps: number;
  /** From 1. */
  readonly step: number;
}

/** `4 × 6 + 6 × 2`, and what it comes to. */
function countWeights(sizes: NetworkSizes): { readonly sum: string; readonly count: number } {
  const layers = layerSizes(sizes);
  const pairs = layers.slice(1).map((to, at) => [layers[at] ?? 0, to] as const);
  return {
    sum: pairs.map(([from, to]) => `${from} × ${to}`).join(" + "),
    count: pairs.reduce((all, [from, to]) => all + from * to, 0),
  };
}

export function FormText({ position, sizes, activation, steps, step }: FormTextProps) {
  const words = useNetworkWords();
  const form = Math.round(position);
  const style = styleAt(position);
  const { layers, hidden } = sizes;
  const mathml = useMemo(() => drawEquations({ layers, activation, style, step }), [layers, activation, style, step]);
  const title = words.forms.names[form] ?? "";
  const { sum, count } = countWeights(sizes);
  const { texts } = words;
  const said = [
    { what: texts.neurons.what(sum, printNumber(count)), why: texts.neurons.why },
    texts.below,
    texts.merged,
    texts.upright,
    { what: texts.loop.what(printNumber(layers * hidden ** 2)), why: texts.loop.why },
    { what: texts.unrolled.what(printNumber(steps)), why: texts.unrolled.why },
  ][form];
  const grown = style === "step" ? 1 : ramp(position, 3.1, 3.9);
  return (
    <div class="form-text">
      <h2>
        <span class="form-badge" aria-hidden="true">
          {form + 1}
        </span>
        {title}
      </h2>
      <div class="equations-now" style={{ "--grown": String(grown) }}>
        <Formula mathml={mathml} label={words.equationsOf(title)} />
        {style === "step" && layers > 1 ? <p class="small soft">{words.marks}</p> : null}
        <p class="in-language small soft">{words.inLanguage}</p>
        <ScrollBox label={words.inLanguage}>
          <Lines sizes={sizes} activation={activation} hasLoop={stageAt(position) !== "alone"} />
        </ScrollBox>
      </div>
      <dl class="form-said">
        <dt>{words.forms.what}</dt>
        <dd>{said?.what}</dd>
        <dt>{words.forms.why}</dt>
        <dd>{said?.why}</dd>
      </dl>
    </div>
  );
}

/** The cell that the library runs; what the loop adds is marked. */
function Lines({
  sizes,
  activation,
  hasLoop,
}: {
  readonly sizes: NetworkSizes;
  readonly activation: Activation;
  readonly hasLoop: boolean;
}) {
  return (
    <code class="equation-lines">
      {writeEquations({ ...sizes, activation, hasLoop }).map((line) => (
        <span key={line} class="equation-line">
          {line.split(/(\+ U\S* \S+ )/).map((piece, at) => (at % 2 === 1 ? <mark key={at}>{piece}</mark> : piece))}
        </span>
      ))}
    </code>
  );
}

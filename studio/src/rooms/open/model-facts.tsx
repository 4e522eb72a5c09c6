/** What a model is: its task, its training, layers, equations and parameters. */
import { drawCurves } from "recurra";
import { useCallback } from "preact/hooks";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { Fold } from "../../parts/fold.tsx";
import { Formula } from "../../parts/formula.tsx";
import { NumberRow } from "../../parts/number-row.tsx";
import { Table } from "../../parts/table.tsx";
import { linkToNetwork } from "../../network-link.ts";
import { printNumber } from "../../words/index.ts";
import type { ModelFacts, ParameterFacts } from "../../work/model/model.ts";
import { useOpenWords } from "./use-words.ts";

interface FactsProps {
  readonly facts: ModelFacts;
}

/** Kilobytes, one at least. */
export const printSize = (bytes: number): string => `${printNumber(Math.max(1, Math.round(bytes / 1024)))} kB`;

export function ModelIs({ facts }: FactsProps) {
  const words = useOpenWords();
  const { summary, progress } = facts;
  const said = words.facts;
  return (
    <section class="card stack" aria-labelledby="open-is">
      <div>
        <h2 id="open-is">{words.tasks[facts.task ?? "none"]}</h2>
        <p class="small soft">
          {facts.name}. {facts.about.join("; ")}
        </p>
      </div>
      <NumberRow
        numbers={[
          { name: said.parameters, value: printNumber(facts.parameterCount) },
          { name: said.size, value: printSize(facts.bytes), note: said.madeBy(facts.madeBy) },
          ...(progress === undefined
            ? []
            : [
                {
                  name: said.unfinished,
                  value: said.progress(printNumber(progress.epoch)),
                  note: said.updates(printNumber(progress.update)),
                },
              ]),
          ...(summary === undefined
            ? []
            : [
                { name: said.epochs, value: printNumber(summary.epochs), note: said.kept(printNumber(summary.kept)) },
                {
                  name: said.loss,
                  value: printNumber(summary.loss, 3),
                  note: said.learnedBy(summary.optimiser, String(summary.seed)),
                },
              ]),
        ]}
      />
      {summary === undefined ? null : (
        <p class="small soft">
          {said.learned} {summary.source}, {said.rows(printNumber(summary.rows))}.
        </p>
      )}
      <LossChart facts={facts} />
      {summary === undefined || summary.test.length === 0 ? null : (
        <Fold title={words.test}>
          <Table
            caption={words.test}
            columns={[
              { name: "name", title: words.parameter.name },
              { name: "value", title: words.value, isNumber: true },
            ]}
            rows={summary.test.map(({ name, value }) => ({
              key: name,
              cells: [<span lang="en">{name}</span>, printNumber(value, 4)],
            }))}
          />
        </Fold>
      )}
    </section>
  );
}

function LossChart({ facts: { history } }: FactsProps) {
  const words = useOpenWords();
  const draw = useCallback(
    (look: ChartLook) => {
      const isWatched = history.some(({ validation }) => validation !== undefined);
      return drawCurves({
        ...look,
        title: words.curve,
        xLabel: words.epoch,
        yLabel: words.loss,
        curves: [
          { name: words.training, values: history.map(({ loss }) => loss), style: "truth" },
          ...(isWatched
            ? [
                {
                  name: words.validation,
                  values: history.map(({ validation = NaN }) => validation),
                  style: "forecast" as const,
                },
              ]
            : []),
        ],
      });
    },
    [history, words],
  );
  return history.length < 2 ? null : <Chart label={words.curveLabel} draw={draw} height={280} />;
}

export function ModelParts({ facts }: FactsProps) {
  const words = useOpenWords();
  return (
    <section class="card stack" aria-labelledby="open-layers">
      <h2 id="open-layers">{words.parts.layers}</h2>
      <Table
        caption={words.parts.layers}
        columns={[
          { name: "layer", title: words.layer.layer },
          { name: "inputs", title: words.layer.inputs, isNumber: true },
          { name: "outputs", title: words.layer.outputs, isNumber: true },
          { name: "parameters", title: words.layer.parameters, isNumber: true },
        ]}
        rows={facts.layers.map(({ name, inputs, outputs, parameters }, at) => ({
          key: String(at),
          cells: [<code>{name}</code>, printNumber(inputs), printNumber(outputs), printNumber(parameters)],
        }))}
      />
      {facts.network === undefined ? null : (
        <p>
          <a href={linkToNetwork(facts.network)}>{words.sixForms}</a>
        </p>
      )}
      <CellFormulas cells={facts.cells} />
      <Fold title={words.parts.parameters}>
        <ParameterTable parameters={facts.parameters} />
      </Fold>
    </section>
  );
}

export function CellFormulas({ cells }: Pick<ModelFacts, "cells">) {
  const words = useOpenWords();
  return (
    <>
      {cells.map(({ name, sizes, text, mathml }) => (
        <Fold
          key={text}
          title={`${words.formula(name)} (${words.cellSize([...new Set(sizes)].map((size) => printNumber(size)).join(", "))})`}
          open
        >
          <Formula mathml={mathml} label={words.formula(name)} />
        </Fold>
      ))}
    </>
  );
}

export function ParameterTable({ parameters }: Pick<ModelFacts, "parameters">) {
  const { parameter: said } = useOpenWords();
  return (
    <Table
      caption={said.name}
      columns={[
        { name: "name", title: said.name },
        { name: "shape", title: said.shape },
        { name: "norm", title: said.norm, isNumber: true },
        { name: "mean", title: said.mean, isNumber: true },
        { name: "deviation", title: said.deviation, isNumber: true },
        { name: "range", title: said.range, isNumber: true },
        { name: "histogram", title: said.histogram },
      ]}
      rows={parameters.map((one) => ({
        key: one.name,
        cells: [
          <code>{one.name}</code>,
          one.shape.join(" × "),
          printNumber(one.norm, 3),
          printNumber(one.mean, 2),
          printNumber(one.deviation, 2),
          `${printNumber(one.least, 2)} … ${printNumber(one.most, 2)}`,
          <Histogram parameter={one} />,
        ],
      }))}
    />
  );
}

/** Small bars, with the place of zero. */
function Histogram({ parameter: { name, histogram, least, most } }: { readonly parameter: ParameterFacts }) {
  const { parameter: said } = useOpenWords();
  const highest = Math.max(1, ...histogram);
  const zero = most > least ? (-least / (most - least)) * 96 : 48;
  return (
    <svg class="histogram" viewBox="0 0 96 24" role="img" aria-label={said.histogramLabel(name)}>
      {histogram.map((count, at) => (
        <rect
          key={at}
          x={at * 3}
          y={23 - (22 * count) / highest}
          width="2.4"
          height={(22 * count) / highest}
          fill="var(--strong-line)"
        />
      ))}
      {zero >= 0 && zero <= 96 ? <path d={`M${zero} 0V24`} stroke="var(--accent)" stroke-width="1" /> : null}
    </svg>
  );
}

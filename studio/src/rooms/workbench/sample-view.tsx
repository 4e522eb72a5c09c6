/** Something of what a network says: a text, forecasts beside the truth, or answers. */
import { drawForecast } from "recurra";
import { useCallback } from "preact/hooks";
import { Chart } from "../../parts/chart.tsx";
import { Table } from "../../parts/table.tsx";
import { printNumber } from "../../words/index.ts";
import type { LessonSample } from "../../work/lessons/lesson.ts";
import { useWorkbenchWords } from "./use-words.ts";

export interface SampleViewProps {
  readonly sample: LessonSample;
  /** After which it was taken; on the test part, after the run, if absent. */
  readonly epoch?: number;
}

export function SampleView({ sample, epoch }: SampleViewProps) {
  const { sample: said } = useWorkbenchWords();
  const number = epoch === undefined ? undefined : printNumber(epoch);
  const when =
    sample.kind === "text"
      ? number === undefined
        ? said.final
        : said.writes(number)
      : number === undefined
        ? said.test
        : said.epoch(number);
  return (
    <div class="stack bench-sample">
      <h3>
        {said[sample.kind]} <span class="soft small">{when}</span>
      </h3>
      {sample.kind === "text" ? (
        <p class="bench-text" data-sample>
          {sample.text}
        </p>
      ) : sample.kind === "forecast" ? (
        <ForecastSample sample={sample} />
      ) : (
        <AnswersSample sample={sample} />
      )}
    </div>
  );
}

function ForecastSample({ sample }: { readonly sample: Extract<LessonSample, { readonly kind: "forecast" }> }) {
  const { sample: said } = useWorkbenchWords();
  const draw = useCallback(
    (size: { readonly width: number; readonly height: number; readonly theme: "light" | "dark" }) =>
      drawForecast({
        ...size,
        title: sample.name,
        x: sample.x,
        series: [
          { name: said.naive, values: sample.naive, style: "naive" },
          { name: said.truth, values: sample.truth, style: "truth" },
          { name: said.forecastName, values: sample.forecast, style: "forecast" },
        ],
      }),
    [sample, said],
  );
  return <Chart label={said.forecastLabel(sample.name)} draw={draw} height={340} />;
}

function AnswersSample({ sample }: { readonly sample: Extract<LessonSample, { readonly kind: "answers" }> }) {
  const { sample: said } = useWorkbenchWords();
  return (
    <Table
      caption={said.answers}
      columns={[
        { name: "given", title: said.given },
        { name: "told", title: said.told },
        { name: "right", title: said.right },
      ]}
      rows={sample.answers.map(({ given, told, truth }, at) => ({
        key: String(at),
        cells: [
          <span class="bench-cut">{given}</span>,
          <span class={told === truth ? "bench-right" : "bench-wrong"}>
            <span aria-hidden="true">{told === truth ? "✓ " : "✗ "}</span>
            {told}
          </span>,
          truth,
        ],
      }))}
    />
  );
}

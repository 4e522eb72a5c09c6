/** The losses of a race as they fall. */
import { drawForecast } from "recurra";
import { useCallback } from "preact/hooks";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { alignCurves } from "../../work/race.ts";
import type { Runner } from "../../work/race.ts";
import { useVariantsWords } from "./use-words.ts";

export function RaceCurves({ runners }: { readonly runners: readonly Runner[] }) {
  const { race: said } = useVariantsWords();
  const draw = useCallback(
    (look: ChartLook) => {
      const { x, curves } = alignCurves(runners);
      const series = runners.map(({ cell }, at) => ({
        name: cell,
        values: curves[at] ?? [],
        style: cell === "lstm" ? ("truth" as const) : ("forecast" as const),
      }));
      return drawForecast({ ...look, title: said.curve, xLabel: said.x, yLabel: said.loss, x, series, log: true });
    },
    [runners, said],
  );
  return <Chart label={said.curveLabel(runners.map(({ cell }) => cell).join(", "))} draw={draw} height={320} />;
}

/** Loss and gradient of a run as they change. */
import { drawForecast } from "recurra";
import { useCallback } from "preact/hooks";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { alignCurves, isWide, joinPoints } from "./run.ts";
import type { Run } from "./run.ts";
import { useWorkbenchWords } from "./use-words.ts";

export function LossCurves({ run }: { readonly run: Run }) {
  const words = useWorkbenchWords();
  const draw = useCallback(
    (look: ChartLook) => {
      const { x, loss, validation } = alignCurves(run);
      const log = isWide([...loss, ...validation]);
      const isWatched = validation.some((value) => !Number.isNaN(value));
      return drawForecast({
        ...look,
        title: words.curve,
        xLabel: words.updates,
        yLabel: words.loss,
        x,
        series: [
          { name: words.training, values: joinPoints(x, loss, log), style: "truth" },
          ...(isWatched
            ? [{ name: words.validation, values: joinPoints(x, validation, log), style: "forecast" as const }]
            : []),
        ],
        log,
      });
    },
    [run, words],
  );
  return <Chart label={words.curveLabel} draw={draw} height={320} />;
}

export function NormCurve({ run }: { readonly run: Run }) {
  const words = useWorkbenchWords();
  const draw = useCallback(
    (look: ChartLook) => {
      const { x, norm } = alignCurves(run);
      const log = isWide(norm);
      return drawForecast({
        ...look,
        title: words.normCurve,
        xLabel: words.updates,
        x,
        series: [{ name: words.now.norm, values: joinPoints(x, norm, log), style: "gradient" }],
        log,
      });
    },
    [run, words],
  );
  return <Chart label={words.normLabel} draw={draw} height={320} />;
}

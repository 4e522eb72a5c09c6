/** What `recurra compare` has measured: a file that is opened, dropped, or was named on the command line. */
import { drawBars, drawForecast } from "recurra";
import { useCallback, useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { FileDrop } from "../../parts/file-drop.tsx";
import { Note } from "../../parts/note.tsx";
import { readServedFile, servedFiles } from "../../served-files.ts";
import { useWords } from "../../words/index.ts";
import { ResultsTable } from "./results-table.tsx";
import { readComparison } from "./summarise-results.ts";
import type { KeptComparison } from "./summarise-results.ts";
import { useVariantsWords } from "./use-words.ts";

type Opened =
  | { readonly kind: "none" }
  | { readonly kind: "open"; readonly name: string; readonly comparison: KeptComparison }
  | { readonly kind: "bad" | "unread"; readonly name: string };

export function KeptComparisons() {
  const { file: said } = useVariantsWords();
  const { parts } = useWords();
  const [opened, setOpened] = useState<Opened>({ kind: "none" });
  const open = (name: string, read: () => Promise<string>): void => {
    read().then(
      (text) => {
        const comparison = readComparison(text);
        setOpened(comparison === undefined ? { kind: "bad", name } : { kind: "open", name, comparison });
      },
      () => setOpened({ kind: "unread", name }),
    );
  };
  const offered = servedFiles.value.filter(({ name }) => name.endsWith(".json"));
  return (
    <section class="card stack">
      <h3>{said.title}</h3>
      <p class="soft">{said.intro}</p>
      {offered.length === 0 ? null : (
        <div class="row" role="group" aria-label={parts.served}>
          {offered.map((file) => (
            <Button
              key={file.address}
              onClick={() => open(file.name, async () => new TextDecoder().decode(await readServedFile(file)))}
            >
              {file.name}
            </Button>
          ))}
        </div>
      )}
      <FileDrop label={said.drop} accept=".json" onFile={(file) => open(file.name, async () => file.text())} />
      {opened.kind === "bad" || opened.kind === "unread" ? (
        <Note kind="error">{said[opened.kind](opened.name)}</Note>
      ) : null}
      {opened.kind === "open" ? (
        <>
          <ComparisonChart comparison={opened.comparison} />
          <ResultsTable rows={opened.comparison.rows} measure={opened.comparison.task.measure} />
          <div>
            <Button kind="quiet" onClick={() => setOpened({ kind: "none" })}>
              {said.close}
            </Button>
          </div>
        </>
      ) : null}
    </section>
  );
}

/** Looks of lines, so that as many cells as can be are told apart. */
const looks = ["forecast", "other", "other", "other", "other", "truth"] as const;

function ComparisonChart({ comparison: { task, rows } }: { readonly comparison: KeptComparison }) {
  const { file: said, race } = useVariantsWords();
  const draw = useCallback(
    (look: ChartLook) => {
      const lengths = [...new Set(rows.map(({ steps }) => steps))];
      const cells = [...new Set(rows.map(({ cell }) => cell))];
      const find = (cell: string, steps: number) => rows.find((row) => row.cell === cell && row.steps === steps);
      const chances = lengths.map((steps) => rows.find((row) => row.steps === steps)?.chance ?? NaN);
      const [only = 0, ...others] = lengths;
      const note = race.tasks[task.name] ?? task.name;
      const measure = race.errors[task.measure];
      const title = measure.charAt(0).toUpperCase() + measure.slice(1);
      if (others.length === 0) {
        const bars = cells.map((cell) => ({
          name: cell,
          value: find(cell, only)?.error ?? NaN,
          samples: find(cell, only)?.errors ?? [],
        }));
        return drawBars({
          ...look,
          title,
          note,
          bars: [...bars, { name: race.chance, value: chances[0] ?? NaN, style: "naive" }],
        });
      }
      const series = cells.map((cell, at) => ({
        name: cell,
        values: lengths.map((steps) => find(cell, steps)?.error ?? NaN),
        samples: lengths.map((steps) => find(cell, steps)?.errors ?? []),
        style: looks[at % looks.length] ?? "other",
      }));
      return drawForecast({
        ...look,
        title,
        note,
        xLabel: race.steps,
        x: lengths,
        series: [...series, { name: race.chance, values: chances, style: "naive" }],
        log: task.measure === "mean squared error",
      });
    },
    [task, rows, race],
  );
  const cells = [...new Set(rows.map(({ cell }) => cell))].join(", ");
  return <Chart label={said.chartLabel(cells)} draw={draw} saveAs={`compare-${task.name}`} />;
}

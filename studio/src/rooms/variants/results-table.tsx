/** Errors of cells beside chance. */
import type { MemoryTask } from "recurra";
import { Table } from "../../parts/table.tsx";
import { printNumber } from "../../words/index.ts";
import type { ResultRow } from "./summarise-results.ts";
import { useVariantsWords } from "./use-words.ts";

export interface ResultsTableProps {
  readonly rows: readonly ResultRow[];
  readonly measure: MemoryTask["measure"];
}

export function ResultsTable({ rows, measure }: ResultsTableProps) {
  const { race: said } = useVariantsWords();
  const { columns } = said;
  const least = Math.min(...rows.map(({ error }) => error).filter(Number.isFinite));
  return (
    <div>
      <h4 class="table-title">{said.table}</h4>
      <Table
        caption={said.table}
        columns={[
          { name: "cell", title: columns.cell },
          { name: "steps", title: columns.steps, isNumber: true },
          { name: "parameters", title: columns.parameters, isNumber: true },
          { name: "error", title: `${columns.error} (${said.errors[measure]})`, isNumber: true },
          { name: "chance", title: columns.chance, isNumber: true },
          { name: "share", title: columns.share, isNumber: true },
          { name: "time", title: columns.time, isNumber: true },
          { name: "seeds", title: columns.seeds, isNumber: true },
        ]}
        rows={rows.map(({ cell, steps, parameters, error, chance, secondsPerUpdate, runs }) => ({
          key: `${steps} ${cell}`,
          isMarked: error === least,
          cells: [
            cell,
            printNumber(steps),
            printNumber(parameters),
            printNumber(error),
            printNumber(chance),
            Number.isFinite(error) ? `${printNumber(Math.round((1000 * error) / chance) / 10)} %` : "–",
            printNumber(secondsPerUpdate * 1000),
            printNumber(runs),
          ],
        }))}
      />
    </div>
  );
}

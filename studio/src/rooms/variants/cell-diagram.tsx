/** One step of a cell as a diagram. */
import { drawCell } from "recurra";
import type { Cell } from "recurra";
import { useMemo } from "preact/hooks";
import { Picture } from "../../parts/picture.tsx";
import { theme } from "../../settings.ts";
import { useVariantsWords } from "./use-words.ts";

export function CellDiagram({ cell, title }: { readonly cell: Cell; readonly title: string }) {
  const words = useVariantsWords();
  const shown = theme.value;
  const svg = useMemo(
    () => drawCell(cell, { theme: shown, title, subtitle: "", words: words.flow }),
    [cell, title, shown, words],
  );
  const ends = [...new Set([...cell.states.map(({ name }) => `${name}'`), cell.output.name])].join(", ");
  return (
    <section class="card stack">
      <h3>{words.diagram}</h3>
      <Picture svg={svg} label={words.diagramLabel(title, ends)} keepSize saveAs={cell.name} />
    </section>
  );
}

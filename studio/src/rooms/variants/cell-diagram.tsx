/** One step of a cell as a diagram. */
import type { Cell } from "recurra";
import { Picture } from "../../parts/picture.tsx";
import { theme } from "../../settings.ts";
import { useWords } from "../../words/index.ts";
import { useCellDrawing } from "../../work/draw-cell.ts";
import { useVariantsWords } from "./use-words.ts";

export function CellDiagram({ cell, title }: { readonly cell: Cell; readonly title: string }) {
  const words = useVariantsWords();
  const { loading, flow } = useWords();
  const { svg, isReady } = useCellDrawing(cell, { theme: theme.value, title, subtitle: "", words: flow });
  const ends = [...new Set([...cell.states.map(({ name }) => `${name}'`), cell.output.name])].join(", ");
  return (
    <section class="card stack" aria-busy={!isReady}>
      <h3>{words.diagram}</h3>
      <div class={isReady || svg === undefined ? "diagram" : "diagram is-old"}>
        {svg === undefined ? (
          <p class="soft">{loading}</p>
        ) : (
          <Picture svg={svg} label={words.diagramLabel(title, ends)} keepSize saveAs={cell.name} />
        )}
      </div>
    </section>
  );
}

/** A model that is no chain of layers, from inside. */
import { InTurn } from "../../parts/in-turn.tsx";
import { GraphIs, GraphParts } from "./graph-facts.tsx";
import { GraphTrace } from "./graph-trace.tsx";
import type { GraphTraceProps } from "./graph-trace.tsx";
import { SpectrumCard } from "./spectrum-card.tsx";
import { SaveModel } from "./use-card.tsx";
import { useOpenWords } from "./use-words.ts";

/** It is given a key by file. */
export function GraphView(props: GraphTraceProps) {
  const words = useOpenWords();
  const { facts, ask } = props;
  return (
    <InTurn>
      <GraphIs facts={facts} />
      <GraphParts facts={facts} />
      <GraphTrace {...props} />
      <SpectrumCard facts={facts} ask={ask} />
      <section class="card stack" aria-labelledby="open-export">
        <h2 id="open-export">{words.parts.export}</h2>
        <p class="soft">{words.graph.exportIntro}</p>
        <SaveModel name={facts.name} ask={ask} form="onnx" text={words.graph.save} />
      </section>
    </InTurn>
  );
}

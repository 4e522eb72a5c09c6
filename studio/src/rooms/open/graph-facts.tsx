/** What a model is that is no chain of layers: its inputs, outputs, nodes, equations and parameters. */
import { Fold } from "../../parts/fold.tsx";
import { NumberRow } from "../../parts/number-row.tsx";
import { Table } from "../../parts/table.tsx";
import { printNumber } from "../../words/index.ts";
import type { GraphModelFacts, GraphValue } from "../../work/model/model.ts";
import { CellFormulas, ParameterTable, printSize } from "./model-facts.tsx";
import { useOpenWords } from "./use-words.ts";

interface GraphProps {
  readonly facts: GraphModelFacts;
}

/** Nodes that are listed at most. */
const mostNodes = 400;

/** A shape as people read it. */
export function useShapes(): (shape: GraphValue["shape"]) => string {
  const { graph } = useOpenWords();
  return (shape) => {
    if (shape === undefined) return graph.anyShape;
    return shape.length === 0 ? graph.oneNumber : shape.join(" × ");
  };
}

export function GraphIs({ facts }: GraphProps) {
  const words = useOpenWords();
  const { graph: said } = words;
  const printShape = useShapes();
  const rows = [
    ...facts.inputs.map((value) => ({ value, kind: said.input })),
    ...facts.outputs.map((value) => ({ value, kind: said.output })),
  ];
  return (
    <section class="card stack" aria-labelledby="open-is">
      <div>
        <h2 id="open-is">{said.title}</h2>
        <p class="small soft">
          {facts.name}. {said.intro(facts.format)}
        </p>
      </div>
      <NumberRow
        numbers={[
          { name: words.facts.parameters, value: printNumber(facts.parameterCount) },
          { name: words.facts.size, value: printSize(facts.bytes) },
          { name: said.nodes, value: printNumber(facts.nodes.length) },
          { name: said.recurrent, value: printNumber(facts.recurrent.length) },
        ]}
      />
      <Table
        caption={said.values}
        columns={[
          { name: "name", title: said.value },
          { name: "kind", title: said.kind },
          { name: "type", title: said.type },
          { name: "shape", title: said.shape },
        ]}
        rows={rows.map(({ value: { name, type, shape }, kind }) => ({
          key: `${kind} ${name}`,
          cells: [<code>{name}</code>, kind, <code>{type}</code>, printShape(shape)],
        }))}
      />
    </section>
  );
}

export function GraphParts({ facts }: GraphProps) {
  const words = useOpenWords();
  const { graph: said } = words;
  return (
    <section class="card stack" aria-labelledby="open-layers">
      <h2 id="open-layers">{said.recurrent}</h2>
      {facts.recurrent.length === 0 ? null : (
        <Table
          caption={said.recurrent}
          columns={[
            { name: "node", title: said.node },
            { name: "cell", title: words.cell },
            { name: "size", title: said.size, isNumber: true },
            { name: "direction", title: said.direction },
          ]}
          rows={facts.recurrent.map(({ path, name, size, direction }) => ({
            key: path,
            cells: [
              <code class="open-path">{path}</code>,
              <code>{name}</code>,
              printNumber(size),
              said.directions[direction],
            ],
          }))}
        />
      )}
      <CellFormulas cells={facts.cells} />
      <Fold title={said.allNodes}>
        <NodeList facts={facts} />
      </Fold>
      <Fold title={words.parts.parameters}>
        <ParameterTable parameters={facts.parameters} />
      </Fold>
    </section>
  );
}

function NodeList({ facts: { nodes, kinds } }: GraphProps) {
  const { graph: said } = useOpenWords();
  return (
    <div class="stack">
      <p class="small soft" lang="en">
        {kinds.map(({ name, count }) => (count === 1 ? name : `${printNumber(count)} ${name}`)).join(", ")}
      </p>
      <Table
        caption={said.allNodes}
        columns={[
          { name: "node", title: said.node },
          { name: "does", title: said.does },
        ]}
        rows={nodes.slice(0, mostNodes).map(({ path, name, depth, isRecurrent }) => ({
          key: path,
          isMarked: isRecurrent,
          cells: [
            <code class="open-path" style={{ paddingInlineStart: `${depth}em` }}>
              {path}
            </code>,
            <code>{name}</code>,
          ],
        }))}
      />
      {nodes.length > mostNodes ? <p class="small soft">{said.more(printNumber(nodes.length - mostNodes))}</p> : null}
    </div>
  );
}

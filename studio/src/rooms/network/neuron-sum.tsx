/** How one neuron comes to its value, with the numbers. */
import { Table } from "../../parts/table.tsx";
import { printFixed, printNumber } from "../../words/index.ts";
import { addNeuron, shortenParts } from "./arithmetic.ts";
import type { Part } from "./arithmetic.ts";
import { printLetter } from "./letters.ts";
import { layerMark } from "../../work/network/network-cell.ts";
import type { NetworkTrace } from "../../work/network/trace.ts";
import { useNetworkWords } from "./use-words.ts";

export interface NeuronSumProps {
  readonly trace: NetworkTrace;
  /** From 0. */
  readonly step: number;
  /** Hidden layer, from 1. */
  readonly layer: number;
  /** From 0. */
  readonly neuron: number;
  readonly hasLoop: boolean;
}

/** Most products of one kind that have a row of their own. */
const most = 6;

export function NeuronSum({ trace, step, layer, neuron, hasLoop }: NeuronSumProps) {
  const { sum: words } = useNetworkWords();
  const { parts, bias, sum, value } = addNeuron(trace, { step, layer, neuron, hasLoop });
  const { layers } = trace.sizes;
  const mark = layerMark(layer, layers);
  const nameOf = ({ kind, from }: Part): string =>
    kind === "before"
      ? `h${printLetter(mark)}[${from + 1}]`
      : layer === 1
        ? `x[${from + 1}]`
        : `h${printLetter(layerMark(layer - 1, layers))}[${from + 1}]`;
  const rowsOf = (kind: Part["kind"]) => {
    const { shown, others, rest } = shortenParts(
      parts.filter((part) => part.kind === kind),
      most,
    );
    const letter = printLetter(`${kind === "below" ? "W" : "U"}${mark}`);
    return [
      ...shown.map((part) => ({
        key: `${kind}${part.from}`,
        cells: [
          `${letter} · ${nameOf(part)}`,
          printFixed(part.weight),
          printFixed(part.value),
          printFixed(part.product),
        ],
        isMarked: kind === "before",
      })),
      ...(others === 0
        ? []
        : [
            {
              key: `${kind}rest`,
              cells: [words.others(printNumber(others)), "", "", printFixed(rest)],
              isMarked: kind === "before",
            },
          ]),
    ];
  };
  const act = trace.activation === "sigmoid" ? "σ" : trace.activation;
  return (
    <div class="stack neuron-sum">
      <Table
        caption={words.caption(String(neuron + 1), String(step + 1))}
        columns={[
          { name: "what", title: words.product },
          { name: "weight", title: words.weight, isNumber: true },
          { name: "value", title: words.value, isNumber: true },
          { name: "product", title: "=", isNumber: true },
        ]}
        rows={[
          ...rowsOf("below"),
          ...(hasLoop ? rowsOf("before") : []),
          { key: "bias", cells: [`${printLetter(`b${mark}`)} (${words.bias})`, "", "", printFixed(bias)] },
        ]}
      />
      {hasLoop ? <p class="small soft">{words.memory}</p> : null}
      <p class="sum-line">
        {words.sum} = <b>{printFixed(sum)}</b>, &ensp;
        <span class="sum-value">
          <i class="letter">h</i> = {act}({printFixed(sum)}) = <b>{printFixed(value)}</b>
        </span>
      </p>
    </div>
  );
}

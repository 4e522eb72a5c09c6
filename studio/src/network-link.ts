/** The network at hand of the room of six forms, of the sizes of a model: its link says both what the model has and what can be drawn. */
import { printLink } from "./link.ts";
import type { Field } from "./link.ts";

/** Of a chain of layers that are recurrent. */
export interface NetworkSizes {
  /** The name of the first recurrent layer's cell. */
  readonly cell: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  readonly outputs: number;
}

/** The most that the picture has room for. */
export const mostDrawn = { inputs: 32, hidden: 64, layers: 3, outputs: 16 } as const;

const sizeNames = ["inputs", "hidden", "layers", "outputs"] as const;

/** The sizes of a model in the link: `lstm 45 48 1 21`. */
export const modelField: Field<NetworkSizes | undefined> = {
  fallback: undefined,
  parse: (text) => {
    const [, cell = "", ...sizes] = /^([\w-]{1,60}) (\d{1,7}) (\d{1,7}) (\d{1,7}) (\d{1,7})$/.exec(text) ?? [];
    const [inputs = 0, hidden = 0, layers = 0, outputs = 0] = sizes.map(Number);
    return inputs * hidden * layers * outputs === 0 ? undefined : { cell, inputs, hidden, layers, outputs };
  },
  print: (sizes) => (sizes === undefined ? "" : [sizes.cell, ...sizeNames.map((name) => sizes[name])].join(" ")),
};

/** Whether a model is larger than its picture. */
export function isCapped(sizes: NetworkSizes): boolean {
  return sizeNames.some((name) => sizes[name] > mostDrawn[name]);
}

/** Where a network of these sizes is shown, as far as it can be drawn. */
export function linkToNetwork(sizes: NetworkSizes): string {
  const drawn = sizeNames.map((name) => [name, String(Math.min(sizes[name], mostDrawn[name]))] as const);
  return printLink({ room: "network", values: { ...Object.fromEntries(drawn), model: modelField.print(sizes) } });
}

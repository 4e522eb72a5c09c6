/** The architecture in a model file: checked part by part, since the file may come from anyone. */
import type { CellOptions } from "../../language/index.ts";
import type {
  CellLayer,
  CellSpec,
  ChainSpec,
  ConvolutionLayer,
  Extent,
  LayerSpec,
  NetworkSpec,
} from "../../network/index.ts";
import type { PlainData } from "../../util/plain-data.ts";

/** Far beyond any real network, and short of what would exhaust a machine before the tensors are compared with it. */
const limits = { layers: 256, cellText: 65_536, name: 200, size: 2 ** 20, vocabulary: 2 ** 24, side: 2 ** 14 } as const;

/** A network as it stands in a file. What it does not know is refused: it would change what the network computes. */
export function readNetwork(data: PlainData): NetworkSpec {
  const network = data.object(["input", "layers", "encoder"]);
  const encoder = network.find("encoder");
  return {
    ...readChain(network),
    ...(encoder === undefined ? {} : { encoder: readChain(encoder.object(["input", "layers"])) }),
  };
}

function readChain(network: ReturnType<PlainData["object"]>): ChainSpec {
  return {
    input: readInput(network.get("input")),
    layers: network.get("layers").array(limits.layers).map(readLayer),
  };
}

function readInput(data: PlainData): NetworkSpec["input"] {
  const kind = data.object().get("kind").oneOf(["features", "tokens", "image"]);
  if (kind !== "image") return { kind, size: data.object(["kind", "size"]).get("size").whole(1, limits.vocabulary) };
  const input = data.object(["kind", "height", "width", "channels", "size"]);
  const count = (name: string): number => input.get(name).whole(1, limits.side);
  return { kind, height: count("height"), width: count("width"), channels: count("channels"), size: count("size") };
}

function readLayer(data: PlainData): LayerSpec {
  const kind = data.object().get("kind").oneOf(["cell", "embedding", "dropout", "pool", "convolution", "spatial-pool"]);
  switch (kind) {
    case "cell":
      return readCellLayer(data);
    case "embedding": {
      const layer = data.object(["kind", "size", "deviation"]);
      const deviation = layer.find("deviation")?.number(0);
      return {
        kind,
        size: layer.get("size").whole(1, limits.size),
        ...(deviation === undefined ? {} : { deviation }),
      };
    }
    case "dropout": {
      const layer = data.object(["kind", "rate", "perSequence"]);
      const perSequence = layer.find("perSequence")?.flag();
      return { kind, rate: layer.get("rate").number(0, 1), ...(perSequence === undefined ? {} : { perSequence }) };
    }
    case "pool":
      return { kind, over: data.object(["kind", "over"]).get("over").oneOf(["last", "mean", "max", "final"]) };
    case "convolution":
      return readConvolution(data);
    case "spatial-pool": {
      const layer = data.object(["kind", "over", "kernel", "stride"]);
      const over = layer.get("over").oneOf(["max", "mean"]);
      return { kind, over, kernel: readExtent(layer.get("kernel")), ...readOptional(layer, { stride: readExtent }) };
    }
  }
}

function readConvolution(data: PlainData): ConvolutionLayer {
  const readers = {
    stride: readExtent,
    dilation: readExtent,
    padding: (one: PlainData) => one.oneOf(["same", "valid"]),
    activation: (one: PlainData) => one.oneOf(["linear", "relu", "tanh"]),
  };
  const layer = data.object(["kind", "size", "kernel", ...Object.keys(readers)]);
  return {
    kind: "convolution",
    size: layer.get("size").whole(1, limits.size),
    kernel: readExtent(layer.get("kernel")),
    ...readOptional(layer, readers),
  };
}

function readExtent(data: PlainData): Extent {
  if (typeof data.value === "number") return data.whole(1, limits.side);
  const [y, x] = data.array(2).map((one) => one.whole(1, limits.side));
  return y === undefined || x === undefined ? data.fail("is not a number or two") : [y, x];
}

/** Properties that are there, each read by its reader. */
function readOptional(
  layer: { find(name: string): PlainData | undefined },
  readers: Readonly<Record<string, (data: PlainData) => unknown>>,
): object {
  return Object.fromEntries(
    Object.entries(readers).flatMap(([name, read]) => {
      const value = layer.find(name);
      return value === undefined ? [] : [[name, read(value)]];
    }),
  );
}

/** How each optional property of a cell layer is read. */
const optional: {
  readonly [K in Exclude<keyof CellLayer, "kind" | "cell" | "size">]-?: (data: PlainData) => NonNullable<CellLayer[K]>;
} = {
  sizes: (data) => data.object().map((size) => size.whole(1, limits.size)),
  direction: (data) => data.oneOf(["forward", "backward", "both"]),
  residual: (data) => data.flag(),
  initialState: (data) => data.oneOf(["zero", "learned", "encoder"]),
  recurrentDropout: (data) => data.number(0, 1),
  zoneout: (data) => data.number(0, 1),
  checkpoint: (data) => data.whole(1),
  scheme: (data) => data.text(limits.name),
  ties: (data) => data.object().map((name) => name.text(limits.name)),
};

function readCellLayer(data: PlainData): CellLayer {
  const layer = data.object(["kind", "cell", "size", ...Object.keys(optional)]);
  return {
    kind: "cell",
    cell: parseCellSpec(layer.get("cell")),
    size: layer.get("size").whole(1, limits.size),
    ...readOptional(layer, optional),
  };
}

/** A cell by its equations. */
export function parseCellSpec(data: PlainData): CellSpec {
  const cell = data.object(["name", "text", "options"]);
  const options = cell.get("options");
  options.object();
  return {
    name: cell.get("name").text(limits.name),
    text: cell.get("text").text(limits.cellText),
    // The language checks options one by one when the cell is made.
    options: options.value as CellOptions,
  };
}

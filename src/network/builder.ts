/**
 * Networks written as a chain: `network({ features: 3 }).recurrent("lstm", { size: 64 }).last().dense(7).build()`. What goes from layer to layer
 * is in the types: tokens must be embedded, only a sequence can be pooled or run through a recurrent cell, and a residual path needs equal sizes.
 */
import { cells } from "../cells/index.ts";
import type { CellName } from "../cells/index.ts";
import type { Cell } from "../language/index.ts";
import { RecurraError } from "../util/errors.ts";
import { specOf } from "./cell-sizes.ts";
import { describeNetwork } from "./describe.ts";
import type { CellLayer, CellSpec, ConvolutionLayer, Extent, LayerSpec, NetworkSpec } from "./spec.ts";

/** A built-in cell's name, or a cell of one's own. */
export type CellChoice = CellName | Cell;

type Direction = NonNullable<CellLayer["direction"]>;

/** Options of a recurrent layer, as in `CellLayer`; a residual path only where the output is as wide as the input, as far as types can tell. */
export type RecurrentOptions<In extends number, Out extends number, D extends Direction> = {
  readonly size: Out;
  readonly direction?: D;
  readonly residual?: "both" extends D ? boolean : number extends In | Out ? boolean : In extends Out ? boolean : false;
} & Partial<
  Pick<CellLayer, "sizes" | "initialState" | "recurrentDropout" | "zoneout" | "checkpoint" | "scheme" | "ties">
>;

/** Activations of a dense layer. */
export type Activation = "linear" | "tanh" | "relu" | "sigmoid";

const denseCells = { linear: "dense", tanh: "dense-tanh", relu: "dense-relu", sigmoid: "dense-sigmoid" } as const;

export interface DenseOptions {
  readonly activation?: Activation;
  readonly scheme?: string;
  /** `{ W: "0.E" }` uses the embedding's table as the weights. */
  readonly ties?: Readonly<Record<string, string>>;
}

/** Layers that any vectors can go through. */
interface Vectors<N extends number> {
  /** The network so far, checked. */
  build(): NetworkSpec;
  /** The number of features, known to the types where it was written as a literal. */
  readonly size: N;
}

/** Options of a convolution along a sequence, as in `ConvolutionLayer`. */
export interface ConvolutionOptions<E extends Extent = number> extends Pick<
  ConvolutionLayer,
  "padding" | "activation"
> {
  readonly kernel: E;
  readonly stride?: E;
  readonly dilation?: E;
}

/** A vector for each step. */
export interface SequenceNetwork<N extends number> extends Vectors<N> {
  recurrent<const M extends number, const D extends Direction = "forward">(
    cell: CellChoice,
    options: RecurrentOptions<N, M, D>,
  ): SequenceNetwork<"both" extends D ? number : M>;
  dense<const M extends number>(size: M, options?: DenseOptions): SequenceNetwork<M>;
  dropout(rate: number, options?: { readonly perSequence?: boolean }): SequenceNetwork<N>;
  normalise(): SequenceNetwork<N>;
  convolution<const M extends number>(size: M, options: ConvolutionOptions): SequenceNetwork<M>;
  /** The largest or the mean of every `kernel` steps. */
  pool(kernel: number, over: "max" | "mean", options?: { readonly stride?: number }): SequenceNetwork<N>;
  /** The last step's vector. */
  last(): VectorNetwork<N>;
  /** The final output of each direction of the recurrent layer before: forward at the last step, backward at the first. */
  final(): VectorNetwork<N>;
  mean(): VectorNetwork<N>;
  max(): VectorNetwork<N>;
}

/** A vector for each pixel of a picture; to a recurrent layer, and to pooling over time, the pixels are a sequence, row by row. */
export interface PictureNetwork<N extends number> extends SequenceNetwork<N> {
  dense<const M extends number>(size: M, options?: DenseOptions): PictureNetwork<M>;
  dropout(rate: number, options?: { readonly perSequence?: boolean }): PictureNetwork<N>;
  normalise(): PictureNetwork<N>;
  convolution<const M extends number>(size: M, options: ConvolutionOptions<Extent>): PictureNetwork<M>;
  /** The largest or the mean of every window of `kernel` pixels. */
  pool(kernel: Extent, over: "max" | "mean", options?: { readonly stride?: Extent }): PictureNetwork<N>;
}

/** One vector for the sequence. */
export interface VectorNetwork<N extends number> extends Vectors<N> {
  dense<const M extends number>(size: M, options?: DenseOptions): VectorNetwork<M>;
  dropout(rate: number): VectorNetwork<N>;
  normalise(): VectorNetwork<N>;
}

/** Numbers of a vocabulary's entries. */
export interface TokenNetwork {
  embedding<const M extends number>(size: M, options?: { readonly deviation?: number }): SequenceNetwork<M>;
}

/** What a network reads beside its own sequence: an encoder, as `build` gives it, for another one. */
interface WithEncoder {
  readonly encoder?: NetworkSpec;
}

/** A network that reads vectors of `features` numbers, one of `tokens` different tokens, or a picture. */
export function network<const N extends number>(input: { readonly features: N } & WithEncoder): SequenceNetwork<N>;
export function network(input: { readonly tokens: number } & WithEncoder): TokenNetwork;
export function network<const N extends number>(
  input: { readonly image: { readonly height: number; readonly width: number; readonly channels: N } } & WithEncoder,
): PictureNetwork<N>;
export function network(
  input: {
    readonly features?: number;
    readonly tokens?: number;
    readonly image?: { readonly height: number; readonly width: number; readonly channels: number };
  } & WithEncoder,
): PictureNetwork<number> | TokenNetwork {
  const { features, tokens, image, encoder } = input;
  const kind = features === undefined ? "tokens" : "features";
  if (encoder?.encoder !== undefined)
    throw new RecurraError(
      "network/bad-layer",
      "The encoder has an encoder of its own; give it a network without one.",
    );
  return chain({
    input:
      image === undefined ? { kind, size: features ?? tokens ?? 0 } : { kind: "image", ...image, size: image.channels },
    layers: [],
    ...(encoder === undefined ? {} : { encoder: { input: encoder.input, layers: encoder.layers } }),
  });
}

type Chain = PictureNetwork<number> & TokenNetwork;

function chain(spec: NetworkSpec): Chain {
  const add = (layer: LayerSpec): never => {
    const next = { ...spec, layers: [...spec.layers, layer] };
    describeNetwork(next);
    // The interfaces above say which of the methods fit what this layer gives.
    return chain(next) as never;
  };
  return {
    build: () => {
      describeNetwork(spec);
      return spec;
    },
    size: spec.layers.length === 0 ? spec.input.size : describeNetwork(spec).outputSize,
    recurrent: (cell, options) => add({ kind: "cell", cell: choose(cell), ...options }),
    dense: (size, options = {}) => {
      const { activation = "linear", ...rest } = options;
      return add({ kind: "cell", cell: specOf(cells[denseCells[activation]]), size, ...rest });
    },
    dropout: (rate, options = {}) => add({ kind: "dropout", rate, ...options }),
    normalise: () => add({ kind: "cell", cell: specOf(cells["layer-norm"]), size: describeNetwork(spec).outputSize }),
    convolution: (size, options) => add({ kind: "convolution", size, ...options }),
    pool: (kernel, over, options = {}) => add({ kind: "spatial-pool", over, kernel, ...options }),
    last: () => add({ kind: "pool", over: "last" }),
    final: () => add({ kind: "pool", over: "final" }),
    mean: () => add({ kind: "pool", over: "mean" }),
    max: () => add({ kind: "pool", over: "max" }),
    embedding: (size, options = {}) => add({ kind: "embedding", size, ...options }),
  };
}

function choose(cell: CellChoice): CellSpec {
  if (typeof cell !== "string") return specOf(cell);
  if (!Object.hasOwn(cells, cell)) {
    throw new RecurraError(
      "network/unknown-cell",
      `There is no built-in cell "${cell}"; choose one of ${Object.keys(cells).join(", ")}, or write your own with cell(name, text).`,
    );
  }
  return specOf(cells[cell]);
}

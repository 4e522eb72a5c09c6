/** What a network is, as plain data: this is what is stored in a model file and sent to a worker. */
import type { CellOptions } from "../language/index.ts";

/** A cell by its equations. In a model file a cell is always spelled out, also a built-in one. */
export interface CellSpec {
  readonly name: string;
  readonly text: string;
  readonly options: CellOptions;
}

/** A cell over the sequence: recurrent if it has states, else applied to each step alone (`dense`, `layer-norm`, …). */
export interface CellLayer {
  readonly kind: "cell";
  readonly cell: CellSpec;
  /** Hidden size H. */
  readonly size: number;
  /** Sizes of the cell's other dimensions, by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** `both` runs two copies, one from each end; their outputs stand side by side. */
  readonly direction?: "forward" | "backward" | "both";
  /** Adds the layer's input to its output; sizes must be equal (with `both`: 2H). */
  readonly residual?: boolean;
  /**
   * What states start from: `encoder` takes the final ones of the encoder's recurrent layer of the same number (its last, where it has fewer), those of both directions
   * side by side.
   */
  readonly initialState?: "zero" | "learned" | "encoder";
  /** Share dropped of the states that matrices multiply, the same ones at every step of a sequence (Gal and Ghahramani 2016). */
  readonly recurrentDropout?: number;
  /** Probability that a unit of a state keeps its previous value (Krueger et al. 2017); a readout `y = …` reads the new one all the same. */
  readonly zoneout?: number;
  /** Steps between checkpoints of the gradient; memory falls, the forward pass is computed twice. */
  readonly checkpoint?: number;
  /** Named initialisation: `default`, `torch`, `keras`. */
  readonly scheme?: string;
  /** Parameters that are another layer's: `{ W: "0.E" }` ties a head to an embedding. */
  readonly ties?: Readonly<Record<string, string>>;
}

export interface EmbeddingLayer {
  readonly kind: "embedding";
  readonly size: number;
  /** Standard deviation of its first values; 1 if absent, as in PyTorch. Words of small data are learned better from 0.1. */
  readonly deviation?: number;
}

export interface DropoutLayer {
  readonly kind: "dropout";
  /** Share of numbers set to zero in training; the others are divided by 1 - rate. */
  readonly rate: number;
  /** The same numbers at every step of a sequence (variational dropout). */
  readonly perSequence?: boolean;
}

/**
 * A sequence to one vector: the last step's, the mean, the largest of each number, or of the recurrent layer before it the `final` outputs, each the last one of its direction: what was
 * read forward at the last step, and what was read backward at the first.
 */
export interface PoolLayer {
  readonly kind: "pool";
  readonly over: "last" | "mean" | "max" | "final";
}

/** A number for both directions of a picture, or `[along y, along x]`. Along a sequence only a number. */
export type Extent = number | readonly [number, number];

/**
 * A convolution over the steps of a sequence, or over a picture: y = activation(Σ_taps W_tap x_tap + b). Along each direction output i reads the `kernel`
 * positions from `i × stride - before` on, `dilation` apart; what lies outside counts as zeros.
 */
export interface ConvolutionLayer {
  readonly kind: "convolution";
  /** Numbers in a row of the output. */
  readonly size: number;
  readonly kernel: Extent;
  /** 1 if absent. */
  readonly stride?: Extent;
  /** Positions from one tap to the next: 1 if absent. */
  readonly dilation?: Extent;
  /**
   * `same` (if absent): ⌈n / stride⌉ outputs, `before` is half of what the kernel spans beyond one position, rounded down. `valid`: only whole kernels,
   * `before` is 0; a sequence shorter than the kernel gives one output, as if filled up with zeros.
   */
  readonly padding?: "same" | "valid";
  /** Linear if absent. */
  readonly activation?: "linear" | "relu" | "tanh";
}

/**
 * The largest or the mean of each window of a sequence or picture: ⌈n / stride⌉ windows of `kernel` positions from `i × stride` on; the last may reach past the
 * end and then has fewer.
 */
export interface SpatialPoolLayer {
  readonly kind: "spatial-pool";
  readonly over: "max" | "mean";
  readonly kernel: Extent;
  /** As the kernel if absent. */
  readonly stride?: Extent;
}

export type LayerSpec = CellLayer | EmbeddingLayer | DropoutLayer | PoolLayer | ConvolutionLayer | SpatialPoolLayer;

/** Vectors of numbers, or numbers of a vocabulary's entries (0 … size - 1). */
export interface SequenceInput {
  readonly kind: "features" | "tokens";
  readonly size: number;
}

/** Pictures: a step for each pixel, row by row (`height × width` of them), each a row of `channels` numbers. */
export interface PictureInput {
  readonly kind: "image";
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** `channels`. */
  readonly size: number;
}

/** Layers one after another, over one sequence. */
export interface ChainSpec {
  readonly input: SequenceInput | PictureInput;
  readonly layers: readonly LayerSpec[];
}

export interface NetworkSpec extends ChainSpec {
  /**
   * Layers over another sequence, the source: what the network's own layers start from (`initialState: "encoder"`; Sutskever et al. 2014), and the memory
   * that cells attend to (Bahdanau et al. 2015). It gives an output for each step of the source.
   */
  readonly encoder?: ChainSpec;
}

/** A parameter of a network: `0.W_i`, `1.backward.U_f`, `0.E`, `2.initial.h`, `encoder.0.E`. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Training leaves it alone. */
  readonly frozen: boolean;
}

/** A layer with its sizes known. */
export interface LayerShape {
  readonly inputSize: number;
  readonly outputSize: number;
  /** One output for each step, or one for the sequence. */
  readonly perStep: boolean;
  /** Numbers in a row of what a cell attends to. */
  readonly memorySize?: number;
  /** Of a pooling of final outputs: so many numbers from the front are read forward, the others backward. */
  readonly forwardSize?: number;
  /** Where the input's steps are the pixels of a picture. */
  readonly inputPicture?: PictureSize;
  /** Where the output's steps are; a recurrent layer makes a sequence of them. */
  readonly outputPicture?: PictureSize;
}

/** A picture's pixels. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

export interface ChainShape {
  readonly layers: readonly LayerShape[];
  readonly outputSize: number;
  readonly perStep: boolean;
}

export interface NetworkShape extends ChainShape {
  /** Those of the encoder first. */
  readonly parameters: readonly ParameterSpec[];
  readonly encoder?: ChainShape;
}

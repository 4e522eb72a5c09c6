/** A model file that is looked into: what is asked of it, and what there is to see. In a worker that stays and holds the model. */
import type { EpochRecord, NodeFacts, StoredWeights, TaskName, ValueRole } from "recurra";
import type { NetworkSizes } from "../../network-link.ts";
import type { Work } from "../run-work.ts";

export type ModelQuestion =
  /** `beside` holds files of weights that came with it. */
  | {
      readonly kind: "open";
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly beside?: readonly GivenFile[];
    }
  /** How the model opened last reads a sample: a text, a picture (red, green and blue from 0 to 1, `[pixels, 3]`) or a table; what is not given is found by the worker. */
  | {
      readonly kind: "trace";
      readonly text: string;
      readonly pixels?: readonly number[];
      readonly table?: GivenFile;
    }
  /** What the graph opened last does with a sample. */
  | { readonly kind: "trace-graph"; readonly sample: GraphSample }
  | { readonly kind: "spectrum"; readonly parameter: string }
  | { readonly kind: "use"; readonly use: ModelUse }
  | { readonly kind: "export"; readonly form: ExportForm };

/** A file of Recurra with its numbers in that form, or one of ONNX. */
export type ExportForm = StoredWeights | "onnx";

/** What a graph is given to read. */
export interface GraphSample {
  readonly fill: "noise" | "zeros";
  /** Of a stream. */
  readonly steps: number;
  /** Sizes and numbers by the keys of their fields. */
  readonly values: Readonly<Record<string, number>>;
  /** Numbers of a sound, which are read in place of the fill, one step's after another's. */
  readonly sound?: Float32Array;
}

/** What is given to a model at work. */
export type ModelUse =
  | { readonly kind: "text"; readonly text: string; readonly temperature: number }
  | { readonly kind: "picture"; readonly pixels: readonly number[] }
  | ({ readonly kind: "file" } & GivenFile);

/** A file that is given with its name. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface LayerFacts {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: number;
}

export interface CellFacts {
  readonly name: string;
  /** Of each layer that has it. */
  readonly sizes: readonly number[];
  readonly text: string;
  readonly mathml: string;
}

export interface ParameterFacts {
  readonly name: string;
  readonly shape: readonly number[];
  readonly isFrozen: boolean;
  /** 2-norm of all its numbers. */
  readonly norm: number;
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  /** Counts in bins of one width from the least to the most. */
  readonly histogram: readonly number[];
  /** Whether it leads from a state to the next one, so that its spectrum says something. */
  readonly isRecurrent: boolean;
}

/** What a training has come to, as the file tells it. */
export interface SummaryFacts {
  readonly source: string;
  readonly rows: number;
  readonly epochs: number;
  readonly kept: number;
  readonly loss: number;
  readonly lossName: string;
  readonly optimiser: string;
  readonly seed: number;
  /** Scores on the test, by name. */
  readonly test: readonly { readonly name: string; readonly value: number }[];
}

export interface ModelFacts {
  readonly kind: "model";
  readonly name: string;
  readonly bytes: number;
  readonly madeBy: string;
  /** Absent for a network without a task. */
  readonly task?: TaskName;
  /** What the task is about: columns, classes, marks. */
  readonly about: readonly string[];
  readonly parameterCount: number;
  readonly layers: readonly LayerFacts[];
  readonly cells: readonly CellFacts[];
  readonly parameters: readonly ParameterFacts[];
  readonly summary?: SummaryFacts;
  readonly history: readonly Omit<EpochRecord, "seconds">[];
  /** Of an unfinished run. */
  readonly progress?: { readonly epoch: number; readonly update: number };
  /** Of its own recurrent layers; absent where there are none. */
  readonly network?: NetworkSizes;
  /** Whether the workbench goes on with its run. */
  readonly goesOn: boolean;
  /** Whether it has states to be shown. */
  readonly isRecurrent: boolean;
  /** A text to begin with, where the model reads texts. */
  readonly sample: string;
  /** The side of the pictures that it reads, where they are square. */
  readonly side?: number;
}

/** An input or output of a graph. */
export interface GraphValue {
  readonly name: string;
  readonly type: string;
  /** `steps × batch × 3`; empty for a single number, undefined where anything goes. */
  readonly shape?: readonly (number | string)[];
}

/** A size or a number that a graph leaves open, with the value that a sample begins with. */
export interface SampleField {
  readonly key: string;
  readonly kind: "size" | "number";
  /** Of the size, or of the input. */
  readonly name: string;
  readonly value: number;
}

export interface RecurrentFacts {
  readonly path: string;
  /** Of its cell. */
  readonly name: string;
  readonly size: number;
  readonly direction: "forward" | "backward";
}

/** A model that is no chain of layers. */
export interface GraphModelFacts {
  readonly kind: "graph";
  readonly name: string;
  readonly bytes: number;
  readonly format: string;
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  readonly nodes: readonly NodeFacts[];
  readonly kinds: readonly { readonly name: string; readonly count: number }[];
  readonly recurrent: readonly RecurrentFacts[];
  readonly cells: readonly CellFacts[];
  readonly parameters: readonly ParameterFacts[];
  readonly parameterCount: number;
  /** Whether it goes on step by step. */
  readonly streams: boolean;
  readonly fields: readonly SampleField[];
  /** Whether a sample can be a sound: it has one input of real numbers whose length is open. */
  readonly hears: boolean;
}

/** A value of a cell over a sample. */
export interface ValueSeen {
  readonly name: string;
  readonly role: ValueRole;
  readonly size: number;
  /** `[steps, size]` */
  readonly values: Float32Array;
}

/** A cell over a sample. */
export interface CellSeen {
  readonly path: string;
  readonly name: string;
  readonly isEncoder: boolean;
  /** What is read at each step: a token (`""` before anything was said), a region as row and column, or the number of the step. */
  readonly labels: readonly string[];
  readonly values: readonly ValueSeen[];
}

/** Where the network looked. */
export interface LooksSeen {
  /** Tokens that were read; none of a picture. */
  readonly source: readonly string[];
  /** Tokens that were said, without the end. */
  readonly target: readonly string[];
  /** `[said and the end, read]` */
  readonly weights: readonly (readonly number[])[];
}

/** The numbers that were read: those that the file is tried with, a table's last window or first sequence, or a wave where there is neither. */
export type NumbersRead =
  | { readonly kind: "self-test" | "wave" }
  | { readonly kind: "window" | "sequence"; readonly name: string };

export interface TraceSeen {
  readonly kind: "trace";
  /** Of a model that reads numbers. */
  readonly numbers?: NumbersRead;
  /** The encoder's first. */
  readonly cells: readonly CellSeen[];
  /** The likeliest answers after each step of the cells that are not the encoder's, `""` being the end; one row where it answers once, none where it answers in no words. */
  readonly told: readonly (readonly { readonly name: string; readonly share: number }[])[];
  /** All that it says, where that is a text. */
  readonly said?: string;
  readonly looks?: LooksSeen;
  /** The address of the picture that was read. */
  readonly picture?: string;
}

/** What a graph did with a sample. */
export interface GraphTraceSeen {
  readonly kind: "graph-trace";
  readonly trace: TraceSeen;
  /** The first output at each step of a stream. */
  readonly stream?: ValueSeen;
  /** Of a whole sequence: each output with its first numbers. */
  readonly outputs: readonly (GraphValue & { readonly numbers: readonly number[] })[];
}

export interface SpectrumSeen {
  readonly kind: "spectrum";
  readonly parameter: string;
  readonly real: readonly number[];
  readonly imaginary: readonly number[];
  readonly radius: number;
  readonly norm: number;
}

export type UseSeen =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "class";
      readonly name: string;
      readonly probability: number;
      readonly pieces: readonly { readonly text: string; readonly effect?: number }[];
    }
  | { readonly kind: "number"; readonly value: number }
  | {
      readonly kind: "forecast";
      readonly name: string;
      readonly x: readonly (string | number)[];
      /** NaN where it is not known yet. */
      readonly past: readonly number[];
      readonly forecast: readonly number[];
    }
  | {
      readonly kind: "table";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | number)[])[];
    };

export type ModelAnswer =
  | ModelFacts
  | GraphModelFacts
  | TraceSeen
  | GraphTraceSeen
  | SpectrumSeen
  | { readonly kind: "used"; readonly seen: UseSeen }
  | { readonly kind: "exported"; readonly bytes: Uint8Array };

export const modelWork: Work<ModelQuestion, ModelAnswer> = {
  create: () => new Worker(new URL("../model.worker.ts", import.meta.url), { type: "module" }),
};

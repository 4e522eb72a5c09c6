/** A demonstration model in a worker that stays: what it is asked, and what it answers. */
import type { Work } from "./run-work.ts";

/** How a text is gone on with. */
export interface WriteQuestion {
  readonly prompt: string;
  readonly temperature: number;
  readonly topK: number;
  readonly seed: number;
  /** Tokens to make in all. */
  readonly length: number;
}

/** The model is opened first. `write` begins a text, and `more` gives the next pieces of it. */
export type DemoQuestion =
  | { readonly kind: "open"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "feel"; readonly text: string }
  | { readonly kind: "restore"; readonly text: string }
  | { readonly kind: "translate"; readonly text: string; readonly width: number }
  /** Red, green and blue from 0 to 1, `[side × side, 3]`. */
  | { readonly kind: "caption"; readonly side: number; readonly pixels: readonly number[] }
  | { readonly kind: "forecast"; readonly days: readonly { readonly date: string; readonly births: number }[] }
  | ({ readonly kind: "write" } & WriteQuestion)
  | { readonly kind: "more"; readonly count: number };

/** A piece of a text, and by how much it speaks for the good side: the change of the log-odds without it. */
export interface FeltPiece {
  readonly text: string;
  readonly effect?: number;
}

/** Where a network looked for each thing it said (and the end): `[said, read]`. */
export type Looks = readonly (readonly number[])[];

export interface ForecastDay {
  /** `2014-12-25` */
  readonly date: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type DemoAnswer =
  /** The side of pictures, of a model that reads them. */
  | { readonly kind: "open"; readonly side?: number }
  | { readonly kind: "feel"; readonly probability: number; readonly pieces: readonly FeltPiece[] }
  | { readonly kind: "restore"; readonly text: string }
  | {
      readonly kind: "translate";
      readonly text: string;
      readonly tokens: readonly string[];
      readonly source: readonly string[];
      readonly looks?: Looks;
    }
  | { readonly kind: "caption"; readonly words: readonly string[]; readonly looks?: Looks }
  | { readonly kind: "forecast"; readonly days: readonly ForecastDay[] }
  | { readonly kind: "written"; readonly text: string; readonly isDone: boolean };

export const demoWork: Work<DemoQuestion, DemoAnswer> = {
  create: () => new Worker(new URL("./demo.worker.ts", import.meta.url), { type: "module" }),
};

/** A network or graph as a program that runs by itself: kernels, what memory holds at first, and where what goes in and comes out lies. */
import { emitModule } from "../codegen/wasm/module.ts";
import type { Backend, Numbers } from "../engine/backend.ts";
import { planMemory } from "../engine/plan.ts";
import type { SettledProgram } from "../engine/settle-program.ts";
import { createWasmBackend } from "../engine/wasm-backend.ts";
import type { BufferId } from "../lower/index.ts";

/** A stretch of memory, in words. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** What a call reads or gives. */
export interface Port<Where = Place> {
  readonly at: Where;
  readonly shape: readonly number[];
  /** Its numbers are whole ones from 0 to below this, where they are numbers of rows. */
  readonly below?: number | undefined;
  /** Whether its numbers are whole ones of any size. */
  readonly isWhole?: boolean;
}

/** Numbers of all inputs of a call, by name. */
export type Inputs = Readonly<Record<string, Float32Array>>;

export interface Parts<Where> {
  readonly inputs: ReadonlyMap<string, Port<Where>>;
  /** The first is what a call returns. */
  readonly outputs: ReadonlyMap<string, Port<Where>>;
  /** What a stream remembers, by name. Undefined where whole sequences are read. */
  readonly states: ReadonlyMap<string, Where> | undefined;
  /** The function of the kernels that does a step, or a whole sequence. */
  readonly call: string;
  /** Whether a stream has an output for each step, and not one for all. */
  readonly perStep: boolean;
  /** What the library gives for calls that follow one another, for the self-test. */
  follow(calls: readonly Inputs[]): readonly Numbers[];
}

export interface Standalone extends Parts<Place> {
  readonly kernels: Uint8Array<ArrayBuffer>;
  /** Words of memory. */
  readonly words: number;
  /** What memory holds at first; the rest is zero. */
  readonly image: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
}

/** Every browser with WebAssembly SIMD runs it: no relaxed instructions. */
const features = { relaxed: false };

/** The backend on which programs that are to stand alone are settled. */
export function createBuildBackend(): Backend {
  return createWasmBackend(features);
}

/** A settled program as bytes, and its buffers as places in memory. */
export function stand({ program, contents }: SettledProgram, parts: Parts<BufferId>): Standalone {
  const plan = planMemory(program);
  const placeOf = (buffer: BufferId): Place => ({ offset: plan.offsetOf(buffer), length: plan.lengthOf(buffer) });
  const place = (ports: ReadonlyMap<string, Port<BufferId>>): Map<string, Port> =>
    new Map([...ports].map(([name, port]) => [name, { ...port, at: placeOf(port.at) }]));
  const image = [...contents].flatMap(([buffer, numbers]) => {
    const { offset, length } = placeOf(buffer);
    const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, length * 4);
    return length === 0 || bytes.every((byte) => byte === 0) ? [] : [{ offset, bytes }];
  });
  return {
    ...parts,
    kernels: emitModule(program, plan, features),
    words: plan.words,
    image,
    inputs: place(parts.inputs),
    outputs: place(parts.outputs),
    states: parts.states && new Map([...parts.states].map(([name, buffer]) => [name, placeOf(buffer)])),
  };
}

/** A network as one ES module that runs alone: kernels, weights, and the few functions that call them. */
import { RecurraError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import type { Model, WeightFormat } from "../network/index.ts";
import { printModule, printTypes } from "./print-module.ts";
import type { ModuleTest } from "./print-module.ts";
import { createStandalone } from "./standalone.ts";
import type { Standalone } from "./standalone.ts";

export interface BuildOptions {
  /** How the weights of products are held: float32. In fewer bits for networks that go on step by step. */
  readonly weights?: WeightFormat | undefined;
  /** Steps of a sequence; for networks that read whole ones, and only for those. */
  readonly steps?: number | undefined;
}

export interface BuiltModule {
  /** The ES module. */
  readonly code: string;
  /** Its declarations, for a `.d.ts` beside it. */
  readonly types: string;
  /** Bytes of the module, and of what is inside before it became text. */
  readonly bytes: { readonly module: number; readonly kernels: number; readonly weights: number };
}

/** Builds a module of a model. Throws `build/…` for what a module cannot hold. */
export function buildModule(model: Model, { weights = "float32", steps }: BuildOptions = {}): BuiltModule {
  if (steps !== undefined && (!Number.isInteger(steps) || steps < 1))
    throw new RecurraError("build/bad-option", `steps must be a whole number of at least 1, but is ${steps}.`);
  const standalone = createStandalone(model, { weights, steps });
  const { input } = model.spec;
  const parts = {
    standalone,
    input: { kind: input.kind === "tokens" ? ("tokens" as const) : ("features" as const), size: input.size },
    outputSize: model.shape.outputSize,
    weights,
  };
  const code = printModule({ ...parts, test: record(model, standalone, weights) });
  return {
    code,
    types: printTypes(parts),
    bytes: {
      module: new TextEncoder().encode(code).length,
      kernels: standalone.kernels.length,
      weights: standalone.image.reduce((sum, { bytes }) => sum + bytes.length, 0),
    },
  };
}

/** A few inputs from a fixed seed and what the library makes of them. */
function record(model: Model, { states, steps: whole, perStep }: Standalone, weights: WeightFormat): ModuleTest {
  const { input } = model.spec;
  const random = createRandom(1);
  const steps = states === undefined ? whole : 5;
  const width = input.kind === "tokens" ? 1 : input.size;
  const inputs = Float32Array.from({ length: steps * width }, () =>
    input.kind === "tokens" ? random.integer(input.size) : random.normal(),
  );
  if (states === undefined) return { inputs, outputs: Float32Array.from(model.predict({ steps, batch: 1, inputs })) };
  const session = model.session({ weights });
  const outputs = Array.from({ length: steps }, (_, t) =>
    Array.from(session.step(inputs.subarray(t * width, (t + 1) * width))),
  );
  session.dispose();
  return { inputs, outputs: Float32Array.from(perStep ? outputs.flat() : (outputs.at(-1) ?? [])) };
}

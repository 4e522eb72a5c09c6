/** A network, or a graph that was read, as one ES module that runs alone: kernels, weights, and the few functions that call them. */
import type { GraphModel, GraphSessionOptions } from "../graph/graph-model.ts";
import { networkOf } from "../graph/to-network.ts";
import { createModel } from "../network/index.ts";
import type { Model, WeightFormat } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { printModule } from "./print-module.ts";
import type { ModuleTest } from "./print-module.ts";
import { printTypes } from "./print-types.ts";
import { standGraph } from "./stand-graph.ts";
import { standNetwork } from "./stand-network.ts";
import type { Standalone } from "./standalone.ts";

export interface BuildOptions {
  /** How the weights of products are held: float32. In fewer bits for what goes on step by step. */
  readonly weights?: WeightFormat | undefined;
  /** Steps of a sequence; for networks that read whole ones, and only for those. */
  readonly steps?: number | undefined;
  /** Of a graph: inputs that stay the same at every step, as in a session. */
  readonly fixed?: GraphSessionOptions["fixed"] | undefined;
  /** Of a graph: which output is which input at the next step, as in a session. */
  readonly states?: GraphSessionOptions["states"] | undefined;
  /** Of a graph: shapes of inputs in a step whose sizes it leaves open. */
  readonly shapes?: GraphSessionOptions["shapes"] | undefined;
}

export interface BuiltModule {
  /** The ES module. */
  readonly code: string;
  /** Its declarations, for a `.d.ts` beside it. */
  readonly types: string;
  /** Bytes of the module, and of what is inside before it became text. */
  readonly bytes: { readonly module: number; readonly kernels: number; readonly weights: number };
}

/** Builds a module of a model, or of a graph whose nodes all have kernels. Throws `build/…` for what a module cannot hold, naming the node. */
export function buildModule(model: Model | GraphModel, options: BuildOptions = {}): BuiltModule {
  const { weights = "float32", steps } = options;
  if (steps !== undefined && (!Number.isInteger(steps) || steps < 1))
    throw new RecurraError("build/bad-option", `steps must be a whole number of at least 1, but is ${steps}.`);
  const standalone = standModel(model, { ...options, weights });
  const code = printModule({ standalone, weights, test: record(standalone) });
  return {
    code,
    types: printTypes(standalone),
    bytes: {
      module: new TextEncoder().encode(code).length,
      kernels: standalone.kernels.length,
      weights: standalone.image.reduce((sum, { bytes }) => sum + bytes.length, 0),
    },
  };
}

/** A graph in which layers are recognised is built as their network, unless it is told something of its inputs. */
function standModel(
  model: Model | GraphModel,
  { weights, steps, fixed, states, shapes }: BuildOptions & { readonly weights: WeightFormat },
): Standalone {
  const told = Object.entries({ fixed, states, shapes }).filter(([, value]) => value !== undefined);
  if (!("graph" in model)) {
    const [first] = told;
    if (first === undefined) return standNetwork(model, { weights, steps });
    throw new RecurraError(
      "build/bad-option",
      `${first[0]} is for graphs that were read, but this is a network of layers; leave it out.`,
    );
  }
  const network = told.length === 0 ? layersOf(model) : undefined;
  return network === undefined
    ? standGraph(model, { ...Object.fromEntries(told), weights, steps })
    : standNetwork(network, { weights, steps });
}

/** A graph's network; undefined where it is none. */
function layersOf({ graph }: GraphModel): Model | undefined {
  try {
    return createModel({ ...networkOf(graph), backend: "wasm" });
  } catch (error) {
    if (error instanceof RecurraError && error.code === "graph/no-network") return undefined;
    throw error;
  }
}

/** Steps of a stream that a self-test takes. */
const testSteps = 5;

/** A few inputs from a fixed seed and what the library makes of them. */
function record({ inputs, states, perStep, follow }: Standalone): ModuleTest {
  const random = createRandom(1);
  const calls = Array.from({ length: states === undefined ? 1 : testSteps }, () =>
    Object.fromEntries(
      [...inputs].map(([name, { at, below, isWhole = below !== undefined }]) => [
        name,
        Float32Array.from({ length: at.length }, () => (isWhole ? random.integer(below ?? 2) : random.normal())),
      ]),
    ),
  );
  const outputs = follow(calls).map((numbers) => Array.from(numbers));
  return {
    inputs: new Map(
      [...inputs.keys()].map((name) => [name, Float32Array.from(calls.flatMap((call) => [...call[name]!]))]),
    ),
    outputs: Float32Array.from(perStep ? outputs.flat() : (outputs.at(-1) ?? [])),
  };
}

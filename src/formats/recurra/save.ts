/** A model as the bytes of one file. */
import { createModel } from "../../network/index.ts";
import type { ChainSpec, Model } from "../../network/index.ts";
import { version } from "../../util/version.ts";
import { checksumOfModel } from "./checksum.ts";
import { places, printDocument } from "./document.ts";
import type { Json, ModelDocument } from "./document.ts";
import type { ModelDetails, StoredCheckpoint } from "./load.ts";
import { writeSafetensors } from "../../util/safetensors.ts";
import type { Tensor } from "../../util/safetensors.ts";
import { drawSelfTest, recordSelfTest } from "./self-test.ts";
import type { SelfTest, SelfTestInputs } from "./self-test.ts";
import { storeParameter } from "./small-weights.ts";
import type { StoredWeights } from "./small-weights.ts";

/** What is stored beside the network. What is not given is kept of a model that was loaded, except a checkpoint and the number of bits. */
export interface SaveOptions {
  /** How data become inputs and outputs become answers. */
  readonly preprocessing?: Json | undefined;
  /** What is to be known of the training. */
  readonly training?: Json | undefined;
  /** All that the training needs to go on. */
  readonly checkpoint?: StoredCheckpoint | undefined;
  /** Inputs for the self-test; random ones from a fixed seed if not given. `false` stores none. */
  readonly selfTest?: SelfTestInputs | false | undefined;
  /** How the parameters are held: `"float32"`, as they are. In fewer bits the file is smaller and the model that is loaded from it a rounded one, which is what the self-test is recorded of. */
  readonly weights?: StoredWeights | undefined;
}

/** What is saved of a model: any `Model` will do. */
export type SavedModel = Pick<Model, "spec" | "shape" | "parameters" | "predict"> & { readonly details?: ModelDetails };

/** The bytes of a `.safetensors` file with everything in it; the same model gives the same bytes. Throws `util/bad-argument`. */
export function save(model: SavedModel, options: SaveOptions = {}): Uint8Array {
  const { checkpoint, weights = "float32" } = options;
  const preprocessing = options.preprocessing ?? model.details?.preprocessing;
  const training = options.training ?? model.details?.training;
  const stored = model.shape.parameters.map(({ name, shape }) => ({
    name,
    ...storeParameter(name, { shape, data: model.parameters[name] ?? new Float32Array(0) }, weights),
  }));
  const test = options.selfTest === false ? undefined : recordTest(model, stored, options);
  const text = printDocument({
    madeBy: version,
    network: model.spec,
    ...(test === undefined ? {} : { selfTest: describeTest(test) }),
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(training === undefined ? {} : { training }),
    ...(checkpoint === undefined ? {} : { checkpoint: checkpoint.data }),
  });
  const tensors = stored.flatMap((parameter) => parameter.tensors);
  if (test !== undefined) {
    const shapeOf = ({ input }: ChainSpec, steps: number): number[] => [
      steps,
      test.batch,
      ...(input.kind === "tokens" ? [] : [input.size]),
    ];
    tensors.push([places.selfTestInputs, { shape: shapeOf(model.spec, test.steps), data: test.inputs }]);
    const { encoder } = model.spec;
    if (test.source !== undefined && encoder !== undefined)
      tensors.push([places.selfTestSource, { shape: shapeOf(encoder, test.source.steps), data: test.source.inputs }]);
    tensors.push([places.selfTestOutputs, { shape: [test.outputs.length], data: test.outputs }]);
  }
  for (const [name, data] of Object.entries(checkpoint?.arrays ?? {}))
    tensors.push([places.checkpoint + name, { shape: [data.length], data }]);
  return writeModelFile(text, tensors);
}

/** What the model gives that the file will hold: a rounded one where its weights have fewer bits. */
function recordTest(
  model: SavedModel,
  stored: readonly { readonly name: string; readonly values: Float32Array }[],
  { weights = "float32", selfTest }: SaveOptions,
): SelfTest {
  const inputs = selfTest === undefined || selfTest === false ? drawSelfTest(model) : selfTest;
  if (weights === "float32") return recordSelfTest(model, inputs);
  const parameters = Object.fromEntries(stored.map(({ name, values }) => [name, values]));
  const rounded = createModel({ spec: model.spec, parameters });
  try {
    return recordSelfTest(rounded, inputs);
  } finally {
    rounded.dispose();
  }
}

function describeTest({ steps, batch, tolerance, source }: SelfTest): NonNullable<ModelDocument["selfTest"]> {
  return { steps, batch, tolerance, ...(source === undefined ? {} : { sourceSteps: source.steps }) };
}

/** The document and the tensors, with the checksum of both. */
export function writeModelFile(text: string, tensors: readonly (readonly [string, Tensor])[]): Uint8Array {
  const metadata = new Map<string, string>([[places.document, text]]);
  return writeSafetensors(tensors, metadata.set(places.checksum, checksumOfModel(text, new Map(tensors))));
}

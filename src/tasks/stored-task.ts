/** What every task checks when a model file is opened. */
import type { LoadedModel } from "../formats/recurra/index.ts";
import { RecurraError } from "../util/errors.ts";
import { plainData } from "../util/plain-data.ts";
import type { PlainData } from "../util/plain-data.ts";

/** Data of a model file, to be read; failures are `file/bad-model`. `path` says where in the file it stands. */
export function storedData(value: unknown, path: string, source: string): PlainData {
  return plainData(value, path, (place, what) => new RecurraError("file/bad-model", `${source}: ${place} ${what}`));
}

/** Throws `file/bad-model` where the network does not give so many numbers a sequence (or a step). */
export function checkOutputs(
  { shape }: LoadedModel,
  { size, perStep = false }: { readonly size: number; readonly perStep?: boolean },
  source: string,
): void {
  if (shape.outputSize === size && shape.perStep === perStep) return;
  const per = (each: boolean): string => (each ? "step" : "sequence");
  throw new RecurraError(
    "file/bad-model",
    `${source}: the task needs ${size} outputs a ${per(perStep)}, but the network has ${shape.outputSize}${shape.perStep === perStep ? "" : ` a ${per(shape.perStep)}`}.`,
  );
}

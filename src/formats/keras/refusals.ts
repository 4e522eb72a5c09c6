/** What is said of a Keras file that cannot be read as a model. */
import { RecurraError } from "../../util/errors.ts";

/** How messages call a layer. */
export interface LayerName {
  readonly name: string;
  readonly className: string;
}

export function badFile(what: string, cause?: unknown): RecurraError {
  return new RecurraError("keras/bad-file", what, cause === undefined ? {} : { cause });
}

export function badConfig(what: string): RecurraError {
  return new RecurraError("keras/bad-config", what);
}

export function badSetting({ name, className }: LayerName, key: string, value: unknown, wanted: string): RecurraError {
  const found = value === undefined ? "is missing" : `is ${printValue(value)}`;
  return badConfig(`Layer ${JSON.stringify(name)} (${className}): its setting ${key} ${found}, but must be ${wanted}.`);
}

export function unsupported({ name, className }: LayerName, what: string): RecurraError {
  return new RecurraError(
    "keras/unsupported",
    `Layer ${JSON.stringify(name)} (${className}): ${what} is not supported.`,
  );
}

export function badWeights({ name, className }: LayerName, what: string): RecurraError {
  return new RecurraError("keras/bad-weights", `Layer ${JSON.stringify(name)} (${className}): ${what}.`);
}

/** A value of a file in few characters. */
export function printValue(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

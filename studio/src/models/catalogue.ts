/** The demonstration models that are there: `models/models.json`, as `studio/list-models.mjs` writes it. */
import { signal } from "@preact/signals";

/** What is known of a model before it is loaded. */
export interface ModelEntry {
  /** Of its file, without the ending. */
  readonly name: string;
  readonly bytes: number;
  readonly parameters: number;
  /** How many were learned from, watched, and kept for the test. */
  readonly parts: { readonly train: number; readonly validation: number; readonly test: number };
  /** Scores on its test, as the training's summary has them; see `scoreOf`. */
  readonly test: unknown;
}

/** Undefined until they are known; empty where there are none. */
export const catalogue = signal<readonly ModelEntry[] | undefined>(undefined);

const isObject = (one: unknown): one is Readonly<Record<string, unknown>> => typeof one === "object" && one !== null;
const isCount = (one: unknown): one is number => typeof one === "number" && Number.isSafeInteger(one) && one >= 0;

/** Those entries that are whole. */
export function parseCatalogue(json: unknown): readonly ModelEntry[] {
  const models = isObject(json) ? json["models"] : undefined;
  if (!Array.isArray(models)) return [];
  return models.flatMap((one: unknown) => {
    if (!isObject(one)) return [];
    const { name, bytes, parameters, parts, test } = one;
    if (typeof name !== "string" || !/^[\w-]+$/.test(name) || !isCount(bytes) || !isCount(parameters)) return [];
    if (!isObject(parts) || !isCount(parts["train"]) || !isCount(parts["validation"]) || !isCount(parts["test"]))
      return [];
    const { train, validation, test: tested } = parts;
    return [{ name, bytes, parameters, parts: { train, validation, test: tested }, test }];
  });
}

let asked: Promise<void> | undefined;

/** Asks for the list, once. A site that has none has no models. */
export async function findModels(): Promise<void> {
  asked ??= (async () => {
    try {
      const answer = await fetch("./models/models.json");
      catalogue.value = answer.ok ? parseCatalogue(await answer.json()) : [];
    } catch {
      catalogue.value = [];
    }
  })();
  return asked;
}

/** A score by its path, such as `births meanAbsoluteError`; NaN where there is none. */
export function scoreOf({ test }: Pick<ModelEntry, "test">, ...path: readonly string[]): number {
  const found = path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), test);
  return typeof found === "number" ? found : NaN;
}

/** The settings of a layer as a file has them: each is checked when it is asked for, and none that could change what the layer computes passes unseen. */
import type { RecurraError } from "../../util/errors.ts";
import type { LayerName } from "./refusals.ts";
import { badSetting, printValue, unsupported } from "./refusals.ts";

export interface Settings {
  readonly layer: LayerName;
  has(key: string): boolean;
  /** As it stands in the file; undefined where it does not. */
  raw(key: string): unknown;
  number(key: string, otherwise?: number): number;
  whole(key: string, otherwise?: number): number;
  /** A whole number of at least 1. */
  size(key: string, otherwise?: number): number;
  flag(key: string, otherwise?: boolean): boolean;
  text(key: string, otherwise?: string): string;
  /** Whole numbers, as many as `rank`; one number stands for all. */
  sizes(key: string, rank: number, otherwise?: number): readonly number[];
  /** Throws `keras/unsupported` for a setting that the layer does not have here. */
  refuse(key: string, what?: string): never;
  /** Refuses the settings that nobody asked for, unless they say nothing or are about training alone. */
  refuseOthers(): void;
}

/** About training, how numbers are drawn, or said again elsewhere. */
const idle =
  /_(initializer|regularizer|constraint)$|^(init|inner_init|forget_bias_init|unit_forget_bias|[WUb]_(regularizer|constraint)|dropout|recurrent_dropout|dropout_[WU]|name|trainable|dtype|batch_input_shape|batch_shape|input_shape|input_dtype|input_dim|input_length|seed|sparse|ragged|optional|implementation|consume_less|unroll|stateful|noise_shape|autocast|renorm_clipping|renorm_momentum|fused|momentum|synchronized|virtual_batch_size|adjustment|num_constants|lora_rank|lora_alpha|quantization_config|activity_regularizer|time_major|build_input_shape|registered_name|weights|input_spec|use_cudnn|flash_attention|sparse_output|gptq.*)$/;

const saysNothing = (value: unknown): boolean =>
  value === null || value === false || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

export function createSettings(layer: LayerName, values: Readonly<Record<string, unknown>>): Settings {
  const asked = new Set<string>();
  const raw = (key: string): unknown => {
    asked.add(key);
    return Object.hasOwn(values, key) ? values[key] : undefined;
  };
  const bad = (key: string, what: string): RecurraError => badSetting(layer, key, values[key], what);
  const read = <T>(
    key: string,
    otherwise: T | undefined,
    { accept, what }: { readonly accept: (value: unknown) => value is T; readonly what: string },
  ): T => {
    const value = raw(key) ?? undefined;
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (accept(value)) return value;
    throw bad(key, what);
  };
  const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
  const isSize = (value: unknown): value is number => isNumber(value) && Number.isSafeInteger(value);
  return {
    layer,
    raw,
    has: (key) => (raw(key) ?? undefined) !== undefined,
    number: (key, otherwise) => read(key, otherwise, { accept: isNumber, what: "a number" }),
    whole: (key, otherwise) => read(key, otherwise, { accept: isSize, what: "a whole number" }),
    size: (key, otherwise) =>
      read(key, otherwise, {
        accept: (value): value is number => isSize(value) && value >= 1,
        what: "a whole number of at least 1",
      }),
    flag: (key, otherwise) => {
      // Versions of Keras wrote 0 and 1 too.
      const value = raw(key);
      if (value === 0 || value === 1) return value === 1;
      return read(key, otherwise, { accept: (one): one is boolean => typeof one === "boolean", what: "true or false" });
    },
    text: (key, otherwise) =>
      read(key, otherwise, { accept: (one): one is string => typeof one === "string", what: "a text" }),
    sizes: (key, rank, otherwise) => {
      const value = raw(key) ?? otherwise;
      if (isSize(value)) return Array.from({ length: rank }, () => value);
      if (Array.isArray(value) && value.length === rank && value.every(isSize)) return value;
      throw bad(key, rank === 1 ? "a whole number" : `${rank} whole numbers`);
    },
    refuse: (key, what) => {
      throw unsupported(layer, `${key}=${printValue(values[key])}${what === undefined ? "" : ` (${what})`}`);
    },
    refuseOthers: () => {
      for (const [key, value] of Object.entries(values))
        if (!asked.has(key) && !idle.test(key) && !saysNothing(value))
          throw unsupported(layer, `the setting ${key}=${printValue(value)}`);
    },
  };
}

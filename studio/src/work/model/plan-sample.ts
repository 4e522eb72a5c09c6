/** What a graph can be given to read until the reader gives it something: which sizes and numbers it leaves open, and values for them that it takes. */
import { RecurraError } from "recurra";
import type { GraphModel, GraphSession, TensorLike, ValueInfo } from "recurra";
import type { GraphSample, SampleField } from "./model.ts";
import { fillInputs, fillSteps } from "./fill-sample.ts";

/** How an input is filled. */
export type Filling =
  /** With the sample's noise or zeros. */
  | { readonly kind: "real" }
  /** Entries of a table of so many rows. */
  | { readonly kind: "tokens"; readonly rows: number }
  /** With one number, that of the field. */
  | { readonly kind: "number"; readonly key: string };

export interface InputPlan {
  readonly name: string;
  /** Sizes, or the keys of their fields. */
  readonly shape: readonly (number | string)[];
  readonly filling: Filling;
}

export interface SamplePlan {
  /** Whether the sample is a stream: steps that are given one after another. */
  readonly streams: boolean;
  /** What a step takes of a stream, else all inputs. */
  readonly inputs: readonly InputPlan[];
  /** Inputs of a stream that stay the same. */
  readonly fixed: readonly InputPlan[];
  readonly fields: readonly SampleField[];
}

/** Sizes that are tried for what is open: steps that can be told apart, and windows of sound. */
const triedSizes = [40, 512, 1024, 64, 8, 1] as const;

const isReal = (type: string): boolean => type === "float32" || type === "float64";

/** Plans a sample, with the first of some values that the model runs on. */
export async function planSample(model: GraphModel): Promise<SamplePlan> {
  const plan = planInputs(model);
  for (const size of triedSizes) {
    const tried = { ...plan, fields: plan.fields.map((field) => suggest(field, size)) };
    if (await works(model, tried)) return tried;
  }
  return { ...plan, fields: plan.fields.map((field) => suggest(field, triedSizes[0])) };
}

/** A value for a field, where open sizes are tried as so many. Members of a batch are one. */
function suggest(field: SampleField, size: number): SampleField {
  if (field.kind === "number") return field;
  return { ...field, value: /batch|^[bn]$|members/i.test(field.name) ? 1 : size };
}

/** The sample that a plan begins with. */
export function firstSample({ fields }: Pick<SamplePlan, "fields">, steps: number): GraphSample {
  return { fill: "noise", steps, values: Object.fromEntries(fields.map(({ key, value }) => [key, value])) };
}

async function works(model: GraphModel, plan: SamplePlan): Promise<boolean> {
  const sample = firstSample(plan, 1);
  try {
    if (plan.streams) {
      const session = model.session({ fixed: fillInputs(plan.fixed, sample) });
      for (const step of fillSteps(plan, sample)) session.step(step);
      session.dispose();
    } else await model.run(fillInputs(plan.inputs, sample));
    return true;
  } catch (error) {
    if (error instanceof RecurraError) return false;
    throw error;
  }
}

function planInputs(model: GraphModel): SamplePlan {
  const settings = model.inputs.filter(isSetting);
  const session = openSession(model, settings);
  const asStep = new Map(session?.inputs.map(({ name, shape }) => [name, shape]));
  session?.dispose();
  const fields = new Map<string, SampleField>();
  const add = (field: SampleField): string => {
    fields.set(field.key, field);
    return field.key;
  };
  const plan = (info: ValueInfo): InputPlan => ({
    name: info.name,
    shape: (info.shape ?? []).map((size, axis) => {
      const inStep = asStep.get(info.name)?.[axis];
      if (inStep !== undefined) return inStep;
      if (typeof size === "number") return size;
      const name = size === "" ? `${info.name} ${axis + 1}` : size;
      return add({ key: `size ${name}`, kind: "size", name, value: 1 });
    }),
    filling: planFilling(model, info, add),
  });
  const isFree = ({ name }: ValueInfo): boolean => session === undefined || asStep.has(name);
  const inputs = model.inputs.filter((info) => info.default === undefined && isFree(info)).map(plan);
  const fixed = session === undefined ? [] : settings.map(plan);
  return { streams: session !== undefined, inputs, fixed, fields: [...fields.values()] };
}

/** One whole number, such as a sampling rate. */
function isSetting({ type, shape, default: otherwise }: ValueInfo): boolean {
  return !isReal(type) && otherwise === undefined && shape?.every((size) => size === 1) === true;
}

/** A session, or undefined for a graph that cannot go on step by step. */
function openSession(model: GraphModel, settings: readonly ValueInfo[]): GraphSession | undefined {
  const one = ({ shape }: ValueInfo): TensorLike => ({ shape: (shape ?? []).map(() => 1), data: [1] });
  try {
    return model.session({ fixed: Object.fromEntries(settings.map((info) => [info.name, one(info)])) });
  } catch (error) {
    if (error instanceof RecurraError && error.code === "graph/no-stream") return undefined;
    throw error;
  }
}

function planFilling(model: GraphModel, { name, type }: ValueInfo, add: (field: SampleField) => string): Filling {
  if (isReal(type)) return { kind: "real" };
  const rows = rowsReadBy(model, name);
  if (rows !== undefined) return { kind: "tokens", rows };
  return { kind: "number", key: add({ key: `number ${name}`, kind: "number", name, value: guess(model, name) }) };
}

/** The rows of the table that an input's numbers are entries of. */
function rowsReadBy({ graph }: GraphModel, name: string): number | undefined {
  for (const node of graph.nodes) {
    if (node.kind !== "operator" || node.operator !== "Gather" || node.inputs[1] !== name) continue;
    const table = graph.constants.get(node.inputs[0] ?? "");
    if (table !== undefined) return table.shape[Number(node.attributes["axis"] ?? 0)];
  }
  return undefined;
}

/** A whole number that means something to a graph: what it is compared with, or as many steps as are tried first, where it says how many there are. */
function guess({ graph }: GraphModel, name: string): number {
  for (const node of graph.nodes) {
    if (node.kind === "recurrent" && node.lengths === name) return triedSizes[0];
    if (node.kind !== "operator" || node.operator !== "Equal" || !node.inputs.includes(name)) continue;
    const other = graph.constants.get(node.inputs.find((one) => one !== name) ?? "");
    if (other?.data.length === 1) return Number(other.data[0]);
  }
  return 1;
}

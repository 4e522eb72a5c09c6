/** A model on a sample, step by step: what it reads, what its cells hold, where it looks and what it says. */
import {
  attentionOf,
  jacobianSpectrum,
  ownSample,
  pictureUrl,
  recurrentCells,
  sampleOfTable,
  traceNetwork,
  tracePicture,
  traceText,
} from "recurra";
import type { CellTrace, Classifier, Forecaster, LoadedModel, TaskJob, TaskTrace } from "recurra";
import { makeInputs, makePicture, pictureSet } from "./make-sample.ts";
import type { CellSeen, LooksSeen, ModelQuestion, NumbersRead, SpectrumSeen, TraceSeen } from "./model.ts";
import { readKnownRows } from "./use-model.ts";

/** Tokens that are read at most: as many steps as can be told apart. */
const longest = 160;
/** A self-test of fewer steps shows little. */
const fewSteps = 8;

type Sample = Extract<ModelQuestion, { readonly kind: "trace" }>;

/** Throws `data/…` for a text or a table that cannot be read. */
export async function traceModel(model: LoadedModel, job: TaskJob | undefined, sample: Sample): Promise<TraceSeen> {
  if (job?.kind === "captioner") {
    const pictures = pictureSet(job.task, sample.pixels ?? makePicture(job.task));
    return { ...show(tracePicture(job, { pictures })), picture: pictureUrl(pictures, 0) };
  }
  if (job === undefined || job.kind === "forecaster" || job.kind === "classifier") {
    const { numbers, ...read } = await findNumbers(model, job, sample);
    return { ...show({ trace: traceNetwork(model, read), tokens: [], source: [], told: [] }), numbers };
  }
  return show(traceText(job, sample.text, { longest }));
}

interface FoundNumbers {
  readonly inputs: ArrayLike<number>;
  readonly source?: ArrayLike<number>;
  readonly numbers: NumbersRead;
}

async function findNumbers(
  model: LoadedModel,
  job: Forecaster | Classifier | undefined,
  { table }: Sample,
): Promise<FoundNumbers> {
  if (job !== undefined && table !== undefined) {
    const { inputs } = sampleOfTable(job, await readKnownRows(job, table));
    const isSequence = job.kind === "classifier" && job.task.of.kind === "sequences";
    return { inputs, numbers: { kind: isSequence ? "sequence" : "window", name: table.name } };
  }
  const { steps = 0 } = model.details.selfTest ?? {};
  // Of a network without a task it may be a few random numbers.
  const own = job === undefined && steps < fewSteps ? undefined : ownSample(model, job);
  if (own !== undefined) {
    const { inputs, source } = own;
    return { inputs, ...(source === undefined ? {} : { source }), numbers: { kind: "self-test" } };
  }
  const { encoder } = model.spec;
  return {
    inputs: makeInputs(model.spec),
    ...(encoder === undefined ? {} : { source: makeInputs(encoder) }),
    numbers: { kind: "wave" },
  };
}

function show({ trace, tokens, source, told, said }: TaskTrace): TraceSeen {
  const inEncoder = new Set(recurrentCells({ encoder: trace.encoder, layers: [] }));
  const isPicture = trace.encoder.length > 0 && source.length === 0 && said !== undefined;
  const [looked] = attentionOf(trace);
  const looks: LooksSeen | undefined =
    looked === undefined || said === undefined
      ? undefined
      : { source, target: tokens.slice(1), weights: looked.weights.map((row) => [...row]) };
  return {
    kind: "trace",
    cells: recurrentCells(trace).map((cell) => {
      const isEncoder = inEncoder.has(cell);
      return showCell(cell, { isEncoder, isPicture: isEncoder && isPicture, tokens: isEncoder ? source : tokens });
    }),
    told,
    ...(said === undefined ? {} : { said }),
    ...(looks === undefined ? {} : { looks }),
  };
}

export interface CellPlace {
  readonly isEncoder: boolean;
  /** Its steps are the regions of a picture, row by row. */
  readonly isPicture: boolean;
  readonly tokens: readonly string[];
}

/** A traced cell as it is shown. */
export function showCell(
  { path, cell, output: { steps }, values }: CellTrace,
  { isEncoder, isPicture, tokens }: CellPlace,
): CellSeen {
  const side = Math.round(Math.sqrt(steps));
  const nameStep = (step: number): string =>
    isPicture && side * side === steps ? `${Math.floor(step / side) + 1}, ${(step % side) + 1}` : String(step + 1);
  return {
    path,
    name: cell.name,
    isEncoder,
    labels: tokens.length === steps ? tokens : Array.from({ length: steps }, (_, step) => nameStep(step)),
    values: values.map(({ name, role, size, values: numbers }) => ({
      name,
      role,
      size,
      values: Float32Array.from(numbers),
    })),
  };
}

/** Eigenvalues in the complex plane. Throws `util/bad-argument` for a number that is not finite. */
export function findSpectrum(parameter: string, numbers: ArrayLike<number>): SpectrumSeen {
  const values = Float64Array.from(numbers);
  const size = Math.sqrt(values.length);
  const [spectrum] = jacobianSpectrum({ size, matrices: [values] });
  return {
    kind: "spectrum",
    parameter,
    real: [...(spectrum?.eigenvalues.real ?? [])],
    imaginary: [...(spectrum?.eigenvalues.imaginary ?? [])],
    radius: spectrum?.spectralRadius ?? NaN,
    norm: spectrum?.norm ?? NaN,
  };
}

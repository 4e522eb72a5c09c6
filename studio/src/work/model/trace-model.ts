/** A model on a sample, step by step: what it reads, what its cells hold, and what it says. */
import { encodeText, generateText, jacobianSpectrum, splitTokens, stripMarks, traceNetwork } from "recurra";
import type { LoadedModel, TaskJob } from "recurra";
import type { SpectrumSeen, TraceSeen } from "./model.ts";

/** Steps that are traced at most: as many as can be told apart. */
const most = 160;
/** Steps of a wave for a network that reads numbers. */
const waveSteps = 60;
/** Answers that are shown of each step. */
const shown = 3;

/** Whether one sequence of numbers or tokens is what the network reads. */
export function isTraceable({ spec }: LoadedModel): boolean {
  return (
    spec.encoder === undefined && spec.layers.every(({ kind }) => kind !== "convolution" && kind !== "spatial-pool")
  );
}

/** A text that the model can read; empty where it reads none. */
export function makeSample(job: TaskJob | undefined): string {
  switch (job?.task.kind) {
    case "generate":
      return generateText(job as Extract<TaskJob, { readonly kind: "language-model" }>, {
        length: 80,
        temperature: 0.5,
      })
        .replaceAll(/\s+/gu, " ")
        .trim();
    case "tag":
      return job.task.restore === undefined
        ? "The quick brown fox jumps over the lazy dog ."
        : "Moi nguoi deu co quyen tu do";
    case "texts":
      return "All human beings are born free and equal in dignity and rights.";
    case "forecast":
    case "classify":
    case "translate":
    case "caption":
    case undefined:
      return "";
  }
}

interface Read {
  readonly inputs: ArrayLike<number>;
  readonly labels: readonly string[];
}

/** Throws `data/…` for a text that cannot be read. */
function readSample(model: LoadedModel, job: TaskJob | undefined, text: string): Read {
  const { kind, size } = model.spec.input;
  if (kind === "tokens") {
    const vocabulary = job !== undefined && "vocabulary" in job.task ? job.task.vocabulary : undefined;
    if (vocabulary === undefined) {
      const inputs = Array.from({ length: Math.min(most, 40) }, (_, at) => (at * 7) % size);
      return { inputs, labels: inputs.map(String) };
    }
    const own = job?.task.kind === "tag" && job.task.restore !== undefined ? stripMarks(text) : text;
    const labels = splitTokens(own, vocabulary).slice(0, most);
    return { inputs: encodeText(vocabulary, own).slice(0, labels.length), labels };
  }
  const inputs = Float64Array.from({ length: waveSteps * size }, (_, at) =>
    Math.sin(Math.floor(at / size) / 3 + (at % size)),
  );
  return { inputs, labels: Array.from({ length: waveSteps }, (_, step) => String(step + 1)) };
}

export function traceModel(model: LoadedModel, job: TaskJob | undefined, text: string): TraceSeen {
  const { inputs, labels } = readSample(model, job, text);
  const trace = traceNetwork(model, { inputs });
  const steps = labels.length;
  return {
    kind: "trace",
    labels,
    steps,
    cells: trace.layers.flatMap(({ cells }) =>
      cells
        .filter(({ cell }) => cell.states.length > 0)
        .map(({ path, cell, values }) => ({
          path,
          name: cell.name,
          values: values.map(({ name, role, size, values: numbers }) => ({
            name,
            role,
            size,
            values: Float32Array.from(numbers),
          })),
        })),
    ),
    told: trace.output.steps === steps && steps > 1 ? tellSteps(trace.output, job) : [],
  };
}

/** The likeliest answers after each step. */
function tellSteps(
  { steps, size, values }: { readonly steps: number; readonly size: number; readonly values: ArrayLike<number> },
  job: TaskJob | undefined,
): TraceSeen["told"] {
  const names = namesOf(job);
  if (names === undefined) return [];
  return Array.from({ length: steps }, (_, step) => {
    const logits = Array.from({ length: size }, (__, at) => values[step * size + at] ?? 0);
    const highest = Math.max(...logits);
    const sum = logits.reduce((total, value) => total + Math.exp(value - highest), 0);
    return logits
      .map((value, at) => ({ name: names[at] ?? "", share: Math.exp(value - highest) / sum }))
      .sort((a, b) => b.share - a.share)
      .slice(0, shown);
  });
}

function namesOf(job: TaskJob | undefined): readonly string[] | undefined {
  if (job?.task.kind === "generate") return job.task.vocabulary.entries;
  return job?.task.kind === "tag" ? job.task.classes.names.map((name) => (name === "" ? "∅" : ` ${name}`)) : undefined;
}

/** Eigenvalues in the complex plane. Throws `util/bad-argument` for a number that is not finite. */
export function findSpectrum(model: LoadedModel, parameter: string): SpectrumSeen {
  const values = Float64Array.from(model.parameters[parameter] ?? []);
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

/** The tasks that need nothing but memory. */
import { cell, cells, createModel, findMemoryTask, network, save } from "recurra";
import type { MemoryTask, Model, SelfTestInputs, SequenceData } from "recurra";
import type { LearningChoice, Lesson, LessonTask } from "./lesson.ts";

/** Sequences that are made: an epoch is a hundred updates. */
const counts = { train: 3200, validation: 320, test: 640 } as const;
const usual = { batch: 32, clip: 1, dropout: 0, optimiser: "adam" } as const;

type MemoryChoice = Extract<LessonTask, { readonly kind: "memory" }>;

export async function planMemoryLesson(
  { task: name, steps }: MemoryChoice,
  { cell: choice, hidden, layers, epochs, rate, seed, ...more }: LearningChoice,
): Promise<Lesson> {
  const { batch, clip, dropout, optimiser } = { ...usual, ...more };
  const task = findMemoryTask(name);
  const parts = await task.make({ ...counts, steps, seed });
  const own = typeof choice === "string" ? cells[choice] : cell(choice.name, choice.text, choice.options);
  const { input, outputs, perStep } = task;
  let built =
    input.kind === "tokens"
      ? network({ tokens: input.size }).embedding<number>(input.size)
      : network({ features: input.size });
  for (let layer = 0; layer < layers; layer++) {
    const next = built.recurrent(own, { size: hidden });
    built = dropout === 0 ? next : next.dropout(dropout);
  }
  const spec = perStep ? built.dense(outputs).build() : built.last().dense(outputs).build();
  return {
    training: {
      network: spec,
      data: parts.train,
      validation: parts.validation,
      loss: task.loss,
      optimiser: { kind: optimiser, rate },
      schedule: { kind: "cosine" },
      clip: clip === "none" ? undefined : { kind: "norm", most: clip },
      epochs,
      batch,
      seed,
    },
    counts: { item: "sequences", ...counts },
    conclude: async ({ parameters }) => {
      const model = createModel({ spec, parameters });
      try {
        const error = measureError(model, { task, steps, data: parts.test });
        return {
          model: save(model, { selfTest: firstSequence(parts.test, steps) }),
          explained: "",
          scores: {
            measure: task.measure === "mean squared error" ? "squared-error" : "wrong",
            rows: [
              { who: "model", value: error },
              { who: "chance", value: parts.chance.error },
            ],
          },
        };
      } finally {
        model.dispose();
      }
    },
  };
}

/** With which whoever opens the model sees it at work. */
function firstSequence({ inputs, inputSize }: SequenceData, steps: number): SelfTestInputs {
  return { steps, batch: 1, inputs: inputs.slice(0, steps * inputSize) };
}

interface Tested {
  readonly task: MemoryTask;
  readonly steps: number;
  readonly data: SequenceData;
}

/** The mean squared error, or the share of wrong answers, on sequences of one length that lie one after another. */
export function measureError(model: Pick<Model, "predict">, { task, steps, data }: Tested): number {
  const { inputSize, lengths, weights, targets } = data;
  const count = lengths.length;
  const inputs = new Float32Array(steps * count * inputSize);
  for (let step = 0; step < steps; step++)
    for (let member = 0; member < count; member++)
      for (let column = 0; column < inputSize; column++)
        inputs[(step * count + member) * inputSize + column] =
          data.inputs[(member * steps + step) * inputSize + column] ?? 0;
  const told = model.predict({ steps, batch: count, inputs });
  let [sum, total] = [0, 0];
  for (let row = 0; row < told.length / task.outputs; row++) {
    const member = row % count;
    const place = task.perStep ? member * steps + Math.floor(row / count) : member;
    const weight = weights?.[place] ?? 1;
    if (weight === 0) continue;
    const own = told.subarray(row * task.outputs, (row + 1) * task.outputs);
    const truth = targets[place] ?? 0;
    const isWrong = own[truth] !== Math.max(...own);
    total += weight;
    sum += weight * (task.measure === "mean squared error" ? ((own[0] ?? NaN) - truth) ** 2 : Number(isWrong));
  }
  return sum / total;
}

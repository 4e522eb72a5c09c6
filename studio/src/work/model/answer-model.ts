/** Answers questions about the model that was opened last. */
import { openTask, save } from "recurra";
import type { LoadedModel, StoredWeights, TaskJob } from "recurra";
import { holdsKeptRun } from "../lessons/kept-task.ts";
import { describeModel } from "./describe-model.ts";
import type { ModelAnswer, ModelQuestion } from "./model.ts";
import { readModel } from "./read-model.ts";
import { makeSample } from "./make-sample.ts";
import { findSpectrum, traceModel } from "./trace-model.ts";
import { runModel } from "./use-model.ts";

interface Opened {
  readonly model: LoadedModel;
  readonly job: TaskJob | undefined;
}

/** A function that keeps the model between questions. It throws the library's errors, `file/…` for a file that is none. */
export function createModelAnswers(): (question: ModelQuestion) => Promise<ModelAnswer> {
  let opened: Opened | undefined;
  return async (question) => {
    if (question.kind === "open") {
      const { name, bytes } = question;
      const model = await readModel(name, bytes);
      const job = model.details.preprocessing === undefined ? undefined : openTask(model, name);
      const facts = describeModel({ model, job, name, bytes: bytes.length });
      const sample = makeSample(job);
      const goesOn = holdsKeptRun(model, name);
      // Not before all went well: where it does not, the page still shows the model before.
      opened?.model.dispose();
      opened = { model, job };
      return { ...facts, sample, goesOn };
    }
    if (opened === undefined) throw new Error("no model is open");
    const { model, job } = opened;
    switch (question.kind) {
      case "trace":
        return traceModel(model, job, question);
      case "spectrum":
        return findSpectrum(model, question.parameter);
      case "use":
        return { kind: "used", seen: await runModel(job, question.use) };
      case "export":
        return { kind: "exported", bytes: exportModel(model, question.weights) };
    }
  };
}

/** The same model with its numbers in another form: task and training go with it, and a self-test where it had one. */
function exportModel(model: LoadedModel, weights: StoredWeights): Uint8Array {
  return save(model, { weights, ...(model.details.selfTest === undefined ? { selfTest: false } : {}) });
}

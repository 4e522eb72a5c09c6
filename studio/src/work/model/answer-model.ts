/** Answers questions about the model that was opened last. */
import { describeGraph, openTask, save } from "recurra";
import type { GraphModel, LoadedModel, TaskJob } from "recurra";
import { holdsKeptRun } from "../lessons/kept-task.ts";
import { describeGraphModel } from "./describe-graph-model.ts";
import { describeModel } from "./describe-model.ts";
import type { ExportForm, ModelAnswer, ModelQuestion } from "./model.ts";
import { planSample } from "./plan-sample.ts";
import type { SamplePlan } from "./plan-sample.ts";
import { readModel } from "./read-model.ts";
import { makeSample } from "./make-sample.ts";
import { traceGraphModel } from "./trace-graph-model.ts";
import { findSpectrum, traceModel } from "./trace-model.ts";
import { runModel } from "./use-model.ts";

type Opened =
  | { readonly kind: "layers"; readonly model: LoadedModel; readonly job: TaskJob | undefined }
  | { readonly kind: "graph"; readonly model: GraphModel; readonly plan: SamplePlan };

/** A function that keeps the model between questions. It throws the library's errors, `file/…` for a file that is none. */
export function createModelAnswers(): (question: ModelQuestion) => Promise<ModelAnswer> {
  let opened: Opened | undefined;
  return async (question) => {
    if (question.kind === "open") {
      const next = await openModel(question);
      // Not before all went well: where it does not, the page still shows the model before.
      opened?.model.dispose();
      opened = next.opened;
      return next.facts;
    }
    if (opened === undefined) throw new Error("no model is open");
    return opened.kind === "layers" ? answerOfLayers(opened, question) : answerOfGraph(opened, question);
  };
}

type Asked<K extends ModelQuestion["kind"]> = Extract<ModelQuestion, { readonly kind: K }>;

async function openModel({
  name,
  bytes,
  beside,
}: Asked<"open">): Promise<{ readonly facts: ModelAnswer; readonly opened: Opened }> {
  const read = await readModel({ name, bytes }, beside);
  if (read.kind === "graph") {
    const { graph, format } = read;
    const plan = await planSample(graph);
    const facts = describeGraphModel({ graph, format, name, bytes: bytes.length, plan });
    return { facts, opened: { kind: "graph", model: graph, plan } };
  }
  const { model } = read;
  const job = model.details.preprocessing === undefined ? undefined : openTask(model, name);
  const facts = describeModel({ model, job, name, bytes: bytes.length });
  const opened = { kind: "layers", model, job } as const;
  return { facts: { ...facts, sample: makeSample(job), goesOn: holdsKeptRun(model, name) }, opened };
}

async function answerOfLayers(
  { model, job }: Extract<Opened, { readonly kind: "layers" }>,
  question: Exclude<ModelQuestion, { readonly kind: "open" }>,
): Promise<ModelAnswer> {
  switch (question.kind) {
    case "trace":
      return traceModel(model, job, question);
    case "spectrum":
      return findSpectrum(question.parameter, model.parameters[question.parameter] ?? []);
    case "use":
      return { kind: "used", seen: await runModel(job, question.use) };
    case "export":
      return { kind: "exported", bytes: await exportModel(model, question.form) };
    case "trace-graph":
      throw new Error("a model of layers was asked as a graph");
  }
}

async function answerOfGraph(
  { model, plan }: Extract<Opened, { readonly kind: "graph" }>,
  question: Exclude<ModelQuestion, { readonly kind: "open" }>,
): Promise<ModelAnswer> {
  switch (question.kind) {
    case "trace-graph":
      return traceGraphModel(model, plan, question.sample);
    case "spectrum": {
      const weight = describeGraph(model.graph).weights.find(({ name }) => name === question.parameter);
      return findSpectrum(question.parameter, (weight?.tensor.data ?? []) as ArrayLike<number>);
    }
    case "export":
      return { kind: "exported", bytes: (await import("recurra/formats/onnx")).writeOnnx(model) };
    case "trace":
    case "use":
      throw new Error("a graph was asked as a model of layers");
  }
}

/** The same model in another form: of a file of Recurra task and training go with it, and a self-test where it had one. */
async function exportModel(model: LoadedModel, form: ExportForm): Promise<Uint8Array> {
  if (form === "onnx") return (await import("recurra/formats/onnx")).writeOnnx(model);
  return save(model, { weights: form, ...(model.details.selfTest === undefined ? { selfTest: false } : {}) });
}

/** Reads texts away from the page; a model is loaded once. */
import { load, openTask } from "recurra";
import { fetchModel } from "../models/shipped.ts";
import { createUntrained, readText } from "./read-text.ts";
import type { CharacterModel } from "./read-text.ts";
import type { ReadingAnswer, ReadingAsked } from "./reading.ts";
import { serveAnswers } from "./serve-answers.ts";

const opened = new Map<string, CharacterModel>();

async function open(address: string): Promise<CharacterModel | undefined> {
  const bytes = await fetchModel(address);
  if (bytes === undefined) return undefined;
  const { model, task } = openTask(load(bytes), address);
  if (task.kind !== "generate") throw new Error(`${address} holds no language model.`);
  const found = { model: { spec: model.spec, parameters: model.parameters }, vocabulary: task.vocabulary };
  opened.set(address, found);
  return found;
}

serveAnswers<ReadingAsked, ReadingAnswer>(async ({ address, text }) => {
  const model = address === undefined ? createUntrained(text) : (opened.get(address) ?? (await open(address)));
  return model === undefined ? { kind: "missing" } : { kind: "reading", reading: readText(model, text) };
});

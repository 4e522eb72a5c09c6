/** `recurra inspect --html`: a model or a cell as a page that stands alone, and what a model reads in it. */
import { existsSync } from "node:fs";
import path from "node:path";
import {
  decodeText,
  printCellPage,
  printModelPage,
  readBytes,
  readPictures,
  readTexts,
  sampleOfPicture,
  sampleOfTable,
  sampleOfText,
  writeWhole,
} from "../node.ts";
import type { Cell, LoadedModel, ModelSample, PageLanguage, TaskJob } from "../node.ts";
import { openData, tellNotes } from "./read-data.ts";
import { placeIn, workAt } from "./place.ts";
import { readTextsToTell } from "./tasks/read-texts.ts";
import { findCommandTask } from "./tasks/table.ts";
import { checkOutputs } from "./check-apart.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

export interface PageFlags {
  readonly html?: string;
  readonly language?: PageLanguage;
  readonly sample?: string;
  readonly text?: string;
}

/** Those flags that were given. */
export function pageFlagsOf({ html, language, sample, text }: PageFlags): PageFlags {
  return {
    ...(html === undefined ? {} : { html }),
    ...(language === undefined ? {} : { language }),
    ...(sample === undefined ? {} : { sample }),
    ...(text === undefined ? {} : { text }),
  };
}

/**
 * Throws a usage error where flags about the page contradict one another, an output would replace something, or the page a file that is no page of `recurra inspect`; `file/cannot-write` where one could
 * not be written.
 */
export async function checkOutput(
  { html, svg, ...flags }: PageFlags & { readonly svg?: string | undefined },
  inputs: readonly string[],
): Promise<void> {
  const { sample, text } = flags;
  const [lonely] = Object.keys(flags);
  if (html === undefined && lonely !== undefined)
    throw new UsageError(`--${lonely} is about the page of --html FILE; name that too`);
  if (sample !== undefined && text !== undefined)
    throw new UsageError("--sample and --text both say what the model reads; give one of them");
  const read = [
    ...inputs.map((file) => ({ what: "what is inspected", file })),
    ...(sample === undefined ? [] : [{ what: "the sample", file: sample }]),
  ];
  const written = [
    ...(svg === undefined ? [] : [{ what: "--svg", file: svg }]),
    ...(html === undefined ? [] : [{ what: "--html", file: html }]),
  ];
  await checkOutputs(read, written);
  if (html !== undefined) await checkReplaced(html);
}

/** How pages of models and cells begin, which name Recurra at their end. */
const pageStart =
  /^<!doctype html>\n<html lang="\w+">\n<head>\n<meta charset="utf-8"\/>\n<meta http-equiv="Content-Sec/;

async function checkReplaced(html: string): Promise<void> {
  if (!/\.html?$/i.test(html))
    throw new UsageError(`--html writes a page, and ${html} has another ending; name a file that ends in .html`);
  if (!existsSync(html)) return;
  const text = new TextDecoder().decode(await readBytes(html));
  if (!pageStart.test(text) || !text.slice(-1000).includes("Recurra"))
    throw new UsageError(`${html} is there, and is no page of recurra inspect; name another file with --html`);
}

/** Writes a cell's page. */
export async function writeCellPage(cell: Cell, { html = "", language }: PageFlags, terminal: Terminal): Promise<void> {
  await writeWhole(html, printCellPage(cell, { language }));
  terminal.say(`page written to ${html}`);
}

interface Opened {
  readonly model: LoadedModel;
  readonly job: TaskJob | undefined;
  readonly name: string;
}

/** Writes a model's page. Throws what is wrong with the sample. */
export async function writeModelPage(opened: Opened, flags: PageFlags, terminal: Terminal): Promise<void> {
  const { html = "", language } = flags;
  const sample = await readSample(opened.job, flags, terminal);
  await writeWhole(html, printModelPage({ ...opened, language, sample }));
  terminal.say(`page written to ${html}`);
}

async function readSample(
  job: TaskJob | undefined,
  { sample: file, text }: PageFlags,
  terminal: Terminal,
): Promise<ModelSample | undefined> {
  if (file === undefined && text === undefined) return undefined;
  if (job === undefined)
    throw new UsageError(
      `the file holds a network without a task, so nothing says how it would read ${text === undefined ? "--sample" : "--text"}; leave it out`,
    );
  const reads = readsOf(job);
  if (text !== undefined) {
    if (reads !== "texts")
      throw new UsageError(`--text is for models that read texts; this one reads ${reads}: --sample FILE`);
    return sampleOfText(job, text);
  }
  return workAt(placeIn(findCommandTask(job.task.kind), "predict"), () => readSampleFile(job, file ?? "", terminal));
}

function readsOf(job: TaskJob): "texts" | "tables" | "pictures" {
  if (job.kind === "captioner") return "pictures";
  return job.kind === "forecaster" || job.kind === "classifier" ? "tables" : "texts";
}

async function readSampleFile(job: TaskJob, file: string, terminal: Terminal): Promise<ModelSample> {
  const name = path.basename(file);
  switch (job.kind) {
    case "captioner":
      return sampleOfPicture(job, await readPictures([{ file, name }], job.task));
    case "forecaster": {
      const data = await openData(file, job.task.reading);
      return sampleOfTable(job, tellNotes(await data.read(job.task.reading), terminal));
    }
    case "classifier": {
      const { label, reading } = job.task;
      const data = await openData(file, reading);
      const isThere = data.columns.some((column) => column.name === label);
      const columns = reading.columns.filter((column) => column !== label || isThere);
      return sampleOfTable(job, tellNotes(await data.read({ ...reading, columns }, [label]), terminal));
    }
    case "text-reader":
    case "translator": {
      const column = job.kind === "translator" ? job.task.source : job.task.text;
      const table = await readTextsToTell(file, { reading: job.task.reading, column }, terminal);
      return sampleOfText(job, readTexts(table, column)[0] ?? "", { kind: "file", name });
    }
    case "language-model":
    case "tagger":
      return sampleOfText(job, decodeText(await readBytes(file), { source: name }), { kind: "file", name });
  }
}

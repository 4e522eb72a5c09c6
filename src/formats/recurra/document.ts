/** What a model file says beside its numbers: one JSON document in the metadata of its safetensors. */
import { RecurraError } from "../../util/errors.ts";
import { plainData } from "../../util/plain-data.ts";
import type { PlainData } from "../../util/plain-data.ts";
import { version as ownVersion } from "../../util/version.ts";
import type { NetworkSpec } from "../../network/index.ts";
import { readNetwork } from "./read-network.ts";
import { parseStrictJson } from "../../util/strict-json.ts";

/** Anything JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Names of what a file holds. */
export const places = {
  document: "recurra",
  checksum: "recurra.crc32",
  selfTestInputs: "self-test/inputs",
  selfTestSource: "self-test/source",
  selfTestOutputs: "self-test/outputs",
  checkpoint: "checkpoint/",
  /** Of a parameter in whole numbers, what each row is to be multiplied by. */
  scales: "scales/",
} as const;

/** The newest form of the document that this version reads, and the one it writes. */
export const documentVersion = 1;

export interface ModelDocument {
  /** The version of Recurra that wrote it. */
  readonly madeBy: string;
  readonly network: NetworkSpec;
  /** Sizes and tolerance of the self-test, whose numbers are tensors. */
  readonly selfTest?: {
    readonly steps: number;
    readonly batch: number;
    readonly tolerance: number;
    /** Of what an encoder reads. */
    readonly sourceSteps?: number;
  };
  /** How data become inputs and outputs become answers; what uses the model knows its form. */
  readonly preprocessing?: Json;
  /** What is to be known of the training. */
  readonly training?: Json;
  /** What a checkpoint holds beside its arrays. */
  readonly checkpoint?: Json;
}

/** The document as text. Throws `util/bad-argument` for what JSON cannot hold. */
export function printDocument(document: ModelDocument): string {
  checkJson(document, "The document");
  return JSON.stringify({ format: "recurra-model", version: documentVersion, ...document });
}

/** What JSON.stringify would quietly change. */
function checkJson(value: unknown, path: string): void {
  if (value === null || value === undefined || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    value.forEach((inner, index) => checkJson(inner, `${path}[${index}]`));
    return;
  }
  const isPlain =
    typeof value === "object" &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);
  if (!isPlain)
    throw new RecurraError(
      "util/bad-argument",
      `${path} of what is to be saved is ${typeof value === "number" ? value : typeof value}, which JSON cannot hold; give plain data.`,
    );
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__")
      throw new RecurraError(
        "util/bad-argument",
        `${path} of what is to be saved has the name __proto__, which no model file may hold; give it another name.`,
      );
    checkJson(inner, `${path}.${key}`);
  }
}

/** The document of a file. Throws `file/newer-version`, `file/bad-model`. Top-level names that it does not know are ignored. */
export function readDocument(text: string, source: string): ModelDocument {
  const root = plainData(parseDocument(text, source), "", (path, what) =>
    badModel(source, `${path === "" ? "the whole" : path} ${what}`),
  ).object();
  root.get("format").oneOf(["recurra-model"]);
  const version = root.get("version").whole(1);
  const madeBy = root.find("madeBy")?.text(100) ?? "unknown";
  if (version > documentVersion) {
    const what = `it was made by Recurra ${madeBy} in version ${version} of the model file; Recurra ${ownVersion} reads up to version ${documentVersion}`;
    throw new RecurraError("file/newer-version", `${source}: ${what}. Update Recurra to read it.`);
  }
  const selfTest = root.find("selfTest");
  return {
    madeBy,
    network: readNetwork(root.get("network")),
    ...(selfTest === undefined ? {} : { selfTest: readSelfTest(selfTest) }),
    ...copyJson(root, "preprocessing"),
    ...copyJson(root, "training"),
    ...copyJson(root, "checkpoint"),
  };
}

function parseDocument(text: string, source: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (cause) {
    throw badModel(
      source,
      `it cannot be read as JSON (${cause instanceof Error ? cause.message : String(cause)})`,
      cause,
    );
  }
}

/** Steps and members of a self-test: enough to see every part of a network at work. */
const mostSelfTest = 4096;

function readSelfTest(data: PlainData): NonNullable<ModelDocument["selfTest"]> {
  const test = data.object();
  const sourceSteps = test.find("sourceSteps")?.whole(1, mostSelfTest);
  return {
    ...(sourceSteps === undefined ? {} : { sourceSteps }),
    steps: test.get("steps").whole(1, mostSelfTest),
    batch: test.get("batch").whole(1, mostSelfTest),
    tolerance: test.get("tolerance").number(0),
  };
}

function copyJson(
  root: ReturnType<PlainData["object"]>,
  key: "preprocessing" | "training" | "checkpoint",
): { readonly [key: string]: Json } {
  const data = root.find(key);
  return data === undefined ? {} : { [key]: data.value as Json };
}

/** What is wrong in the document of a file. */
export function badModel(source: string, what: string, cause?: unknown): RecurraError {
  return new RecurraError("file/bad-model", `${source}: the description of its model is wrong: ${what}`, { cause });
}

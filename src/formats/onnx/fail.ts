/** Errors about ONNX files. */
import { RecurraError } from "../../util/errors.ts";
import type { ErrorCode } from "../../util/errors.ts";

/** An error about a node of a file; it names the node and its operator. */
export function nodeError(
  node: { readonly name: string; readonly op: string; readonly domain: string },
  what: string,
  code: ErrorCode = "onnx/bad-node",
): RecurraError {
  const domain = node.domain === "" ? "" : ` of ${node.domain}`;
  return new RecurraError(code, `In node ${node.name} (${node.op}${domain}): ${what}.`);
}

export function fileError(what: string, cause?: unknown): RecurraError {
  return new RecurraError("onnx/bad-file", `${what}.`, cause === undefined ? {} : { cause });
}

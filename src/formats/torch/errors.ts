/** Errors of files of PyTorch. */
import { RecurraError } from "../../util/errors.ts";

export type TorchErrorCode =
  | "torch/refused"
  | "torch/bad-pickle"
  | "torch/bad-file"
  | "torch/unclear"
  | "torch/cannot-write";

export function torchError(code: TorchErrorCode, message: string, cause?: unknown): RecurraError {
  return new RecurraError(code, message, cause === undefined ? {} : { cause });
}

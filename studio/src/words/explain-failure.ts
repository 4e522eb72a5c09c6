/** What an error of the library means, in a language of the page. */
import type { Language } from "../settings.ts";
import { errors } from "./vi/errors.ts";

/** An error as data. */
export interface FailureSaid {
  readonly message: string;
  /** Of the library's errors: a stable code, and the place in the text that they are about. */
  readonly code?: string;
  readonly line?: number;
  readonly column?: number;
}

const isCode = (code: string | undefined): code is keyof typeof errors =>
  code !== undefined && Object.hasOwn(errors, code);

/** What is wrong and what to do, with the place where there is one; undefined where the library's own message is in that language, or the error is none of its. */
export function explainFailure({ code, line, column }: FailureSaid, language: Language): string | undefined {
  if (language === "en" || !isCode(code)) return undefined;
  if (line === undefined) return errors[code];
  return `${column === undefined ? `Dòng ${line}` : `Dòng ${line}, cột ${column}`}: ${errors[code]}`;
}

/** The one error class of Recurra, and the catalogue of everything that can be wrong. */

/**
 * Every error code with the sentence that explains it. A code is stable: programs may test for it.
 * The part before the slash is the folder that raises it.
 */
export const errorCatalogue = {
  "internal/impossible": "A state the code holds to be impossible was reached: a defect in Recurra, please report it.",
  "util/bad-argument": "An argument of a public function has the wrong type, range or shape.",
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

export interface ErrorPlace {
  /** 1-based line in the text (equations, CSV file) the error is about. */
  readonly line?: number;
  /** 1-based column in that line. */
  readonly column?: number;
  readonly cause?: unknown;
}

/** An error of the user's making (or of their files'), said once and clearly: what, where, what to do. */
export class RecurraError extends Error {
  override readonly name = "RecurraError";
  readonly code: ErrorCode;
  readonly line?: number;
  readonly column?: number;

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    if (place.line !== undefined) this.line = place.line;
    if (place.column !== undefined) this.column = place.column;
  }
}

/** Throws `internal/impossible` unless `condition` holds: for what the code itself must guarantee, never for input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new RecurraError("internal/impossible", message);
}

/** The value, which the code knows to be there. */
export function known<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new RecurraError("internal/impossible", `${what} is missing`);
  return value;
}

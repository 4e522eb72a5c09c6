/** The check of token numbers. */
import { RecurraError } from "../util/errors.ts";

/** Token numbers must be entries of the vocabulary, or a lookup would read outside the table. */
export function checkTokens(values: ArrayLike<number>, size: number): void {
  for (let i = 0; i < values.length; i++) {
    const token = values[i]!;
    if (!(Number.isInteger(token) && token >= 0 && token < size)) {
      throw new RecurraError(
        "network/bad-token",
        `Token ${i} is ${token}, but the vocabulary has entries 0 to ${size - 1}.`,
      );
    }
  }
}

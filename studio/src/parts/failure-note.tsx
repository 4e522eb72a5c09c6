/** What went wrong: in the language of the page, with the library's own message below it where that is in another. */
import { language } from "../settings.ts";
import { explainFailure } from "../words/explain-failure.ts";
import type { FailureSaid } from "../words/explain-failure.ts";
import { Note } from "./note.tsx";

export interface FailureNoteProps {
  /** What could not be done, without a full stop. */
  readonly what?: string | undefined;
  readonly failure: FailureSaid;
}

export function FailureNote({ what, failure }: FailureNoteProps) {
  const begin = what === undefined ? "" : `${what}. `;
  const { message } = failure;
  if (language.value === "en")
    return (
      <Note kind="error">
        {begin}
        {message}
      </Note>
    );
  return (
    <Note kind="error">
      {begin}
      {explainFailure(failure, language.value)}
      <p class="note-detail" lang="en">
        {message}
      </p>
    </Note>
  );
}

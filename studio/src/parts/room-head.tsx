/** What a room begins with: its title, what it is for, and what has failed, where something has. */
import type { FailureSaid } from "../words/explain-failure.ts";
import { FailureNote } from "./failure-note.tsx";

export interface RoomHeadProps {
  readonly words: { readonly title: string; readonly intro: string; readonly failed?: string };
  readonly failure?: FailureSaid | undefined;
}

export function RoomHead({ words: { title, intro, failed }, failure }: RoomHeadProps) {
  return (
    <>
      <header class="stack">
        <h1>{title}</h1>
        <p class="soft">{intro}</p>
      </header>
      {failure === undefined ? null : <FailureNote what={failed} failure={failure} />}
    </>
  );
}

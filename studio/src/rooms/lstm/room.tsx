/** Inside the LSTM: one step part by part, all units over a text, what they follow and how long they remember. */
import { FailureNote } from "../../parts/failure-note.tsx";
import { Note } from "../../parts/note.tsx";
import { addressOfModel } from "../../models/shipped.ts";
import { usePlaceState } from "../../place.ts";
import { useWords } from "../../words/index.ts";
import type { Reading } from "../../work/read-text.ts";
import { readingWork } from "../../work/reading.ts";
import { useAnswer } from "../../work/use-answer.ts";
import { FollowCard } from "./follow-card.tsx";
import { MapsCard } from "./maps-card.tsx";
import { MemoryCard } from "./memory-card.tsx";
import { SourceCard } from "./source-card.tsx";
import { lstmFields, resolveModel } from "./state.ts";
import type { LstmState } from "./state.ts";
import { StepCard } from "./step-card.tsx";
import { useLstmWords } from "./use-words.ts";
import { mostVaried } from "./values.ts";
import "./lstm.css";
import { RoomHead } from "../../parts/room-head.tsx";

export function LstmRoom() {
  const words = useLstmWords();
  const { loading } = useWords();
  const [state, change] = usePlaceState(lstmFields);
  const model = resolveModel(state.model);
  const { text } = state;
  const isEmpty = text === "";
  const asked = { text, ...(model === undefined ? {} : { address: addressOfModel(model) }) };
  const trained = useAnswer(readingWork, isEmpty ? undefined : asked);
  const isMissing = trained.answer?.kind === "missing" && trained.isReady;
  const instead = useAnswer(readingWork, isMissing && !isEmpty ? { text } : undefined);
  const { answer } = isMissing ? instead : trained;
  const reading = answer?.kind === "reading" ? answer.reading : undefined;
  const failure = trained.failure ?? instead.failure;
  return (
    <div class="wide-stack">
      <RoomHead words={words} />
      <SourceCard state={state} change={change} model={model} isMissing={isMissing} unknown={reading?.unknown ?? []} />
      {failure === undefined ? null : <FailureNote what={words.failed} failure={failure} />}
      {isEmpty ? <Note>{words.empty}</Note> : null}
      <div class="wide-stack" aria-busy={failure === undefined && !isEmpty && !(isMissing ? instead : trained).isReady}>
        {reading === undefined && failure === undefined && !isEmpty ? <p class="soft">{loading}</p> : null}
        {reading === undefined || isEmpty ? null : (
          <Shown {...{ reading, state, change }} isTrained={!isMissing && model !== undefined} />
        )}
      </div>
    </div>
  );
}

interface ShownProps {
  readonly reading: Reading;
  readonly state: LstmState;
  readonly change: (some: Partial<LstmState>) => void;
  readonly isTrained: boolean;
}

/** What there is to see of a text that has been read. */
function Shown({ reading, state, change, isTrained }: ShownProps) {
  const at = Math.min(state.at, reading.characters.length - 1);
  const unit = state.unit === 0 ? mostVaried(reading) : Math.min(state.unit, reading.hidden) - 1;
  return (
    <>
      <StepCard {...{ reading, isTrained, at, unit, change }} part={state.part} />
      <MapsCard {...{ reading, at, change }} map={state.map} />
      <FollowCard {...{ reading, unit, at, change }} state={state.state} />
      <MemoryCard {...{ reading, unit, change }} />
    </>
  );
}

/** Inside the LSTM: one step part by part, all units over a text, what they follow and how long they remember. */
import { useMemo } from "preact/hooks";
import { FailureNote } from "../../parts/failure-note.tsx";
import { Note } from "../../parts/note.tsx";
import { addressOfModel } from "../../models/shipped.ts";
import { useInTurn } from "../../parts/use-in-turn.ts";
import { useRested } from "../../parts/use-rested.ts";
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
  const isEmpty = state.text === "";
  const rested = useRested(state.text);
  // What is typed after nothing is read at once.
  const text = rested === "" ? state.text : rested;
  const asked = { text, ...(model === undefined ? {} : { address: addressOfModel(model) }) };
  const trained = useAnswer(readingWork, isEmpty ? undefined : asked);
  const isMissing = trained.answer?.kind === "missing" && trained.isReady;
  const instead = useAnswer(readingWork, isMissing && !isEmpty ? { text } : undefined);
  const { answer } = isMissing ? instead : trained;
  const reading = answer?.kind === "reading" ? answer.reading : undefined;
  const failure = trained.failure ?? instead.failure;
  const isReady = text === state.text && (isMissing ? instead : trained).isReady;
  return (
    <div class="wide-stack">
      <RoomHead words={words} />
      <SourceCard state={state} change={change} model={model} isMissing={isMissing} unknown={reading?.unknown ?? []} />
      {failure === undefined ? null : <FailureNote what={words.failed} failure={failure} />}
      {isEmpty ? <Note>{words.empty}</Note> : null}
      <div class="wide-stack" aria-busy={failure === undefined && !isEmpty && !isReady}>
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

/** What there is to see of a text that has been read: a card is drawn again only where something of its own has changed. */
function Shown({ reading: read, state, change, isTrained }: ShownProps) {
  const { part, map, state: followed } = state;
  const whole = useMemo(() => ({ reading: read, varied: mostVaried(read) }), [read]);
  const [step, maps, follow, memory] = useInTurn(whole, 4).map((one) => one && placeIn(one, state));
  return (
    <>
      {useMemo(
        () => step && <StepCard {...step} {...{ isTrained, part, change }} />,
        [step?.reading, step?.at, step?.unit, isTrained, part, change],
      )}
      {useMemo(() => maps && <MapsCard {...maps} {...{ map, change }} />, [maps?.reading, maps?.at, map, change])}
      {useMemo(
        () => follow && <FollowCard {...follow} {...{ state: followed, change }} />,
        [follow?.reading, follow?.at, follow?.unit, followed, change],
      )}
      {useMemo(() => memory && <MemoryCard {...memory} change={change} />, [memory?.reading, memory?.unit, change])}
    </>
  );
}

/** A reading with the character and the unit that are looked at in it, each from 0. */
function placeIn(
  { reading, varied }: { readonly reading: Reading; readonly varied: number },
  { at, unit }: LstmState,
): { readonly reading: Reading; readonly at: number; readonly unit: number } {
  return {
    reading,
    at: Math.min(at, reading.characters.length - 1),
    unit: unit === 0 ? varied : Math.min(unit, reading.hidden) - 1,
  };
}

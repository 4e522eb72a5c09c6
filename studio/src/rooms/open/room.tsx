/** A model from inside: a file that is dropped, handed over by another room, named on the command line, or an example. */
import { useEffect, useRef, useState } from "preact/hooks";
import { handOver, takeHanded } from "../../handed-file.ts";
import { findModelFile, modelFile, weightsFile } from "../../model-file.ts";
import { Button } from "../../parts/button.tsx";
import { InTurn } from "../../parts/in-turn.tsx";
import { FileDrop } from "../../parts/file-drop.tsx";
import { FailureNote } from "../../parts/failure-note.tsx";
import { Note } from "../../parts/note.tsx";
import { usePlaceState } from "../../place.ts";
import { readServedFile, servedFiles } from "../../served-files.ts";
import type { GivenFile } from "../../work/model/model.ts";
import type { ServedFile } from "../../served-files.ts";
import { useWords } from "../../words/index.ts";
import { followFile } from "./follow-file.ts";
import { GraphView } from "./graph-view.tsx";
import { ModelIs, ModelParts } from "./model-facts.tsx";
import { SpectrumCard } from "./spectrum-card.tsx";
import { examples, openFields } from "./state.ts";
import { TraceCard } from "./trace-card.tsx";
import { ExportCard, UseCard } from "./use-card.tsx";
import { useModel } from "./use-model.ts";
import type { OpenedFiles } from "./use-model.ts";
import { useOpenWords } from "./use-words.ts";
import "./open.css";
import { RoomHead } from "../../parts/room-head.tsx";
import { fetchBytes } from "../../models/fetch-bytes.ts";

export function OpenRoom() {
  const words = useOpenWords();
  const { parts } = useWords();
  const [state, change] = usePlaceState(openFields);
  const { facts, file, failure, isOpening, ask, open } = useModel();
  /** The name of the run that is followed, and whether it has written anything. */
  const [followed, setFollowed] = useState<{ readonly name: string; readonly isThere: boolean }>();
  /** The last table that a file's model answered to. */
  const [table, setTable] = useState<{ readonly key: string; readonly file: GivenFile }>();
  const follower = useRef<AbortController>(undefined);
  const stop = (): void => {
    follower.current?.abort();
    follower.current = undefined;
    setFollowed(undefined);
  };
  const show = (read: () => Promise<OpenedFiles>): void => {
    stop();
    void open(read);
  };
  const follow = async ({ name, address }: ServedFile): Promise<void> => {
    stop();
    const own = new AbortController();
    follower.current = own;
    for await (const bytes of followFile(address, { signal: own.signal })) {
      setFollowed({ name, isThere: bytes !== undefined });
      if (bytes !== undefined) await open(async () => ({ file: { name, bytes }, beside: await readBeside(name) }));
    }
  };
  useEffect(() => {
    const handed = takeHanded();
    if (handed !== undefined) void open(async () => ({ file: await readGiven(handed.name, handed.blob), beside: [] }));
    return stop;
  }, []);
  useEffect(() => {
    const { example } = state;
    const name = `${example}.safetensors`;
    if (example !== "") show(async () => ({ file: { name, bytes: await fetchBytes(`./models/${name}`) }, beside: [] }));
  }, [state.example]);
  const offered = servedFiles.value.filter(({ name }) => modelFile.test(name));
  const named = offered.find(({ name }) => name === state.file);
  useEffect(() => {
    if (named !== undefined) void follow(named);
  }, [named]);
  /** The same for all states of one run. */
  const key = facts === undefined ? "" : `${facts.name} ${facts.parameters.length}`;
  return (
    <div class="wide-stack">
      <RoomHead words={words} />
      <div class="card stack" aria-busy={isOpening}>
        <FileDrop label={words.drop} multiple onFile={(_, all) => show(() => readTogether(all))} />
        <div class="row open-offers">
          {offered.length === 0 ? null : (
            <div class="row" role="group" aria-label={parts.served}>
              {offered.map((file) => (
                <Button key={file.address} onClick={() => void follow(file)}>
                  {file.name}
                </Button>
              ))}
            </div>
          )}
          {examples.map((name) => (
            <Button key={name} kind="quiet" onClick={() => change({ example: name, step: 0 })}>
              {words.example}: {words.examples[name]}
            </Button>
          ))}
        </div>
        {failure === undefined ? null : <FailureNote what={words.broken} failure={failure} />}
        {followed?.isThere === false ? <Note>{words.awaited(followed.name)}</Note> : null}
        {followed?.isThere === true && facts?.kind === "model" ? (
          <Note>{facts.progress === undefined ? words.ended : words.live}</Note>
        ) : null}
        {file !== undefined && facts?.kind === "model" && facts.goesOn ? (
          <div class="row">
            <Button
              onClick={() => handOver("workbench", { name: file.name, blob: new Blob([file.bytes as BlobPart]) })}
            >
              {words.goOn}
            </Button>
            <span class="small soft">{words.goOnHelp}</span>
          </div>
        ) : null}
      </div>
      {facts?.kind === "graph" ? (
        <GraphView key={key} facts={facts} ask={ask} step={state.step} onStep={(step) => change({ step })} />
      ) : null}
      {facts?.kind !== "model" ? null : (
        <InTurn key={`parts ${key}`}>
          <ModelIs facts={facts} />
          <ModelParts facts={facts} />
          <TraceCard
            key={key}
            facts={facts}
            ask={ask}
            table={table?.key === key ? table.file : undefined}
            step={state.step}
            onStep={(step) => change({ step })}
          />
          <SpectrumCard facts={facts} ask={ask} />
          <UseCard key={`use ${key}`} facts={facts} ask={ask} onTable={(file) => setTable({ key, file })} />
          <ExportCard facts={facts} ask={ask} />
        </InTurn>
      )}
    </div>
  );
}

async function readGiven(name: string, blob: Blob): Promise<GivenFile> {
  return { name, bytes: new Uint8Array(await blob.arrayBuffer()) };
}

/** Files that were chosen or dropped together: the model, and weights of it. */
async function readTogether(files: readonly File[]): Promise<OpenedFiles> {
  const found = findModelFile(files);
  if (found === undefined) throw new Error("no file was given");
  const [file, ...beside] = await Promise.all(
    [found.model, ...found.beside].map(async (one) => readGiven(one.name, one)),
  );
  if (file === undefined) throw new Error("no file was read");
  return { file, beside };
}

/** Files of weights that the command line was given with a model of another framework. */
async function readBeside(name: string): Promise<readonly GivenFile[]> {
  if (!/\.(json|onnx)$/i.test(name)) return [];
  const weights = servedFiles.value.filter((one) => weightsFile.test(one.name));
  return Promise.all(weights.map(async (one) => ({ name: one.name, bytes: await readServedFile(one) })));
}

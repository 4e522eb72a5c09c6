/** Around each demonstration: what it is, its model as it loads, and how good it is. */
import type { ComponentChildren } from "preact";
import { FailureNote } from "../../parts/failure-note.tsx";
import { Note } from "../../parts/note.tsx";
import { printNumber } from "../../words/index.ts";
import type { Failure } from "../../work/protocol.ts";
import { printQuality } from "./quality.ts";
import type { DemoName } from "./state.ts";
import type { Demo } from "./use-demo.ts";
import { useApplicationsWords } from "./use-words.ts";

export interface DemoFrameProps {
  readonly name: DemoName;
  readonly demo: Demo;
  /** Whether an answer is still being made. */
  readonly isBusy: boolean;
  readonly failure?: Failure | undefined;
  /** What decides which model it is: shown whether that is there or not. */
  readonly choice?: ComponentChildren;
  /** What is shown once the model is ready. */
  readonly children: ComponentChildren;
}

export function DemoFrame({ name, demo, isBusy, failure, choice, children }: DemoFrameProps) {
  const words = useApplicationsWords();
  const said = words.demo[name];
  const isLoading = demo.kind === "loading" || demo.kind === "unknown";
  const quality = demo.kind === "ready" ? printQuality(name, demo.entry, words) : undefined;
  return (
    <section class="card stack demo" aria-labelledby="demo-title" aria-busy={isLoading || isBusy}>
      <header class="demo-head">
        <h2 id="demo-title">{said.title}</h2>
        <p class="soft">{said.about}</p>
      </header>
      {choice}
      <DemoLoading demo={demo} />
      {demo.kind === "ready" ? children : null}
      {failure === undefined ? null : <FailureNote what={words.model.notAnswered} failure={failure} />}
      {demo.kind === "ready" ? (
        <footer class="demo-quality">
          <h3>{words.quality.title}</h3>
          <p>
            {quality} {said.fails}
          </p>
          <p class="small soft">
            {words.model.size(printNumber(Math.round(demo.entry.bytes / 1024)), printNumber(demo.entry.parameters))}
          </p>
        </footer>
      ) : null}
    </section>
  );
}

function DemoLoading({ demo }: { readonly demo: Demo }) {
  const { model } = useApplicationsWords();
  if (demo.kind === "missing") return <Note>{model.missing}</Note>;
  if (demo.kind === "failed") return <FailureNote what={model.failed} failure={demo.failure} />;
  if (demo.kind !== "loading") return null;
  const { bytes } = demo.entry;
  const print = (count: number): string => printNumber(Math.round(count / 1024));
  return (
    <div class="demo-loading">
      <progress value={demo.loaded} max={bytes} aria-label={model.opening} />
      <span class="small soft">
        {demo.loaded < bytes ? model.loading(print(demo.loaded), print(bytes)) : model.opening}
      </span>
    </div>
  );
}

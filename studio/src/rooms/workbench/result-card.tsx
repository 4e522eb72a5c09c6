/** What a finished run has come to: scores beside what needs no network, and the model as a file. */
import { Button } from "../../parts/button.tsx";
import { Fold } from "../../parts/fold.tsx";
import { Note } from "../../parts/note.tsx";
import { Table } from "../../parts/table.tsx";
import { handOver } from "../../handed-file.ts";
import { linkToNetwork } from "../../network-link.ts";
import { saveFile } from "../../save-file.ts";
import { printNumber } from "../../words/index.ts";
import { isHighBetter, judgeScores } from "../../work/lessons/lesson.ts";
import type { LessonScores, Measure } from "../../work/lessons/lesson.ts";
import type { FinishedModel } from "./last-model.ts";
import { SampleView } from "./sample-view.tsx";
import { useWorkbenchWords } from "./use-words.ts";

export interface ResultCardProps extends FinishedModel {
  /** Whether it is of a run before, which is no more in the room. */
  readonly isEarlier: boolean;
}

export function ResultCard({
  conclusion: { model, scores, explained, sample },
  stem,
  network,
  isEarlier,
}: ResultCardProps) {
  const words = useWorkbenchWords();
  const name = `${stem}.safetensors`;
  return (
    <section class="card stack" aria-labelledby="workbench-result">
      <h2 id="workbench-result">{isEarlier ? words.earlier(name) : words.parts.result}</h2>
      {scores === undefined ? <p>{words.scores.untested}</p> : <Scores scores={scores} />}
      <div class="bench-go">
        <Button kind="main" onClick={() => saveFile(model, name)}>
          {words.download}
        </Button>
        <Button onClick={() => handOver("open", { name, blob: new Blob([model as BlobPart]) })}>
          {words.lookInside}
        </Button>
        {network === undefined ? null : <a href={linkToNetwork(network)}>{words.forms}</a>}
        <span class="small soft">
          {name}, {printNumber(Math.max(1, Math.round(model.length / 1024)))} kB
        </span>
      </div>
      {sample === undefined ? null : <SampleView sample={sample} />}
      {explained === "" ? null : (
        <Fold title={words.scores.said}>
          <pre class="bench-said" lang="en">
            {explained}
          </pre>
        </Fold>
      )}
    </section>
  );
}

const shares: ReadonlySet<Measure> = new Set<Measure>(["accuracy", "words", "wrong"]);

function Scores({ scores }: { readonly scores: LessonScores }) {
  const { scores: said } = useWorkbenchWords();
  const { measure, rows } = scores;
  const judged = judgeScores(scores);
  const most = Math.max(...rows.map(({ value }) => value));
  const print = (value: number): string =>
    shares.has(measure) ? `${printNumber(100 * value, 3)} %` : printNumber(value, 3);
  const title = `${said.measures[measure]} (${isHighBetter(measure) ? said.more : said.less})`;
  return (
    <>
      {judged === undefined ? null : (
        <Note kind={judged.verdict === "worse" ? "warning" : "remark"}>
          {said[judged.verdict](said.contestants[judged.best])}
        </Note>
      )}
      <Table
        caption={said.caption}
        columns={[
          { name: "who", title: said.who },
          { name: "value", title, isNumber: true },
          { name: "bar", title: "" },
        ]}
        rows={rows.map(({ who, value }) => ({
          key: who,
          isMarked: who === "model",
          cells: [
            said.contestants[who],
            print(value),
            <span
              class={`bench-score${who === "model" ? " is-model" : ""}`}
              aria-hidden="true"
              style={{ width: `${(100 * value) / most}%` }}
            />,
          ],
        }))}
      />
    </>
  );
}

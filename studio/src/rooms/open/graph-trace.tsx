/** What a graph does with a sample: gates and states of its recurrent nodes step by step, and what it gives. */
import { useState } from "preact/hooks";
import { FailureNote } from "../../parts/failure-note.tsx";
import { HeatMap } from "../../parts/heat-map.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { Table } from "../../parts/table.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { printNumber } from "../../words/index.ts";
import type { GraphModelFacts, GraphSample, GraphTraceSeen, SampleField, ValueSeen } from "../../work/model/model.ts";
import { useShapes } from "./graph-facts.tsx";
import { SoundDrop } from "./sound-drop.tsx";
import { TraceView } from "./trace-card.tsx";
import type { AskModel } from "./use-model.ts";
import { useSeen } from "./use-seen.ts";
import { useOpenWords } from "./use-words.ts";

export interface GraphTraceProps {
  readonly facts: GraphModelFacts;
  readonly ask: AskModel;
  readonly step: number;
  readonly onStep: (step: number) => void;
}

/** Steps of a stream at first, and at most. */
const steps = { first: 40, most: 200 } as const;

/** It is given a key by file: what the reader gave stays while the file does. */
export function GraphTrace({ facts, ask, step, onStep }: GraphTraceProps) {
  const words = useOpenWords();
  const { graph: said } = words;
  const [sample, setSample] = useState<GraphSample>(() => ({
    fill: "noise",
    steps: steps.first,
    values: Object.fromEntries(facts.fields.map(({ key, value }) => [key, value])),
  }));
  const { seen, failure } = useSeen(async () => {
    const answer = await ask({ kind: "trace-graph", sample });
    return answer?.kind === "graph-trace" ? answer : undefined;
  }, [facts, sample]);
  return (
    <section class="card stack" aria-labelledby="open-trace">
      <h2 id="open-trace">{words.parts.trace}</h2>
      <p class="soft">{facts.streams ? said.stream(facts.outputs[0]?.name ?? "") : said.whole}</p>
      <SampleFields facts={facts} sample={sample} onChange={setSample} />
      {failure === undefined ? null : <FailureNote what={words.failed} failure={failure} />}
      {seen === undefined ? (
        failure === undefined ? (
          <div class="open-waiting" aria-busy="true" />
        ) : null
      ) : (
        <SampleSeen seen={seen} step={step} onStep={onStep} />
      )}
    </section>
  );
}

interface SampleFieldsProps {
  readonly facts: GraphModelFacts;
  readonly sample: GraphSample;
  readonly onChange: (sample: GraphSample) => void;
}

function SampleFields({ facts, sample, onChange }: SampleFieldsProps) {
  const { graph: said } = useOpenWords();
  const { sound, ...made } = sample;
  const fills = ["noise", "zeros"] as const;
  return (
    <>
      <div class="open-sample">
        {facts.fields.map((field) => (
          <WholeField
            key={field.key}
            field={field}
            onChange={(value) => onChange({ ...sample, values: { ...sample.values, [field.key]: value } })}
          />
        ))}
        <Select
          label={said.fill}
          value={sample.fill}
          options={fills.map((name) => ({ name, text: said.fills[name] }))}
          onChange={(fill) => onChange({ ...made, fill })}
        />
        {facts.streams && sound === undefined ? (
          <Slider
            label={said.steps}
            value={sample.steps}
            from={1}
            to={steps.most}
            onChange={(next) => onChange({ ...sample, steps: next })}
          />
        ) : null}
      </div>
      {facts.hears ? (
        <SoundDrop
          rate={facts.fields.map(({ key }) => sample.values[key] ?? 0)}
          onSound={(next) => onChange({ ...sample, sound: next })}
          isRead={sound !== undefined}
        />
      ) : null}
    </>
  );
}

/** A size or a number; what is none is said and not passed on. */
function WholeField({ field, onChange }: { readonly field: SampleField; readonly onChange: (value: number) => void }) {
  const { graph: said } = useOpenWords();
  const [text, setText] = useState(String(field.value));
  const isWhole = field.kind === "size" ? /^[1-9]\d{0,5}$/ : /^-?\d{1,9}$/;
  return (
    <TextField
      label={field.kind === "size" ? said.sizeOf(field.name) : said.numberOf(field.name)}
      value={text}
      error={isWhole.test(text) ? undefined : said.notWhole}
      onChange={(next) => {
        setText(next);
        if (isWhole.test(next)) onChange(Number(next));
      }}
    />
  );
}

type SampleSeenProps = Pick<GraphTraceProps, "step" | "onStep"> & { readonly seen: GraphTraceSeen };

function SampleSeen({ seen: { trace, stream, outputs }, step, onStep }: SampleSeenProps) {
  const { graph: said } = useOpenWords();
  return (
    <>
      {stream === undefined ? null : <StreamMap stream={stream} at={step} />}
      {trace.cells.length === 0 ? (
        <p class="soft">{said.none}</p>
      ) : (
        <TraceView task={undefined} seen={trace} step={step} onStep={onStep} />
      )}
      {outputs.length === 0 ? null : <OutputTable outputs={outputs} />}
    </>
  );
}

/** The numbers of an output at each step of a stream. */
function StreamMap({ stream: { name, size, values }, at }: { readonly stream: ValueSeen; readonly at: number }) {
  const words = useOpenWords();
  const count = values.length / size;
  return (
    <div class="stack">
      <h3>
        <code>{name}</code> <span class="soft small">{words.graph.output}</span>
      </h3>
      <HeatMap
        label={words.graph.atEachStep(name)}
        values={values}
        steps={count}
        units={size}
        scale={values.every((value) => value >= 0 && value <= 1) ? "share" : "diverging"}
        tone="output"
        markedStep={Math.min(at, count - 1)}
      />
    </div>
  );
}

function OutputTable({ outputs }: Pick<GraphTraceSeen, "outputs">) {
  const { graph: said } = useOpenWords();
  const printShape = useShapes();
  return (
    <div class="stack">
      <h3>{said.gives}</h3>
      <Table
        caption={said.gives}
        columns={[
          { name: "name", title: said.value },
          { name: "shape", title: said.shape },
          { name: "numbers", title: said.numbers },
        ]}
        rows={outputs.map(({ name, shape, numbers }) => ({
          key: name,
          cells: [<code>{name}</code>, printShape(shape), numbers.map((value) => printNumber(value, 3)).join("  ")],
        }))}
      />
    </div>
  );
}

/** All shared parts in all states, for who builds rooms; tests look at it for what is hard to see or to reach. In English alone, and not listed. */
import { cells, drawCurves, printMathML } from "recurra";
import { useCallback, useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { Chart } from "../../parts/chart.tsx";
import type { ChartLook } from "../../parts/chart.tsx";
import { FileDrop } from "../../parts/file-drop.tsx";
import { Fold } from "../../parts/fold.tsx";
import { Formula } from "../../parts/formula.tsx";
import { HeatMap } from "../../parts/heat-map.tsx";
import { Note } from "../../parts/note.tsx";
import { NumberRow } from "../../parts/number-row.tsx";
import { Picture } from "../../parts/picture.tsx";
import { Player } from "../../parts/player.tsx";
import { Select } from "../../parts/select.tsx";
import { Slider } from "../../parts/slider.tsx";
import { Table } from "../../parts/table.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { theme } from "../../settings.ts";
import { useCellDrawing } from "../../work/draw-cell.ts";
import "./parts.css";

export function PartsRoom() {
  return (
    <div class="wide-stack" lang="en">
      <h1>Parts</h1>
      <Controls />
      <Words />
      <Drawings />
    </div>
  );
}

function Controls() {
  const [size, setSize] = useState(32);
  const [rate, setRate] = useState(0.003);
  const [cell, setCell] = useState<"lstm" | "gru" | "rnn">("lstm");
  const [tab, setTab] = useState<"one" | "two" | "three">("one");
  const [text, setText] = useState("");
  const [isOn, setOn] = useState(true);
  return (
    <>
      <section class="card stack">
        <h2>Button</h2>
        <div class="row">
          <Button kind="main" onClick={() => setOn(!isOn)}>
            Main
          </Button>
          <Button onClick={() => setOn(!isOn)}>Plain</Button>
          <Button kind="quiet" onClick={() => setOn(!isOn)}>
            Quiet
          </Button>
          <Button pressed={isOn} onClick={() => setOn(!isOn)}>
            Pressed
          </Button>
          <Button disabled onClick={() => setOn(!isOn)}>
            Disabled
          </Button>
        </div>
      </section>
      <section class="card stack">
        <h2>Slider, Select, TextField</h2>
        <div class="parts-grid">
          <Slider label="Size" value={size} from={1} to={128} onChange={setSize} help="A whole number." />
          <Slider label="Rate" value={rate} from={0.0001} to={1} step={0.0001} log onChange={setRate} />
          <Slider label="Disabled" value={3} from={1} to={5} disabled onChange={setSize} />
          <Select
            label="Cell"
            value={cell}
            options={[
              { name: "lstm", text: "LSTM", group: "Gated" },
              { name: "gru", text: "GRU", group: "Gated" },
              { name: "rnn", text: "RNN", group: "Simple" },
            ]}
            help="In groups."
            onChange={setCell}
          />
          <TextField label="Text" value={text} placeholder="Type here" onChange={setText} />
          <TextField label="Equations" code value={text} error="line 1: there is no equation" onChange={setText} />
        </div>
        <FileDrop label="A file" accept=".json" onFile={(file) => setText(file.name)} />
      </section>
      <section class="card stack">
        <h2>Tabs, Fold</h2>
        <Tabs
          label="Views"
          value={tab}
          tabs={[
            { name: "one", text: "First" },
            { name: "two", text: "Second" },
            { name: "three", text: "Third" },
          ]}
          onChange={setTab}
        >
          The view {tab}.
        </Tabs>
        <div>
          <Fold title="Closed">There is more.</Fold>
          <Fold title="Open" open>
            There is more, and it is shown.
          </Fold>
        </div>
      </section>
    </>
  );
}

function Words() {
  return (
    <section class="card stack">
      <h2>Note, NumberRow, Table</h2>
      <Note>A remark with `code` in it.</Note>
      <Note kind="warning">A warning: this may take a while.</Note>
      <Note kind="error">An error: there is no such file.</Note>
      <NumberRow
        numbers={[
          { name: "Parameters", value: "12,345", note: "4 matrices" },
          { name: "Multiplications a step", value: "8,192" },
          { name: "Loss", value: "0.0123" },
        ]}
      />
      <Table
        caption="Cells and their errors"
        columns={[
          { name: "cell", title: "Cell" },
          { name: "note", title: "What it is" },
          { name: "error", title: "Error", isNumber: true },
        ]}
        rows={[
          { key: "lstm", cells: ["lstm", "Long short-term memory", "0.0013"], isMarked: true },
          { key: "rnn", cells: ["rnn", "Simple recurrent network", "0.151"] },
        ]}
      />
    </section>
  );
}

const waves = (steps: number, units: number): Float32Array =>
  Float32Array.from(
    { length: steps * units },
    (_, at) => Math.sin((at / units) * (0.1 + 0.05 * (at % units))) * (1 - (at % units) / (2 * units)),
  );
const [state, gates] = [waves(60, 12), waves(120, 32).map((value) => (value + 1) / 2)];
const loss = Array.from({ length: 40 }, (_, at) => 1 / (1 + at / 4) + 0.02 * Math.sin(at));

function Drawings() {
  const [at, setAt] = useState(4);
  const { svg = "" } = useCellDrawing(cells.gru, { theme: theme.value });
  const draw = useCallback(
    (look: ChartLook) =>
      drawCurves({
        ...look,
        title: "Loss",
        xLabel: "epoch",
        curves: [{ name: "loss", values: loss, style: "forecast" }],
      }),
    [],
  );
  return (
    <>
      <section class="card stack">
        <h2>Player, HeatMap</h2>
        <Player label="Steps" at={at} count={60} onChange={setAt} every={120} />
        <HeatMap
          label="Hidden state"
          values={state}
          steps={60}
          units={12}
          scale="diverging"
          tone="state"
          markedStep={at}
        />
        <HeatMap label="Forget gate" values={gates} steps={120} units={32} scale="share" tone="forget" />
        <HeatMap label="Nothing yet" values={[NaN, NaN, NaN, NaN]} steps={2} units={2} scale="share" tone="input" />
      </section>
      <section class="card stack">
        <h2>Chart</h2>
        <Chart label="The loss falls over forty epochs" draw={draw} height={300} saveAs="loss" />
      </section>
      <section class="card stack">
        <h2>Formula, Picture</h2>
        <Formula mathml={printMathML(cells.lstm)} label="Equations of the LSTM" />
        <Picture svg={svg} label="Data flow of one step of the GRU" keepSize saveAs="gru" />
      </section>
    </>
  );
}

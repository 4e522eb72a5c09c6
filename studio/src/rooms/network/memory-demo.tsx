/** What the loop is for: a pulse stays with it, and is gone without it. */
import { useState } from "preact/hooks";
import { HeatMap } from "../../parts/heat-map.tsx";
import { findMost } from "recurra/inspect";
import { Slider } from "../../parts/slider.tsx";
import { printNumber } from "../../words/index.ts";
import { pulseSteps } from "../../work/network/pulse.ts";
import type { PulseTrace, PulseTraces } from "../../work/network/pulse.ts";
import { useNetworkWords } from "./use-words.ts";

export interface MemoryDemoProps {
  readonly pulse: PulseTraces;
  /** Size of U, in hundredths. */
  readonly loop: number;
  readonly onLoop: (loop: number) => void;
}

export function MemoryDemo({ pulse, loop, onLoop }: MemoryDemoProps) {
  const { memory: words } = useNetworkWords();
  const [at, setAt] = useState(5);
  const show = (which: keyof PulseTraces, title: string) => (
    <PulseMap
      title={title}
      trace={pulse[which]}
      units={pulse[which].difference.length / pulseSteps}
      most={findMost(pulse.withLoop.difference)}
      at={at}
    />
  );
  return (
    <section class="card stack">
      <h2>{words.title}</h2>
      <p>{words.intro}</p>
      <div class="columns">
        <Slider
          label={words.loop}
          value={loop}
          from={0}
          to={130}
          step={5}
          print={(value) => printNumber(value / 100)}
          help={words.loopHelp}
          onChange={onLoop}
        />
        <Slider label={words.step} value={at} from={2} to={pulseSteps} onChange={setAt} />
      </div>
      <div class="pulse-maps">
        {show("withLoop", words.withLoop)}
        {show("without", words.without)}
      </div>
    </section>
  );
}

function PulseMap({
  title,
  trace,
  units,
  most,
  at,
}: {
  readonly title: string;
  readonly trace: PulseTrace;
  readonly units: number;
  readonly most: number;
  readonly at: number;
}) {
  const { memory: words } = useNetworkWords();
  const share = trace.shares[at - 1] ?? 0;
  const said =
    trace.shares[0] === 0
      ? words.silent
      : share === 0
        ? words.gone(String(at))
        : words.kept(String(at), printNumber(100 * share, 2));
  return (
    <div class="stack">
      <h3>{title}</h3>
      <HeatMap
        label={words.label(title)}
        values={trace.difference}
        steps={pulseSteps}
        units={units}
        scale="diverging"
        tone="state"
        most={most}
        markedStep={at - 1}
      />
      <p role="status">{said}</p>
    </div>
  );
}

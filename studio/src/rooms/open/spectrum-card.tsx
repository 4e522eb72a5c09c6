/** Eigenvalues of a recurrent matrix in the complex plane. */
import { useEffect, useState } from "preact/hooks";
import { NumberRow } from "../../parts/number-row.tsx";
import { Select } from "../../parts/select.tsx";
import { printNumber } from "../../words/index.ts";
import type { ModelFacts, SpectrumSeen } from "../../work/model/model.ts";
import type { AskModel } from "./use-model.ts";
import { useOpenWords } from "./use-words.ts";

export interface SpectrumCardProps {
  readonly facts: Pick<ModelFacts, "parameters">;
  readonly ask: AskModel;
}

export function SpectrumCard({ facts, ask }: SpectrumCardProps) {
  const words = useOpenWords();
  const names = facts.parameters.filter(({ isRecurrent }) => isRecurrent).map(({ name }) => name);
  const [chosen, setChosen] = useState("");
  const parameter = names.includes(chosen) ? chosen : (names[0] ?? "");
  const [seen, setSeen] = useState<SpectrumSeen>();
  useEffect(() => {
    if (parameter === "") return undefined;
    let isLeft = false;
    ask({ kind: "spectrum", parameter }).then(
      (answer) => isLeft || answer?.kind !== "spectrum" || setSeen(answer),
      () => isLeft || setSeen(undefined),
    );
    return () => {
      isLeft = true;
    };
    // The worker answers about the model that is open, which the facts tell apart.
  }, [facts, parameter]);
  if (parameter === "") return null;
  return (
    <section class="card stack" aria-labelledby="open-spectrum">
      <h2 id="open-spectrum">{words.parts.spectrum}</h2>
      <p class="soft">{words.spectrumIntro}</p>
      <div class="open-spectrum" aria-busy={seen === undefined}>
        <div class="stack">
          <Select
            label={words.matrix}
            value={parameter}
            options={names.map((name) => ({ name, text: name }))}
            onChange={setChosen}
          />
          {seen === undefined ? null : (
            <NumberRow
              numbers={[
                { name: words.radius, value: printNumber(seen.radius, 3) },
                { name: words.norm, value: printNumber(seen.norm, 3) },
              ]}
            />
          )}
        </div>
        {seen === undefined ? null : <Plane seen={seen} />}
      </div>
    </section>
  );
}

function Plane({ seen: { parameter, real, imaginary, radius } }: { readonly seen: SpectrumSeen }) {
  const words = useOpenWords();
  const most = Math.max(1.15, 1.1 * radius);
  const scale = 140 / most;
  return (
    <svg
      class="open-plane"
      viewBox="-160 -160 320 320"
      role="img"
      aria-label={words.spectrumLabel(parameter, printNumber(radius, 3))}
    >
      <path d="M-150 0H150M0 -150V150" stroke="var(--line)" stroke-width="1.5" />
      <circle r={scale} fill="none" stroke="var(--strong-line)" stroke-width="1.5" stroke-dasharray="5 4" />
      {real.map((value, at) => (
        <circle
          key={at}
          cx={value * scale}
          cy={-(imaginary[at] ?? 0) * scale}
          r="4"
          fill="var(--state)"
          fill-opacity="0.75"
        />
      ))}
      <text x={scale + 4} y="14" class="open-axis">
        1
      </text>
      <text x="150" y="-6" text-anchor="end" class="open-axis">
        {words.real}
      </text>
      <text x="6" y="-148" class="open-axis">
        {words.imaginary}
      </text>
    </svg>
  );
}

/** Why a gradient vanishes or explodes: what one step does, and what all of them do together. */
import { NumberRow } from "../../parts/number-row.tsx";
import { Slider } from "../../parts/slider.tsx";
import { printNumber } from "../../words/index.ts";
import type { GradientQuestion, StepsMeasured } from "../../work/measure-gradient.ts";
import { EigenPlane } from "./eigen-plane.tsx";
import { printShare } from "./print-share.ts";
import { useGradientWords } from "./use-words.ts";

export interface StepsCardProps {
  readonly question: GradientQuestion;
  readonly measured: StepsMeasured;
  /** From 0. */
  readonly step: number;
  readonly onChoose: (step: number) => void;
}

export function StepsCard({ question, measured, step, onChoose }: StepsCardProps) {
  const words = useGradientWords();
  const { numbers } = words;
  const { eigenvalues, spectralRadius, norm, products, exponent, weights, slope } = measured;
  return (
    <section class="card stack" aria-labelledby="gradient-why">
      <h2 id="gradient-why">{words.why}</h2>
      <p class="soft">{words.whyIntro}</p>
      <div class="gradient-why">
        <div class="stack">
          <EigenPlane
            label={words.planeLabel(printNumber(spectralRadius), printNumber(eigenvalues.real.length))}
            jacobian={eigenvalues}
            weights={weights}
          />
          <ul class="legend gradient-legend">
            <li>
              <span class="mark-jacobian" aria-hidden="true" /> {words.planeLegend.jacobian}
            </li>
            {weights === undefined ? null : (
              <li>
                <span class="mark-weights" aria-hidden="true" /> {words.planeLegend.weights}
              </li>
            )}
          </ul>
        </div>
        <div class="stack">
          <Slider
            label={words.at}
            value={Math.min(question.steps, step + 1)}
            from={1}
            to={question.steps}
            onChange={(to) => onChoose(to - 1)}
          />
          <NumberRow
            numbers={[
              { name: numbers.radius, value: printNumber(spectralRadius), note: numbers.radiusNote },
              { name: numbers.norm, value: printNumber(norm), note: numbers.normNote },
              {
                name: numbers.product,
                value: printShare(products[0] ?? NaN),
                note: numbers.productNote(printNumber(question.steps - 1)),
              },
              {
                name: numbers.exponent,
                value: printNumber(Math.abs(exponent) < 5e-4 ? 0 : exponent, 2),
                note: numbers.exponentNote(printNumber(Math.exp(exponent))),
              },
              ...(slope === undefined ? [] : [{ name: numbers.slope, value: printNumber(slope, 2) }]),
            ]}
          />
          <p class="soft">{slope === undefined ? words.gates : words.slopes[question.activation]}</p>
        </div>
      </div>
    </section>
  );
}

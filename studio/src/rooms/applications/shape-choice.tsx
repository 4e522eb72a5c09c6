/** The shapes, each as a small picture to choose. */
import { shape, shapeKinds } from "./shape.ts";
import type { ShapeContent, ShapeKind } from "./shape.ts";
import { Unrolled } from "./unrolled.tsx";
import { useApplicationsWords } from "./use-words.ts";

const dots = (count: number): readonly string[] => Array.from({ length: count }, () => "");

/** Each shape with so few steps that it is seen at a glance. */
const small: Readonly<Record<ShapeKind, ShapeContent>> = {
  "one-to-many": { inputs: dots(1), outputs: dots(4) },
  "many-to-one": { inputs: dots(4), outputs: dots(1) },
  aligned: { inputs: dots(4), outputs: dots(4) },
  "encoder-decoder": { inputs: dots(2), outputs: dots(2) },
  forecast: { inputs: dots(3), outputs: dots(1) },
};

export interface ShapeChoiceProps {
  readonly value: ShapeKind;
  readonly onChange: (kind: ShapeKind) => void;
}

export function ShapeChoice({ value, onChange }: ShapeChoiceProps) {
  const words = useApplicationsWords();
  return (
    <ul class="shape-choice" aria-label={words.shapes}>
      {shapeKinds.map((kind) => (
        <li key={kind}>
          <button type="button" class="shape-card" aria-pressed={kind === value} onClick={() => onChange(kind)}>
            <Unrolled layout={shape(kind, small[kind])} />
            <strong>{words.shape[kind].name}</strong>
            <span class="small soft">{words.shape[kind].about}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

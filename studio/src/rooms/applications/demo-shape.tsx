/** The shape of a demonstration with what now stands at its steps, and what its colours mean. */
import { shape } from "./shape.ts";
import type { ShapeContent, ShapeKind } from "./shape.ts";
import { Unrolled } from "./unrolled.tsx";
import { useApplicationsWords } from "./use-words.ts";

export interface DemoShapeProps {
  readonly kind: ShapeKind;
  readonly content: ShapeContent;
  readonly picture?: string | undefined;
  readonly lang?: string;
}

export function DemoShape({ kind, content, picture, lang }: DemoShapeProps) {
  const words = useApplicationsWords();
  const { inputs, outputs, looks, hasPicture = false } = content;
  const label = words.unrolledLabel(
    words.shape[kind].name,
    hasPicture ? words.caption.picture : inputs.join(" "),
    outputs.join(" "),
  );
  const marks = (
    ["input", "state", "output", ...(looks === undefined || hasPicture ? [] : (["look"] as const))] as const
  ).map((mark) => (
    <li key={mark} class={mark}>
      {words.legend[mark]}
    </li>
  ));
  return (
    <section class="demo-shape">
      <h3>{words.unrolled}</h3>
      <Unrolled layout={shape(kind, content)} label={label} {...{ picture, lang }} />
      <ul class="shape-legend">{marks}</ul>
    </section>
  );
}

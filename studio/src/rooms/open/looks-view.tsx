/** Where a network looked for what it said: an alignment of tokens, or a picture that is darkened elsewhere. */
import { drawAlignment } from "recurra/inspect";
import { useMemo } from "preact/hooks";
import { LookPicture } from "../../parts/look-picture.tsx";
import { Picture } from "../../parts/picture.tsx";
import { theme } from "../../settings.ts";
import type { LooksSeen, TraceSeen } from "../../work/model/model.ts";
import { pairUp } from "../../work/pair-up.ts";
import { useOpenWords } from "./use-words.ts";

export interface LooksViewProps {
  readonly seen: TraceSeen;
  /** The step of what is said; undefined where no step of that is shown. */
  readonly at: number | undefined;
}

export function LooksView({ seen: { looks, picture }, at }: LooksViewProps) {
  const words = useOpenWords();
  if (picture !== undefined) {
    const look = at === undefined ? undefined : looks?.weights[at];
    const word = at === undefined ? "" : (looks?.target[at] ?? words.end);
    return <LookPicture address={picture} look={look} label={look === undefined ? words.picture : words.look(word)} />;
  }
  return looks === undefined ? null : <AlignmentView looks={looks} />;
}

function AlignmentView({ looks: { source, target, weights } }: { readonly looks: LooksSeen }) {
  const words = useOpenWords();
  const shown = theme.value;
  const { alignment, end } = words;
  const svg = useMemo(
    () => drawAlignment({ source, target: [...target, end], weights, title: alignment, theme: shown }),
    [source, target, weights, alignment, end, shown],
  );
  return (
    <div class="stack">
      <h3>{alignment}</h3>
      <Picture svg={svg} label={words.alignmentLabel(pairUp(target, source, weights))} keepSize saveAs="alignment" />
      <p class="small soft">{words.alignmentHelp}</p>
    </div>
  );
}

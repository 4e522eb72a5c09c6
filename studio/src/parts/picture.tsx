/** A picture of the library: an SVG as text, with a text for who cannot see it. */
import { useMemo } from "preact/hooks";
import { useWords } from "../words/index.ts";
import "./picture.css";
import { ScrollBox } from "./scroll-box.tsx";

export interface PictureProps {
  /** An SVG of the library, drawn for the theme that is shown. */
  readonly svg: string;
  /** What there is to see, in a sentence. */
  readonly label: string;
  /** A wide drawing shrinks only as far as it can be read, and then scrolls; others shrink to fit. */
  readonly keepSize?: boolean;
  /** Offers to save it under this name, without the ending. */
  readonly saveAs?: string;
}

export function Picture({ svg, label, keepSize = false, saveAs }: PictureProps) {
  const words = useWords();
  // Its own title would be read out again, and shown wherever the pointer rests.
  const markup = useMemo(
    () => svg.replace(/<title>[^<]*<\/title>\n?/, "").replace(' role="img"', ' aria-hidden="true"'),
    [svg],
  );
  const drawnWidth = /^<svg[^>]* width="([\d.]+)"/.exec(svg)?.[1] ?? "0";
  const drawn = (
    <div
      style={{ "--drawn-width": `${drawnWidth}px` }}
      class={`picture${keepSize ? " keeps-size" : ""}`}
      role="img"
      aria-label={label}
      dangerouslySetInnerHTML={{ __html: markup }}
    />
  );
  return (
    <figure class="figure">
      {keepSize ? <ScrollBox label={label}>{drawn}</ScrollBox> : drawn}
      {saveAs === undefined ? null : (
        <button type="button" class="picture-save" onClick={() => saveText(svg, `${saveAs}.svg`)}>
          {words.parts.downloadPicture}
        </button>
      )}
    </figure>
  );
}

function saveText(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

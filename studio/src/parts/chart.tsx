/** A chart of the library, drawn as wide as there is room, in the theme that is shown, with numbers as the page's language writes them. */
import { useMemo, useRef } from "preact/hooks";
import { language, theme } from "../settings.ts";
import type { Language } from "../settings.ts";
import { useWords } from "../words/index.ts";
import { Picture } from "./picture.tsx";
import { useWidth } from "./use-width.ts";

/** What a drawing follows, as options of the library's charts. */
export interface ChartLook {
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
  readonly locale: Language;
  readonly nothing: string;
}

export interface ChartProps {
  readonly label: string;
  /** Draws it; a stable function (`useCallback`) is called only when something has changed. */
  readonly draw: (look: ChartLook) => string;
  /** Pixels; 360 if absent. */
  readonly height?: number;
  readonly saveAs?: string;
}

/** What the library's charts need at least. */
const leastWidth = 280;

export function Chart({ label, draw, height = 360, saveAs }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(leastWidth, useWidth(box, 640));
  const shown = theme.value;
  const locale = language.value;
  const { nothing } = useWords().parts;
  const svg = useMemo(
    () => draw({ width, height, theme: shown, locale, nothing }),
    [draw, width, height, shown, locale, nothing],
  );
  return (
    <div ref={box}>
      <Picture svg={svg} label={label} {...(saveAs === undefined ? {} : { saveAs })} />
    </div>
  );
}

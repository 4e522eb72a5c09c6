/** A chart of the library, drawn as wide as there is room, in the theme that is shown. */
import { useMemo, useRef } from "preact/hooks";
import { language, theme } from "../settings.ts";
import { swapMarks } from "./chart-numbers.ts";
import { Picture } from "./picture.tsx";
import { useWidth } from "./use-width.ts";

export interface ChartProps {
  readonly label: string;
  /** Draws it; a stable function (`useCallback`) is called only when something has changed. */
  readonly draw: (size: {
    readonly width: number;
    readonly height: number;
    readonly theme: "light" | "dark";
  }) => string;
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
  const spoken = language.value;
  const svg = useMemo(() => {
    const drawn = draw({ width, height, theme: shown });
    return spoken === "vi" ? swapMarks(drawn) : drawn;
  }, [draw, width, height, shown, spoken]);
  return (
    <div ref={box}>
      <Picture svg={svg} label={label} {...(saveAs === undefined ? {} : { saveAs })} />
    </div>
  );
}

/** How wide an element is, as it changes: pictures are drawn for the room they have. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Whole pixels; `fallback` before there is an element. */
export function useWidth(element: RefObject<HTMLElement | null>, fallback: number): number {
  const [width, setWidth] = useState(fallback);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width > 0) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

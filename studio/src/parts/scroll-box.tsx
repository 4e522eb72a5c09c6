/** What may be wider than the page scrolls sideways by itself, by keyboard too. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useWords } from "../words/index.ts";
import "./scroll-box.css";

export interface ScrollBoxProps {
  /** What it holds, for who cannot see it. */
  readonly label: string;
  readonly children: ComponentChildren;
}

export function ScrollBox({ label, children }: ScrollBoxProps) {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [isWider, setWider] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setWider(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    // What it holds may have changed without a change of its own size.
    if (box.current !== null) setWider(box.current.scrollWidth > box.current.clientWidth + 1);
  });
  // Only what scrolls is a stop for the Tab key.
  const scrolling = isWider ? { tabIndex: 0, role: "region", "aria-label": `${label} (${words.parts.scrolls})` } : {};
  return (
    <div class="scroll-box" ref={box} {...(scrolling as { readonly role?: "region" })}>
      <div>{children}</div>
    </div>
  );
}

/** Parts of a room that appear one after the other: made all at once, they would hold up the page. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { afterFrame } from "./after-frame.ts";

/** The first child at once, each further one a frame later; from then on all of them, as they change. */
export function InTurn({ children }: { readonly children: readonly ComponentChild[] }) {
  const [shown, setShown] = useState(1);
  const isWhole = shown >= children.length;
  useEffect(() => (isWhole ? undefined : afterFrame(() => setShown(shown + 1))), [shown, isWhole]);
  return (
    <>
      {children.slice(0, shown)}
      {isWhole ? null : <span aria-busy="true" hidden />}
    </>
  );
}

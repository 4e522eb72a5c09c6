/** A room that is loaded when it is first entered. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Room } from "../rooms/index.ts";
import { useWords } from "../words/index.ts";
import { Failure } from "./guard.tsx";

type Loaded =
  | { readonly kind: "loading" }
  | { readonly kind: "loaded"; readonly Content: ComponentType }
  | { readonly kind: "failed"; readonly error: Error };

export function LazyRoom({ room }: { readonly room: Room }) {
  const words = useWords();
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isLeft = false;
    room.load().then(
      (Content) => isLeft || setLoaded({ kind: "loaded", Content }),
      (thrown: unknown) => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        if (!isLeft) setLoaded({ kind: "failed", error });
      },
    );
    return () => (isLeft = true);
  }, [room, attempt]);
  if (loaded.kind === "loaded") return <loaded.Content />;
  if (loaded.kind === "loading") return <p class="soft">{words.loading}</p>;
  return (
    <Failure
      error={loaded.error}
      onAgain={() => {
        setLoaded({ kind: "loading" });
        setAttempt(attempt + 1);
      }}
    />
  );
}

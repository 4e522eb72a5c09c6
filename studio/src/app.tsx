/** The page: its head, the room that the link names, and its foot. */
import { useEffect, useRef } from "preact/hooks";
import { place } from "./place.ts";
import { HomeRoom } from "./rooms/home/room.tsx";
import { findRoom } from "./rooms/index.ts";
import { Guard } from "./shell/guard.tsx";
import { Head } from "./shell/head.tsx";
import { LazyRoom } from "./shell/lazy-room.tsx";
import { NoRoom } from "./shell/no-room.tsx";
import { useWords } from "./words/index.ts";

export function App() {
  const words = useWords();
  const { room: name } = place.value;
  const room = findRoom(name);
  const main = useRef<HTMLElement>(null);
  const before = useRef(name);
  const title = room === undefined ? words.title : `${words.room[room.name].title} – ${words.title}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    // Who came by a link within the page goes on reading where the new room begins.
    if (before.current !== name) {
      main.current?.focus({ preventScroll: true });
      scrollTo({ top: 0, behavior: "instant" });
    }
    before.current = name;
  }, [name]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {words.skip}
      </button>
      <Head />
      <main class="page" ref={main} tabIndex={-1}>
        <Guard key={name}>
          {name === "" ? <HomeRoom /> : room === undefined ? <NoRoom /> : <LazyRoom key={name} room={room} />}
        </Guard>
      </main>
      <footer class="foot">
        <p>
          {words.foot} {crossOriginIsolated ? words.isolated : words.notIsolated}
        </p>
      </footer>
    </>
  );
}

/** The position in the animation as it is dragged or played; the link follows once it rests. */
import { useEffect, useRef, useState } from "preact/hooks";
import { advance, lastForm, restAtForm } from "./playing.ts";

export interface PositionControl {
  readonly position: number;
  readonly isPlaying: boolean;
  readonly go: (position: number) => void;
  readonly togglePlay: () => void;
}

/** Milliseconds of rest before the link is written: browsers allow few changes of the address a second. */
const restBeforeLink = 250;

const prefersRest = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** `linked` is the position of the link, `onRest` writes it. */
export function usePosition(linked: number, onRest: (position: number) => void): PositionControl {
  const [position, setPosition] = useState(linked);
  const [isPlaying, setPlaying] = useState(false);
  const now = useRef(linked);
  const known = useRef(linked);
  const write = useRef(onRest);
  write.current = onRest;
  const move = (to: number): void => {
    now.current = Math.min(lastForm, Math.max(0, to));
    setPosition(now.current);
  };
  useEffect(() => {
    // The reader has followed another link, or gone back.
    if (linked === known.current) return;
    known.current = linked;
    setPlaying(false);
    move(linked);
  }, [linked]);
  useEffect(() => {
    const rest = setTimeout(() => {
      const rounded = Number(position.toFixed(2));
      if (rounded === known.current) return;
      known.current = rounded;
      write.current(rounded);
    }, restBeforeLink);
    return () => clearTimeout(rest);
  }, [position]);
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (prefersRest()) {
      const timer = setInterval(() => {
        move(Math.floor(now.current) + 1);
        if (now.current >= lastForm) setPlaying(false);
      }, restAtForm);
      return () => clearInterval(timer);
    }
    let frame = 0;
    let before: number | undefined;
    let rested = restAtForm;
    const draw = (time: number): void => {
      const next = advance({ position: now.current, rested }, before === undefined ? 0 : time - before);
      before = time;
      rested = next.rested;
      move(next.position);
      if (next.position >= lastForm) setPlaying(false);
      else frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);
  return {
    position,
    isPlaying,
    go: (to) => {
      setPlaying(false);
      move(to);
    },
    togglePlay: () => {
      if (!isPlaying && now.current >= lastForm) move(0);
      setPlaying(!isPlaying);
    },
  };
}

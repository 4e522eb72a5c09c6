/** Where the reader is, as a signal, and the ways to go elsewhere. */
import { signal } from "@preact/signals";
import { useCallback } from "preact/hooks";
import { parseLink, printLink, readState, writeState } from "./link.ts";
import type { Fields, Place } from "./link.ts";
import { takeFromLink } from "./settings.ts";

/** Keys of the link that are the page's, not a room's. */
const ownKeys = ["lang", "theme"] as const;

/** The place of the address line. */
export const place = signal<Place>(parseLink(location.hash));

/** Asks whether to leave the room that is shown, where that would lose something. */
let mayLeave: (() => boolean) | undefined;

/** Has the reader asked before the room is left; what it gives back lets the room go. */
export function guardRoom(ask: () => boolean): () => void {
  mayLeave = ask;
  return () => {
    if (mayLeave === ask) mayLeave = undefined;
  };
}

function readAddress(): void {
  const next = parseLink(location.hash);
  if (next.room !== place.value.room && mayLeave?.() === false) {
    history.replaceState(null, "", printLink(place.value));
    return;
  }
  place.value = next;
  takeFromLink(place.value.values);
}

/** Follows the address line from now on. */
export function followAddress(): void {
  takeFromLink(place.value.values);
  addEventListener("hashchange", readAddress);
}

/** Goes to another place, a step in the browser's history. */
export function goTo(next: Place): void {
  location.hash = printLink(next);
}

/** Replaces the values of the room, without a step in the browser's history: sliders would fill it. */
function replaceValues(values: Readonly<Record<string, string>>): void {
  const { room } = place.value;
  place.value = { room, values };
  history.replaceState(null, "", printLink(place.value));
}

/** Leaves a setting out of the link, once the reader has chosen another. */
export function dropFromLink(key: (typeof ownKeys)[number]): void {
  if (place.value.values[key] === undefined) return;
  replaceValues(Object.fromEntries(Object.entries(place.value.values).filter(([name]) => name !== key)));
}

/** The state of the room that is shown, and what changes some of it: the same function as long as the fields are the same. */
export function usePlaceState<S extends object>(
  fields: Fields<S>,
): readonly [state: S, change: (some: Partial<S>) => void] {
  const state = readState(fields, place.value.values);
  const change = useCallback(
    (some: Partial<S>): void => {
      const { values } = place.peek();
      const kept = Object.fromEntries(
        ownKeys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]])),
      );
      // What is shown may be older than the address: two changes may come in one event.
      replaceValues({ ...writeState(fields, { ...readState(fields, values), ...some }), ...kept });
    },
    [fields],
  );
  return [state, change];
}

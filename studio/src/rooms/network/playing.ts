/** How the animation goes on by itself: from form to form, with a rest at each, so that there is time to read. */

/** The position of the sixth form. */
export const lastForm = 5;

/** Milliseconds from one form to the next, and at each. */
const wayToForm = 2200;
export const restAtForm = 1800;

export interface Playing {
  readonly position: number;
  /** Milliseconds spent at the form where it rests. */
  readonly rested: number;
}

/** Where it is some milliseconds later. It never goes past a form without a rest. */
export function advance({ position, rested }: Playing, milliseconds: number): Playing {
  if (position >= lastForm) return { position: lastForm, rested };
  if (Number.isInteger(position) && rested < restAtForm) return { position, rested: rested + milliseconds };
  const next = Math.floor(position) + 1;
  const to = position + milliseconds / wayToForm;
  return to >= next ? { position: next, rested: 0 } : { position: to, rested };
}

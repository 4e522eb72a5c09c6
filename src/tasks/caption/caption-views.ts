/** Views of a picture, and the caption that most of them are given. */
import { augmentPicture } from "../../data/index.ts";
import type { PictureRoom } from "../../data/index.ts";
import { createRandom } from "../../util/random.ts";
import type { Caption } from "./captioner.ts";
import type { CaptionTask } from "./caption-task.ts";

/**
 * View 0 is the picture as it is, `[height × width, 3]` in ink; each other is augmented as in training, the same way for every picture, so that what is said of one does not hang on which others it
 * stands among.
 */
export function viewPicture(room: PictureRoom, view: number, { augmentation }: CaptionTask): Float32Array {
  if (view === 0 || augmentation === undefined) return room.from;
  augmentPicture(room, augmentation, createRandom(view));
  return room.to;
}

/**
 * Of the captions of a picture's views the one with the most votes, each weighing exp(score), the search's log-probability over its length penalty, which favours short ones a little. Where it looked is that of the picture as it is, if that was said to
 * be so too, else of the view that was surest.
 */
export function electCaption(captions: readonly Caption[]): Caption | undefined {
  const votes = new Map<string, number>();
  for (const { text, score } of captions) votes.set(text, (votes.get(text) ?? 0) + Math.exp(score));
  const most = Math.max(...votes.values());
  const elected = captions.filter(({ text }) => votes.get(text) === most);
  const [first] = elected;
  if (first === undefined || first === captions[0]) return first;
  return elected.reduce((best, one) => (one.score > best.score ? one : best));
}

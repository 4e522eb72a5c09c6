/** Views of pictures, and elections among what is said of them. */
import { describe, expect, it } from "vitest";
import { electCaption, viewPicture } from "./caption-views.ts";
import type { CaptionTask } from "./caption-task.ts";
import type { Caption } from "./captioner.ts";

const said = (text: string, probability: number): Caption => ({
  text,
  words: text.split(" "),
  score: Math.log(probability),
  attention: undefined,
});

describe("an election of captions", () => {
  it("goes by votes, each weighing its probability", () => {
    expect(electCaption([said("a cat", 0.9), said("a dog", 0.5), said("a dog", 0.5)])!.text).toBe("a dog");
    expect(electCaption([said("a cat", 0.9), said("a dog", 0.4), said("a dog", 0.4)])!.text).toBe("a cat");
    expect(electCaption([])).toBeUndefined();
  });

  it("shows the picture as it is where that was captioned so, else the surest view", () => {
    const cats = [said("a cat", 0.3), said("a cat", 0.9), said("a dog", 0.5)];
    expect(electCaption(cats)).toBe(cats[0]);
    const dogs = [said("a cat", 0.3), said("a dog", 0.4), said("a dog", 0.5)];
    expect(electCaption(dogs)).toBe(dogs[2]);
  });
});

describe("views", () => {
  const room = () => ({
    from: Float32Array.from({ length: 4 * 4 * 3 }, (_, at) => (at % 5) / 4),
    between: new Float32Array(48),
    to: new Float32Array(48),
  });
  const augmentation = { height: 4, width: 4, shift: 0.2, warp: 0.1, colour: 0.1, blur: 0.5, most: 2 };
  const task = { augmentation } as CaptionTask;

  it("begin with the picture as it is, and are the same for every picture and each time", () => {
    expect(viewPicture(room(), 0, task)).toEqual(room().from);
    const [first, second] = [viewPicture(room(), 1, task), viewPicture(room(), 2, task)];
    expect(first).not.toEqual(room().from);
    expect(second).not.toEqual(first);
    expect(viewPicture(room(), 1, task)).toEqual(first);
  });

  it("are all alike where nothing was augmented", () => {
    expect(viewPicture(room(), 3, {} as CaptionTask)).toEqual(room().from);
  });
});

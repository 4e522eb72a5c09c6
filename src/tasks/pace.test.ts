/** How long is learned where nothing is said. */
import { describe, expect, it } from "vitest";
import { decidePace, printPace } from "./pace.ts";
import type { Pace } from "./pace.ts";

const pace: Pace = { batch: 64, epochs: { updates: 700, least: 5, most: 60 }, patience: { least: 4 } };

describe("the pace of learning", () => {
  it("takes as many epochs as make the updates", () => {
    expect(decidePace({}, pace, 6400)).toEqual({ batch: 64, epochs: 7, patience: 4 });
    expect(decidePace({}, pace, 1_000_000)).toEqual({ batch: 64, epochs: 5, patience: 4 });
    expect(decidePace({}, { ...pace, epochs: 20, patience: 3 }, 6400)).toEqual({ batch: 64, epochs: 20, patience: 3 });
  });

  it("makes batches smaller for a few items, so that an epoch has several updates", () => {
    expect(decidePace({}, pace, 512).batch).toBe(64);
    expect(decidePace({}, pace, 400)).toEqual({ batch: 48, epochs: 60, patience: 12 });
    expect(decidePace({}, pace, 16)).toEqual({ batch: 4, epochs: 60, patience: 12 });
    expect(decidePace({}, pace, 1).batch).toBe(4);
  });

  it("takes what is said", () => {
    expect(decidePace({ batch: 64, epochs: 2, patience: 1 }, pace, 16)).toEqual({ batch: 64, epochs: 2, patience: 1 });
    expect(decidePace({ batch: 10 }, pace, 700)).toEqual({ batch: 10, epochs: 10, patience: 4 });
  });

  it("is printed as people read it", () => {
    expect(printPace(pace)).toEqual({ batch: "at most 64", epochs: "5 to 60", patience: "1/5, least 4" });
    expect(printPace({ batch: 32, epochs: 20, patience: 5 })).toEqual({
      batch: "at most 32",
      epochs: "20",
      patience: "5",
    });
  });
});

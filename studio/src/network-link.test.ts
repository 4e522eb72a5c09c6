/** Links to a network of a model's sizes. */
import { expect, test } from "vitest";
import { parseLink, readState } from "./link.ts";
import { isCapped, linkToNetwork, modelField } from "./network-link.ts";
import { networkFields } from "./rooms/network/state.ts";

test("the link holds the sizes of the model, and those that are drawn are within what the room draws", () => {
  const small = { cell: "gru", inputs: 3, hidden: 8, layers: 2, outputs: 1 };
  const large = { cell: "lstm-peephole", inputs: 45, hidden: 192, layers: 4, outputs: 1000 };
  const read = (sizes: typeof small) => readState(networkFields, parseLink(linkToNetwork(sizes)).values);
  expect(read(small)).toMatchObject({ inputs: 3, hidden: 8, layers: 2, outputs: 1, model: small });
  expect(read(large)).toMatchObject({ inputs: 32, hidden: 64, layers: 3, outputs: 16, model: large });
  expect([small, large].map(isCapped)).toEqual([false, true]);
});

test("what is no model's sizes is none", () => {
  for (const text of ["", "gru", "gru 0 8 1 1", "gru 1 8 1", "<b> 1 1 1 1"])
    expect(modelField.parse(text)).toBeUndefined();
});

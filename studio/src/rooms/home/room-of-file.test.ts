/** Files and their rooms. */
import { expect, test } from "vitest";
import { roomOf } from "./room-of-file.ts";

test.each([
  ["births.safetensors", "open"],
  ["births.checkpoint", "open"],
  ["compare-adding.json", "variants"],
  ["theirs.onnx", "open"],
  ["model.json", "open"],
  ["births.csv", "workbench"],
  ["verse.txt", "workbench"],
  ["a.safetensors.csv", "workbench"],
] as const)("%s: %s", (name, room) => {
  expect(roomOf(name)).toBe(room);
});

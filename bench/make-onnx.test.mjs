import { expect, it } from "vitest";
import { makeOnnx } from "./make-onnx.mjs";

/** @typedef {{ field: number, value: number | Uint8Array }} Entry */

/** The fields of a message, by its wire format. @param {Uint8Array} bytes @returns {Entry[]} */
function readMessage(bytes) {
  /** @type {Entry[]} */
  const entries = [];
  let at = 0;
  const varint = () => {
    for (let [value, unit] = [0, 1]; ; unit *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = varint();
    if ((tag & 7) === 2) at += number;
    entries.push({ field: tag >> 3, value: (tag & 7) === 2 ? bytes.subarray(at - number, at) : number });
  }
  return entries;
}

/** @param {Uint8Array} bytes @param {number} field */
const messages = (bytes, field) =>
  readMessage(bytes).flatMap((one) => (one.field === field && typeof one.value !== "number" ? [one.value] : []));
/** @param {Uint8Array} bytes @param {number} field */
const texts = (bytes, field) =>
  messages(bytes, field)
    .map((one) => new TextDecoder().decode(one))
    .join();
/** @param {Uint8Array} bytes @param {number} field */
const numbers = (bytes, field) =>
  readMessage(bytes)
    .flatMap((one) => (one.field === field ? [Number(one.value)] : []))
    .join();

/** Names and shapes of a graph's initialisers, and what its nodes are. @param {import("./make-onnx.mjs").Sizes} sizes */
function describe(sizes) {
  const [graph = new Uint8Array()] = messages(makeOnnx(sizes), 7);
  return {
    nodes: messages(graph, 1).map((node) => `${texts(node, 4)}(${texts(node, 1)}) -> ${texts(node, 2)}`),
    tensors: messages(graph, 5).map((tensor) => {
      const shape = numbers(tensor, 1);
      const bytes = messages(tensor, 9)[0]?.length;
      return `${texts(tensor, 8)} [${shape}] ${bytes}`;
    }),
    inputs: messages(graph, 11).map((value) => texts(value, 1)),
    outputs: messages(graph, 12).map((value) => texts(value, 1)),
  };
}

it("makes an LSTM with its weights and states", () => {
  expect(describe({ cell: "LSTM", B: 2, T: 3, I: 5, H: 130, L: 1 })).toEqual({
    nodes: ["LSTM(x,W0,R0,B0,,h0,c0) -> all0,h,c", "Squeeze(all0,directions) -> y"],
    tensors: [
      "directions [1] 8",
      `W0 [1,520,5] ${520 * 5 * 4}`,
      `R0 [1,520,130] ${520 * 130 * 4}`,
      `B0 [1,1040] ${1040 * 4}`,
    ],
    inputs: ["x", "h0", "c0"],
    outputs: ["y", "h", "c"],
  });
});

it("stacks layers of a GRU", () => {
  const { nodes, inputs, outputs } = describe({ cell: "GRU", B: 2, T: 3, I: 5, H: 4, L: 2 });
  expect(nodes).toEqual([
    "GRU(x,W0,R0,B0,,h0_0) -> all0,h0",
    "Squeeze(all0,directions) -> y0",
    "GRU(y0,W1,R1,B1,,h0_1) -> all1,h1",
    "Squeeze(all1,directions) -> y",
  ]);
  expect({ inputs, outputs }).toEqual({ inputs: ["x", "h0_0", "h0_1"], outputs: ["y", "h0", "h1"] });
});

import { describe, expect, it } from "vitest";
import { at, createProgramBuilder } from "../lower/builder.ts";
import type { ProgramBuilder } from "../lower/builder.ts";
import type { BufferId, BufferRole, Program, Statement } from "../lower/ir.ts";
import { planMemory } from "./plan.ts";
import { printBytes, printPlan } from "./print-plan.ts";

/** A statement that reads `from` and writes `to`, one word each. */
function move(program: ProgramBuilder, from: BufferId, to: BufferId): Statement {
  const view = (buffer: BufferId) => ({ buffer, offset: at(0), rowStride: 0, columnStride: 1 as const });
  return program.map(`${from} to ${to}`, { rows: 1, columns: 1 }, (m) => m.store(view(to), m.load(view(from))));
}

function chain(): { readonly program: Program; readonly ids: Readonly<Record<string, BufferId>> } {
  const builder = createProgramBuilder();
  const add = (name: string, length: number, role: BufferRole): BufferId => builder.buffer({ name, length, role });
  const ids = {
    x: add("x", 10, "port"),
    a: add("a", 100, "scratch"),
    W: add("W", 6, "parameter"),
    b: add("b", 100, "scratch"),
    c: add("c", 90, "scratch"),
    dW: add("dW", 6, "gradient"),
    bias: add("bias", 3, "parameter"),
    dBias: add("dBias", 3, "gradient"),
    moment: add("moment", 12, "moment"),
    h: add("h", 5, "persistent"),
    E: add("E", 7, "frozen"),
    kept: add("kept", 30, "scratch"),
    unused: add("unused", 50, "scratch"),
  };
  const forward = [move(builder, ids.x, ids.a), move(builder, ids.a, ids.kept), move(builder, ids.a, ids.b)];
  const backward = [
    builder.loop("t", { count: 2 }, () => [move(builder, ids.b, ids.c), move(builder, ids.c, ids.b)]),
    move(builder, ids.kept, ids.dW),
  ];
  return {
    program: builder.finish([
      { name: "forward", body: forward },
      { name: "backward", body: backward },
    ]),
    ids,
  };
}

describe("planMemory", () => {
  it("counts uses over all functions, a loop as one statement", () => {
    const plan = planMemory(chain().program);
    const uses = Object.fromEntries(plan.buffers.map(({ name, firstUse, lastUse }) => [name, [firstUse, lastUse]]));
    expect(uses).toMatchObject({
      x: [0, 0],
      a: [0, 2],
      b: [2, 3],
      c: [3, 3],
      kept: [1, 4],
      dW: [4, 4],
      unused: [undefined, undefined],
    });
  });

  it("aligns every buffer to 16 bytes with four words of slack, outside arenas and unless they share", () => {
    const { buffers, words } = planMemory(chain().program);
    for (const buffer of buffers) {
      expect(buffer.offset % 4).toBe(0);
      expect(buffer.offset + buffer.length + 4).toBeLessThanOrEqual(words);
    }
    for (const a of buffers) {
      for (const b of buffers) {
        const arena = a.role === "parameter" || a.role === "gradient";
        const apart =
          a.role !== "scratch" ||
          b.role !== "scratch" ||
          ((a.firstUse ?? 0) <= (b.lastUse ?? 0) && (b.firstUse ?? 0) <= (a.lastUse ?? 0));
        if (a.id !== b.id && apart && a.offset <= b.offset)
          expect(a.offset + a.length + (arena ? 0 : 4)).toBeLessThanOrEqual(b.offset);
      }
    }
  });

  it("lays gradients out like parameters, in arenas", () => {
    const { program, ids } = chain();
    const plan = planMemory(program);
    expect(plan.parameters.length).toBe(12);
    expect(plan.gradients.length).toBe(12);
    const place = (id: BufferId | undefined, start: number): number => plan.offsetOf(id!) - start;
    expect(place(ids["W"], plan.parameters.offset)).toBe(0);
    expect(place(ids["bias"], plan.parameters.offset)).toBe(8);
    expect(place(ids["dW"], plan.gradients.offset)).toBe(0);
    expect(place(ids["dBias"], plan.gradients.offset)).toBe(8);
  });

  it("shares scratch memory over time but keeps what backward needs", () => {
    const { program, ids } = chain();
    const plan = planMemory(program);
    const place = (name: string): number => plan.offsetOf(ids[name]!);
    // a is done when c begins, so c lies in its place; kept lives on into the second function.
    expect(place("c")).toBe(place("a"));
    expect(place("kept")).not.toBe(place("b"));
    expect(plan.peakScratch).toBe(112 + 112 + 48);
    expect(plan.totalScratch).toBe(112 + 112 + 96 + 48 + 64);
  });

  it("refuses buffers it does not know", () => {
    const plan = planMemory(chain().program);
    expect(() => plan.offsetOf(99)).toThrow(/buffer 99/);
    expect(() => plan.lengthOf(99)).toThrow(/buffer 99/);
  });
});

describe("printPlan", () => {
  it("prints a table with its totals", () => {
    const builder = createProgramBuilder();
    const x = builder.buffer({ name: "x", length: 60, role: "port", shape: [3, 20] });
    const scratch = builder.buffer({ name: "layer0.pre", length: 400, role: "scratch", shape: [20, 20] });
    builder.buffer({ name: "spare", length: 1, role: "persistent" });
    const program = builder.finish([{ name: "f", body: [move(builder, x, scratch), move(builder, scratch, x)] }]);
    expect(printPlan(planMemory(program))).toBe(
      [
        "name        shape     role        offset  words  uses",
        "----------  --------  ----------  ------  -----  ------",
        "x           [3, 20]   port             0     60  0 to 1",
        "spare       [1]       persistent      64      1  none",
        "layer0.pre  [20, 20]  scratch         80    400  0 to 1",
        "",
        "1.9 KiB in all; port: 240 B, persistent: 4 B, scratch: 1.6 KiB (1.6 KiB unshared)",
        "",
      ].join("\n"),
    );
  });

  it("prints bytes in the unit that suits them", () => {
    expect([0, 1023, 1536, 2 ** 21, 5 * 2 ** 30].map(printBytes)).toEqual([
      "0 B",
      "1023 B",
      "1.5 KiB",
      "2.0 MiB",
      "5.0 GiB",
    ]);
  });
});

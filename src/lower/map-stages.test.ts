import { describe, expect, it } from "vitest";
import { createCase, view } from "../../test/support/build-case.ts";
import type { StatementCase } from "../../test/support/build-case.ts";
import { replayProgram } from "../../test/support/replay.ts";
import { tolerances } from "../../test/tolerances.ts";
import { createWasmBackend } from "../engine/wasm-backend.ts";
import type { MapBuilder } from "./builder.ts";
import type { BufferId, MapStatement } from "./ir.ts";
import { cutStages } from "./map-stages.ts";

type Port = (name: string) => BufferId;

const [rows, columns] = [3, 7];

/** A map over ports of 3 rows of 7 columns, 8 apart. */
function mapCase(name: string, fill: (m: MapBuilder, port: Port) => void): StatementCase {
  return createCase(name, tolerances.curve * 4, ({ program, port }) => [
    program.map(name, { rows, columns }, (m) => fill(m, (label) => port(label, rows, columns, 8))),
  ]);
}

const stride = 8;

/** o tanh(c) with c = f c₀ + i: of c and o, those stored that `stores` names. */
function lstm(
  m: MapBuilder,
  port: Port,
  stores: { readonly c?: boolean; readonly o?: boolean; readonly hOnLoaded?: boolean },
): void {
  const x = port("x");
  const [f, i, o] = ["sigmoid", "sigmoid", "sigmoid"].map((name, n) =>
    m.apply(name as "sigmoid", m.apply("add", m.load(view(x, stride)), m.constant(n))),
  );
  const c = m.apply("add", m.apply("multiply", f!, m.load(view(port("c0"), stride))), i!);
  if (stores.c === true) m.store(view(port("c"), stride), c);
  if (stores.o === true) m.store(view(port("o"), stride, { padded: true }), o!);
  m.store(view(stores.hOnLoaded === true ? x : port("h"), stride), m.apply("multiply", o!, m.apply("tanh", c)));
}

const cases: readonly { readonly one: StatementCase; readonly stages: number }[] = [
  { one: mapCase("what is needed is stored", (m, port) => lstm(m, port, { c: true, o: true })), stages: 2 },
  { one: mapCase("one value waits where the result will be", (m, port) => lstm(m, port, { c: true })), stages: 2 },
  { one: mapCase("two values have one place to wait", (m, port) => lstm(m, port, {})), stages: 1 },
  { one: mapCase("the result's place is read", (m, port) => lstm(m, port, { c: true, hOnLoaded: true })), stages: 1 },
  {
    one: mapCase("three functions deep", (m, port) => {
      const first = m.apply("tanh", m.load(view(port("x"), stride)));
      const second = m.apply("exp", first);
      m.store(view(port("first"), stride), first);
      m.store(view(port("second"), stride), second);
      m.store(view(port("third"), stride), m.apply("log", m.apply("add", second, first)));
    }),
    stages: 3,
  },
  {
    one: mapCase("a late value needs what an early store changes", (m, port) => {
      const x = port("x");
      const value = m.load(view(x, stride));
      const first = m.apply("tanh", value);
      m.store(view(x, stride), first);
      m.store(view(port("y"), stride), m.apply("add", m.apply("exp", first), value));
    }),
    stages: 1,
  },
  {
    one: mapCase("a number a row", (m, port) => {
      const scale = m.apply("exp", m.load(view(port("scales"), 1, { columnStride: 0 })));
      const first = m.apply("tanh", m.load(view(port("x"), stride)));
      m.store(view(port("first"), stride), first);
      m.store(view(port("y"), stride), m.apply("exp", m.apply("multiply", first, scale)));
    }),
    stages: 2,
  },
  {
    one: mapCase("reductions are left alone", (m, port) => {
      const first = m.apply("exp", m.load(view(port("x"), stride)));
      m.store(view(port("first"), stride), first);
      m.store(view(port("y"), stride), m.apply("log", m.apply("divide", first, m.reduce("sum", first))));
    }),
    stages: 1,
  },
];

describe("cutStages", () => {
  it.each(cases.map(({ one, stages }) => [one.name, stages, one] as const))("%s: %i", (_, stages, one) => {
    const [map] = one.program.functions[0]!.body;
    expect(cutStages(map as MapStatement, String)).toHaveLength(stages);
    expect(replayProgram(createWasmBackend({ relaxed: false }), one)).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printTable } from "./print-table.ts";
import { parseTable } from "./read-table.ts";
import { createTable, maskOf } from "./table.ts";
import type { Column, Table } from "./table.ts";

const rows = fc.array(
  fc.record({
    number: fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
      { nil: undefined },
    ),
    text: fc.option(
      fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => text.trim() !== ""),
      { nil: undefined },
    ),
    date: fc.option(fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }), {
      nil: undefined,
    }),
    boolean: fc.option(fc.boolean(), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

function makeTable(
  values: readonly {
    number?: number | undefined;
    text?: string | undefined;
    date?: Date | undefined;
    boolean?: boolean | undefined;
  }[],
): Table {
  const mask = (name: keyof (typeof values)[number]): { missing?: Uint8Array } =>
    maskOf(Uint8Array.from(values, (row) => (row[name] === undefined ? 1 : 0)));
  const columns: Column[] = [
    {
      kind: "number",
      name: "a, number",
      values: Float64Array.from(values, (row) => row.number ?? NaN),
      ...mask("number"),
    },
    { kind: "text", name: 'a "text"', values: values.map((row) => row.text ?? ""), ...mask("text") },
    {
      kind: "date",
      name: "date",
      values: Float64Array.from(values, (row) => row.date?.getTime() ?? NaN),
      ...mask("date"),
    },
    {
      kind: "boolean",
      name: "boolean",
      values: Uint8Array.from(values, (row) => Number(row.boolean ?? false)),
      ...mask("boolean"),
    },
  ];
  return createTable(columns);
}

describe("printTable", () => {
  it.each(["csv", "tsv", "jsonl", "json"] as const)("prints what reading as %s gives back", (format) => {
    const types = { "a, number": "number", 'a "text"': "text", date: "date", boolean: "boolean" } as const;
    fc.assert(
      fc.property(rows, (values) => {
        const table = makeTable(values);
        const back = parseTable(printTable(table, format), {
          format,
          types,
          missing: "keep",
          missingMarks: [""],
        }).table;
        expect(back.columns).toEqual(table.columns);
      }),
    );
  });

  it("prints CSV by default, quoting only what needs it", () => {
    const { table } = parseTable('d,x,s\n2012-01-03,1234.5,"a, ""b"""\n2012-01-04,,c\n', {
      format: "csv",
      missing: "keep",
    });
    expect(printTable(table)).toBe('d,x,s\n2012-01-03,1234.5,"a, ""b"""\n2012-01-04,,c\n');
    expect(printTable(table, "jsonl")).toBe(
      '{"d":"2012-01-03","x":1234.5,"s":"a, \\"b\\""}\n{"d":"2012-01-04","x":null,"s":"c"}\n',
    );
  });
});

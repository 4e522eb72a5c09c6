/** Prints maps: a function that goes through the rows, and for each pass over a row's columns one that computes a vector of them. */
import { flattenMap, isApart, readViews, shapeMap } from "../../lower/map-shape.ts";
import type { MapShape } from "../../lower/map-shape.ts";
import { cutStages } from "../../lower/map-stages.ts";
import type { LoopId, MapStatement, MapStore, View } from "../../lower/ir.ts";
import { columnBlock } from "../../lower/threads.ts";
import type { Split } from "../../lower/threads.ts";
import { createColumns } from "./columns.ts";
import type { Columns } from "./columns.ts";
import { printAddress, printWindow, printWord } from "./scope.ts";
import type { Scope } from "./scope.ts";

export interface PrintedMap {
  readonly functions: readonly string[];
  /** Statements that call them. */
  readonly calls: readonly string[];
}

export interface MapScope extends Scope {
  /** A name for a function that no other has. */
  nameOf(label: string): string;
  aliasGroup(buffer: number): string;
}

/** One function for each stage of the map. */
export function printMap(statement: MapStatement, scope: MapScope): PrintedMap {
  const split = scope.splitOf(statement);
  const flat = statement.window === undefined ? flattenMap(statement) : statement;
  const stages = cutStages(flat, scope.aliasGroup).map((map) => printStage({ map, split, whole: statement }, scope));
  return { functions: stages.flatMap((stage) => stage.functions), calls: stages.flatMap((stage) => stage.calls) };
}

interface Stage {
  readonly map: MapStatement;
  readonly split: Split;
  /** The map before its rows were joined into one. */
  readonly whole: MapStatement;
}

function printStage(stage: Stage, scope: MapScope): PrintedMap {
  const { map } = stage;
  const name = scope.nameOf("map");
  const shape = shapeMap(map, scope.aliasGroup);
  const columns = createColumns({ name, shape, scope });
  const loops = loopsOf(map);
  const passes = [...printReductions(shape, columns), ...printStores(shape, columns, scope)];
  const body = [
    ...printShares(stage, scope),
    "for (int64_t row = rows.from; row < rows.to; row++) {",
    ...columns.views().map(([view, local]) => `  float *const ${local} = ${printRow(view, scope)};`),
    ...columns.rowValues().map((line) => `  ${line}`),
    ...passes.map((line) => `  ${line}`),
    "}",
  ];
  const parameters = ["const struct context *c", ...loops.map((loop) => `int64_t t${loop}`)];
  const text = [
    `static void ${name}(${parameters.join(", ")}) {`,
    "  float *const m = c->memory;",
    "  const int64_t *const n = c->numbers;",
    ...body.map((line) => `  ${line}`),
    "}",
  ].join("\n");
  return {
    functions: [...columns.functions(), text],
    calls: [`${name}(${["c", ...loops.map((loop) => `t${loop}`)].join(", ")});`],
  };
}

/** The rows and columns of this thread. */
function printShares({ map, split, whole }: Stage, scope: MapScope): readonly string[] {
  const { numbers } = scope;
  const isJoined = map.rows !== whole.rows;
  const rows = numbers.of(whole.rows);
  const [from, to] = printWindow(whole.window, rows, scope);
  const columns = numbers.of(map.columns);
  const byRows = split === "rows" ? `share(c, ${rows}, 1, ${from}, ${to})` : `(struct range){${from}, ${to}}`;
  const all = `(struct range){0, ${columns}}`;
  if (isJoined) {
    // A row is so many of the joined columns.
    const width = numbers.of(whole.rows > 1 ? (map.columns - whole.columns) / (whole.rows - 1) : whole.columns);
    const byColumns = split === "columns" ? `share(c, ${columns}, ${columnBlock}, 0, ${columns})` : all;
    return [
      `const struct range mine = ${byRows}, rows = {0, 1};`,
      split === "rows"
        ? `const struct range columns = {mine.from * ${width}, least(mine.to * ${width}, ${columns})};`
        : `const struct range columns = ${byColumns};`,
      ...(split === "rows" ? [] : ["(void)mine;"]),
    ];
  }
  return [
    `const struct range rows = ${byRows};`,
    `const struct range columns = ${split === "columns" ? `share(c, ${columns}, ${columnBlock}, 0, ${columns})` : all};`,
  ];
}

/** The address of a view's row `row`. */
function printRow(view: View, scope: MapScope): string {
  const start = printAddress(view, scope);
  if (view.rows !== undefined) {
    const { rows } = view;
    const number = `m[${printWord(rows, scope)}${rows.rowStride === 0 ? "" : ` + row * ${scope.numbers.of(rows.rowStride)}`}]`;
    return `${start} + (int64_t)${number} * ${scope.numbers.of(view.rowStride)}`;
  }
  return view.rowStride === 0 ? start : `${start} + row * ${scope.numbers.of(view.rowStride)}`;
}

/** Loops whose index a map needs. */
function loopsOf(map: MapStatement): readonly LoopId[] {
  const offsets = [...readViews(map), ...map.stores.map((store) => store.view)].map((view) => view.offset);
  const others = map.values.flatMap((value) => {
    if (value.kind === "index" && value.of === "loop") return [value.loop];
    return value.kind === "random" ? value.counter.terms.map((term) => term.loop) : [];
  });
  const window = map.window === undefined ? [] : [map.window.count.offset];
  const moving = [...offsets, ...window].flatMap((offset) =>
    offset.terms.filter((term) => term.stride !== 0).map((term) => term.loop),
  );
  return [...new Set([...moving, ...others])];
}

const neutral = { sum: "0.0f", max: "-INFINITY" } as const;
const joins = { sum: "sum_of", max: "largest_of" } as const;

/** One pass for each level of reductions. */
function printReductions({ map, uses, levels }: MapShape, columns: Columns): readonly string[] {
  const lines: string[] = [];
  const needed = map.values.flatMap((value, id) =>
    value.kind === "reduce" && (uses[id] ?? 0) > 0 ? [{ id, ...value }] : [],
  );
  for (let level = 1; needed.some(({ id }) => (levels[id] ?? 0) >= level); level++) {
    const reductions = needed.filter(({ id }) => levels[id] === level);
    const pass = columns.pass((body) => {
      for (const { id, operation, arg } of reductions) {
        const value = `keep_first(${body.value(arg)}, lanes, ${neutral[operation]})`;
        const sum = body.result(`r${id}`);
        body.add(operation === "sum" ? `*${sum} += ${value};` : `*${sum} = most_of(*${sum}, ${value});`);
      }
    });
    lines.push(
      ...reductions.map(({ id, operation }) => `vec r${id} = splat(${neutral[operation]});`),
      ...pass,
      ...reductions.map(({ id, operation }) => `const vec v${id} = splat(${joins[operation]}(r${id}));`),
    );
    for (const { id } of reductions) columns.define(id);
  }
  return lines;
}

/** The last pass, between what is stored once a row. */
function printStores(shape: MapShape, columns: Columns, scope: MapScope): readonly string[] {
  const { map } = shape;
  const [wide, single] = [1, 0].map((stride) => map.stores.filter((store) => store.view.columnStride === stride));
  const lines: string[] = [];
  const firsts = single ?? [];
  if (firsts.length > 0) {
    // Column 0's values, before any store of the row.
    const values = [...new Set(firsts.map((store) => store.value))];
    lines.push(
      ...values.map((id) => `vec f${id};`),
      ...columns.first((body) => {
        for (const id of values) body.add(`*${body.result(`f${id}`)} = ${body.value(id)};`);
      }),
    );
  }
  if (wide !== undefined && wide.length > 0) lines.push(...columns.pass((body) => printWide(wide, body, shape, scope)));
  for (const { view, value, mode } of firsts) {
    lines.push(`${columns.viewName(view)}[0] ${mode === "add" ? "+=" : "="} f${value}[0];`);
  }
  return lines;
}

type Body = Parameters<Parameters<Columns["pass"]>[0]>[0];

/** A store to what the map has yet to load waits until all loads of the vector are done; the others go at once, so that values need not be kept. */
function printWide(stores: readonly MapStore[], body: Body, { map, uses }: MapShape, scope: MapScope): void {
  const waiting: string[] = [];
  for (const { view, value, mode } of stores) {
    const to = `${body.view(view)} + j`;
    const result = body.value(value);
    const line = `store(${to}, ${mode === "add" ? `load(${to}) + ${result}` : result}, lanes);`;
    const mustWait = map.values.some(
      (one, id) =>
        one.kind === "load" && uses[id] !== 0 && !body.isLoaded(id) && !isApart(view, one.view, map, scope.aliasGroup),
    );
    if (mustWait) waiting.push(line);
    else body.add(line);
  }
  for (const line of waiting) body.add(line);
}

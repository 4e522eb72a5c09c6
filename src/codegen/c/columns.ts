/** The columns of a map's row: functions of one vector of them, and the values that a row's columns share. */
import type { MapValue, ValueId, View } from "../../lower/ir.ts";
import type { MapShape } from "../../lower/map-shape.ts";
import { known } from "../../util/errors.ts";
import { printConstant, printLanes } from "./lanes.ts";
import { printOffset } from "./scope.ts";
import type { Scope } from "./scope.ts";

/** The body of a pass while it is written: for the vector of columns from `j` on, of which `lanes` count. */
export interface PassBody {
  add(line: string): void;
  /** The name of a value, computed when first asked for. */
  value(id: ValueId): string;
  /** Whether a loaded value has been read so far. */
  isLoaded(id: ValueId): boolean;
  /** The name of the pointer to a view's row. */
  view(view: View): string;
  /** The name of a pointer to a vector of the row's, to which the pass adds. */
  result(name: string): string;
}

export interface Columns {
  /** Lines that go through all columns of the row. */
  pass(write: (body: PassBody) => void): readonly string[];
  /** Lines that do the first column only. */
  first(write: (body: PassBody) => void): readonly string[];
  /** From here on the value is in a local of the row. */
  define(id: ValueId): void;
  viewName(view: View): string;
  /** Every view asked for so far, with the name of the pointer to its row. */
  views(): readonly (readonly [View, string])[];
  /** Declarations of the values that are the same in all columns of a row. */
  rowValues(): readonly string[];
  /** The functions of all passes. */
  functions(): readonly string[];
}

export interface ColumnsOptions {
  /** Of the map's function. */
  readonly name: string;
  readonly shape: MapShape;
  readonly scope: Scope;
}

interface Parameter {
  readonly type: string;
  readonly name: string;
  /** What the row hands in. */
  readonly argument: string;
}

export function createColumns({ name, shape, scope }: ColumnsOptions): Columns {
  const { map } = shape;
  const names = new Map<string, { readonly view: View; readonly local: string }>();
  const rowValues = new Map<ValueId, string>();
  const defined = new Set<ValueId>();
  const functions: string[] = [];

  const viewName = (view: View): string => {
    const key = JSON.stringify({ ...view, padded: undefined });
    const before = names.get(key);
    if (before !== undefined) return before.local;
    const local = `p${names.size}`;
    names.set(key, { view, local });
    return local;
  };

  const write = (fill: (body: PassBody) => void): { readonly fn: string; readonly args: readonly string[] } => {
    const parameters = new Map<string, Parameter>();
    const lines: string[] = [];
    const values = new Map<ValueId, string>();
    const take = (type: string, own: string, argument: string = own): string => {
      parameters.set(own, { type, name: own, argument });
      return own;
    };
    /** A value that all columns of the row share, computed by the row. */
    const shared = (id: ValueId, text: string): string => {
      rowValues.set(id, `const vec v${id} = ${text};`);
      return take("const vec", `v${id}`);
    };
    const compute = (id: ValueId, value: MapValue): string => {
      switch (value.kind) {
        case "constant":
          return printConstant(value.value);
        case "load":
          if (value.view.columnStride === 0) return shared(id, `splat(${viewName(value.view)}[0])`);
          lines.push(`vec v${id} = load(${take("float *const", viewName(value.view))} + j);`);
          return `v${id}`;
        case "index":
          if (value.of === "loop") return shared(id, `splat((float)t${value.loop})`);
          if (value.of === "row") return shared(id, "splat((float)row)");
          lines.push(`vec v${id} = to_float(counted() + splat_integer((int32_t)j));`);
          return `v${id}`;
        case "apply": {
          const args = value.args.map(valueOf);
          const constants = value.args.map((arg) => {
            const of = map.values[arg];
            return of?.kind === "constant" ? of.value : undefined;
          });
          lines.push(...printLanes({ operation: value.operation, args, constants, result: `v${id}` }));
          return `v${id}`;
        }
        case "reduce":
          return known<string>(undefined, `${map.name}: the reduction ${id}, asked for before its pass,`);
        case "random": {
          const first = `row * ${scope.numbers.of(map.columns)} + ${printOffset(value.counter, scope.numbers)}`;
          rowValues.set(id, `const int64_t s${id} = (int64_t)${viewName(value.seed)}[0], k${id} = ${first};`);
          const [seed, counter] = [take("const int64_t", `s${id}`), take("const int64_t", `k${id}`)];
          lines.push(
            `vec v${id} = random_of((int32_t)${seed}, ${value.salt >>> 0}u, counted() + splat_integer((int32_t)(${counter} + j)));`,
          );
          return `v${id}`;
        }
      }
    };
    const valueOf = (id: ValueId): string => {
      if (defined.has(id)) return take("const vec", `v${id}`);
      const before = values.get(id);
      if (before !== undefined) return before;
      const text = compute(id, known(map.values[id], `value ${id}`));
      values.set(id, text);
      return text;
    };
    fill({
      add: (line) => void lines.push(line),
      value: valueOf,
      isLoaded: (id) => values.has(id),
      view: (view) => take("float *const", viewName(view)),
      result: (local) => take("vec *const", `${local}_to`, `&${local}`),
    });
    const fn = `${name}_${functions.length}`;
    const all = [...parameters.values()];
    const declared = ["const int64_t j", "const int64_t lanes", ...all.map((one) => `${one.type} ${one.name}`)];
    functions.push(
      [`INLINE void ${fn}(${declared.join(", ")}) {`, ...lines.map((line) => `  ${line}`), "}"].join("\n"),
    );
    return { fn, args: all.map((one) => one.argument) };
  };

  return {
    pass: (fill) => {
      const { fn, args } = write(fill);
      const rest = args.map((arg) => `, ${arg}`).join("");
      return [
        "{",
        "  int64_t j = columns.from;",
        `  for (; j + LANES <= columns.to; j += LANES) ${fn}(j, LANES${rest});`,
        `  if (j < columns.to) ${fn}(j, columns.to - j${rest});`,
        "}",
      ];
    },
    first: (fill) => {
      const { fn, args } = write(fill);
      return [`${fn}(${["0", "1", ...args].join(", ")});`];
    },
    define: (id) => void defined.add(id),
    viewName,
    views: () => [...names.values()].map(({ view, local }) => [view, local] as const),
    rowValues: () => [...rowValues.values()],
    functions: () => functions,
  };
}

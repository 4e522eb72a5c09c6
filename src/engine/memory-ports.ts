/** The ports of a cell's memories: their rows, lengths and gradients, and how much each row counted. */
import { denseLocation, overRows } from "../lower/index.ts";
import type { BufferId, Location, LoweredCell, LowerMemory, ProgramBuilder, Statement } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { countOf } from "./compiled-cell.ts";
import type { CellShapes, ForwardOptions } from "./compiled-cell.ts";

/** What is known of a call's memories before their numbers are. */
export interface MemorySizes {
  readonly rows: number;
  readonly hasLengths: boolean;
}

export interface MemoryPorts {
  /** For `lowerCell`. */
  readonly memories: Readonly<Record<string, LowerMemory>>;
  readonly values: ReadonlyMap<string, BufferId>;
  readonly gradients: ReadonlyMap<string, BufferId>;
  readonly lengths: ReadonlyMap<string, BufferId>;
  /** Sets the gradients, which are added to, to zero. */
  readonly clear: readonly Statement[];
}

/** The sizes of each memory of a call, by name. */
export function sizesOf(
  { memory, memoryLengths, batch }: ForwardOptions,
  { memories }: CellShapes,
): ReadonlyMap<string, MemorySizes> {
  return new Map(
    memories.map(({ name, shape }) => {
      const rows = known(memory?.[name], name).length / (batch * countOf(shape));
      return [name, { rows, hasLengths: memoryLengths?.[name] !== undefined }];
    }),
  );
}

interface PortOptions {
  readonly builder: ProgramBuilder;
  readonly batch: number;
  readonly shapes: CellShapes;
  readonly sizes: ReadonlyMap<string, MemorySizes>;
}

export function placeMemoryPorts({ builder, batch, shapes, sizes }: PortOptions): MemoryPorts {
  const all = shapes.memories.map(({ name, shape }) => {
    const { rows, hasLengths } = known(sizes.get(name), name);
    const columns = countOf(shape);
    const rowsPort = (port: string): BufferId =>
      builder.buffer({ name: port, length: rows * batch * columns, role: "port", shape: [rows, batch, columns] });
    const [value, gradient] = [rowsPort(name), rowsPort(`d${name}`)];
    const lengths = hasLengths ? builder.buffer({ name: `${name}.rows`, length: batch, role: "port" }) : undefined;
    const memory: LowerMemory = {
      location: denseLocation(value, { batch, columns }),
      steps: rows,
      ...(lengths === undefined ? {} : { lengths }),
      gradient: denseLocation(gradient, { batch, columns }),
    };
    return { name, memory, value, gradient, lengths, length: rows * batch * columns };
  });
  return {
    memories: Object.fromEntries(all.map(({ name, memory }) => [name, memory])),
    values: new Map(all.map(({ name, value }) => [name, value])),
    gradients: new Map(all.map(({ name, gradient }) => [name, gradient])),
    lengths: new Map(all.flatMap(({ name, lengths }) => (lengths === undefined ? [] : [[name, lengths] as const]))),
    clear: all.map(({ name, gradient, length }) => ({
      kind: "fill",
      name: `zero.${name}`,
      buffer: gradient,
      offset: { constant: 0, terms: [] },
      length,
      value: 0,
    })),
  };
}

/** Ports of how much each row counted, and what copies it there. */
export function placeAttention(
  { builder, batch, steps }: { readonly builder: ProgramBuilder; readonly batch: number; readonly steps: number },
  attention: LoweredCell["attention"],
): { readonly ports: ReadonlyMap<string, BufferId>; readonly copies: readonly Statement[] } {
  const all = [...attention].map(([name, from]) => {
    const { columns } = from;
    const label = `attention.${name}`;
    const shape = [steps, batch, columns];
    const port = builder.buffer({ name: label, length: steps * batch * columns, role: "port", shape });
    const locations: readonly Location[] = [from, denseLocation(port, { batch, columns })];
    const range = { first: 0, count: steps };
    const copies = overRows({ builder, batch }, { name: label, range, locations }, ([source, to], rows) => [
      builder.map(label, { rows, columns }, (map) => map.store(to!, map.load(source!))),
    ]);
    return { name, port, copies };
  });
  return {
    ports: new Map(all.map(({ name, port }) => [name, port])),
    copies: all.flatMap(({ copies }) => copies),
  };
}

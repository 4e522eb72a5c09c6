/** Measures tiles of WebAssembly of every form, and compares them with what `tileCycles` says of them. */
import { writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root } from "../scripts/tools.mjs";
import { median, printTable, threeDigits } from "./numbers.mjs";
import { loadAssembler, loadPlatform } from "./recurra.mjs";

const { assemble, op, advance, createFrame, emitRowTile, emitTile, get, i32, repeat, repeatTimes, set, tileCycles } =
  await loadAssembler();

/** The widths of panels, each with the rows of the highest tile that is tried: one more than seems to fit into registers. */
const columnsAndRows = /** @type {const} */ ([
  [4, 8],
  [8, 6],
  [12, 4],
  [16, 3],
  [24, 2],
  [28, 2],
  [32, 2],
]);

/** Steps of depth of all products. */
const depth = 128;

/** Rows and columns of the products that are cut into tiles, or nearly: both sides lie in a first-level cache. */
const [allRows, allColumns] = [24, 96];

/** Multiply-adds of a run. */
const work = 8e6;

/** @typedef {{ rows: number, columns: number, relaxed: boolean }} Form */

/** A product cut into tiles of one form: `run` does it so often. @param {Form} form */
function createProduct({ rows, columns, relaxed }) {
  const tiles = rows === 1 ? 1 : Math.round(allRows / rows);
  const panels = Math.round(allColumns / columns);
  const [aBytes, bBytes] = [tiles * rows * depth * 4, columns * depth * 4];
  const bStart = aBytes + 64;
  const cStart = bStart + panels * bBytes + 64;
  const cRow = panels * columns;
  const tile = { rows, columns, aRow: depth, aDepth: 1, bDepth: columns, cRow, accumulate: false, depth };
  const frame = createFrame(["times"]);
  const [a, b, c] = [frame.local("i32", "a"), frame.local("i32", "b"), frame.local("i32", "c")];
  const end = op("i32.add", [], get(b), i32(bBytes));
  const step = [
    ...op("call", [1], get(a), get(b), end, get(c)),
    ...advance(a, rows * depth * 4),
    ...advance(c, rows * cRow * 4),
  ];
  const panel = [
    ...set(a, i32(0)),
    ...repeatTimes(tiles, step, frame),
    ...advance(b, bBytes),
    ...advance(c, (columns - tiles * rows * cRow) * 4),
  ];
  const product = [...set(b, i32(bStart)), ...set(c, i32(cStart)), ...repeatTimes(panels, panel, frame)];
  const main = frame.finish("run", repeat([...product, ...advance(0, -1)], get(0)), true);
  const kernel = rows === 1 ? emitRowTile(tile, { relaxed }) : emitTile(tile, { relaxed });
  const memory = new WebAssembly.Memory({ initial: Math.ceil((cStart + tiles * rows * cRow * 4 + 64) / 65_536) });
  new Float32Array(memory.buffer).fill(0.5);
  const module = new WebAssembly.Module(assemble({ sharedMemory: false, functions: [main, kernel] }));
  const { run } = /** @type {{ run: (times: number) => void }} */ (
    /** @type {unknown} */ (new WebAssembly.Instance(module, { env: { memory } }).exports)
  );
  const calls = tiles * panels;
  return { run, calls, multiplyAdds: calls * rows * columns * depth };
}

/** @param {import("./tune-options.mjs").TuneOptions} options */
export async function tuneWasm({ rounds, write }) {
  const relaxed = (await loadPlatform()).detectPlatform().relaxedSimd !== "absent";
  const forms = columnsAndRows.flatMap(([columns, highest]) =>
    Array.from({ length: highest }, (_, n) => {
      const form = { rows: n + 1, columns, relaxed };
      return { ...form, ...createProduct(form), times: /** @type {number[]} */ ([]) };
    }),
  );
  // V8 optimises what has run for a while.
  for (let n = 0; n < 30; n++) for (const { run } of forms) run(20);
  for (let round = 0; round < rounds * 3; round++)
    for (const { run, multiplyAdds, calls, times } of forms) {
      const count = Math.ceil(work / multiplyAdds);
      const start = performance.now();
      run(count);
      times.push(((performance.now() - start) * 1e6) / (count * calls * depth));
    }
  const found = forms.map(({ rows, columns, times }) => ({
    rows,
    columns,
    nanoseconds: median(times),
    rate: (2 * rows * columns) / median(times),
    predicted: tileCycles(rows, columns),
  }));
  // What a cycle is, is what makes the model right on the whole.
  const cycle = median(found.map(({ nanoseconds, predicted }) => nanoseconds / predicted));
  const rows = found
    .toSorted((a, b) => b.rate - a.rate)
    .map((one) => [
      `${one.rows}×${one.columns}`,
      threeDigits(one.rate),
      (one.nanoseconds / cycle).toFixed(2),
      one.predicted.toFixed(2),
      (one.nanoseconds / cycle / one.predicted).toFixed(2),
    ]);
  console.log(printTable(["rows×columns", "GFLOP/s", "cycles a step", "of the model", "ratio"], rows));
  if (!write) return;
  const machine = `${os.cpus()[0]?.model}, Node ${process.versions.node} (V8 ${process.versions.v8})`;
  const rates = Object.fromEntries(found.map((one) => [`${one.rows}x${one.columns}`, Number(one.rate.toFixed(1))]));
  const note = { machine, measured: new Date().toISOString().slice(0, 10), relaxed, depth, gigaflopsPerSecond: rates };
  await writeFile(path.join(root, "bench/tiles.json"), `${JSON.stringify(note, undefined, 2)}\n`);
}

/**
 * What one thread of WebAssembly can do at most on this machine, as a line of JSON, as limits.c does for native code:
 * `node limits.mjs BYTES …`, each a multiple of 128.
 */
import { loadAssembler, loadPlatform } from "../recurra.mjs";

const { assemble, op, advance, createFrame, differ, get, multiplyAdd, repeat, set, splatFloat } = await loadAssembler();
const { relaxedSimd } = (await loadPlatform()).detectPlatform();
const relaxed = relaxedSimd !== "absent";

/** Independent sums: with two operands they fit into the sixteen registers, and are more than a multiply-add's latency needs. */
const sums = 10;
/** Vectors read in one turn of the loop. */
const reads = 8;
const vectorBytes = 16;
const trials = 5;

/** @param {number} count */
const indices = (count) => Array.from({ length: count }, (_, n) => n);

/** (times): each of the sums times a number plus a number, so often; then all are stored, so that they are needed. */
function emitMultiply() {
  const frame = createFrame(["times"]);
  const [a, b] = [frame.local("v128", "a"), frame.local("v128", "b")];
  const all = indices(sums).map((n) => frame.local("v128", `s${n}`));
  const step = all.flatMap((sum) => set(sum, multiplyAdd(get(sum), get(a), get(b), { relaxed })));
  return frame.finish(
    "multiply",
    [
      ...set(a, splatFloat(0.999)),
      ...set(b, splatFloat(0.001)),
      ...repeat([...step, ...advance(0, -1)], get(0)),
      ...all.flatMap((sum, n) => op("v128.store", [n * vectorBytes], op("i32.const", [0]), get(sum))),
    ],
    true,
  );
}

/** (from, end, times): reads all vectors between the two addresses, so often. */
function emitRead() {
  const frame = createFrame(["from", "end", "times"]);
  const at = frame.local("i32", "at");
  const all = indices(reads).map((n) => frame.local("v128", `s${n}`));
  const step = all.flatMap((sum, n) =>
    set(sum, op("v128.xor", [], get(sum), op("v128.load", [n * vectorBytes], get(at)))),
  );
  const pass = [
    ...set(at, get(0)),
    ...repeat([...step, ...advance(at, reads * vectorBytes)], differ(get(at), get(1))),
    ...advance(2, -1),
  ];
  return frame.finish(
    "read",
    [
      ...repeat(pass, get(2)),
      ...all.flatMap((sum, n) => op("v128.store", [n * vectorBytes], op("i32.const", [0]), get(sum))),
    ],
    true,
  );
}

/**
 * The most of `amount` a second, in 10⁹, over some trials.
 * @param {number} amount
 * @param {() => void} run
 */
function findRate(amount, run) {
  const times = indices(trials).map(() => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return amount / Math.min(...times) / 1e6;
}

const sizes = process.argv.slice(2).map(Number);
/** What is read begins here; the sums are stored before it. */
const start = 65_536;
const pages = Math.ceil((start + Math.max(0, ...sizes)) / 65_536);
const memory = new WebAssembly.Memory({ initial: pages });
// Pages that nothing was written to are all one and the same.
new Uint8Array(memory.buffer).fill(1);
const module = new WebAssembly.Module(assemble({ sharedMemory: false, functions: [emitMultiply(), emitRead()] }));
const { multiply, read } =
  /** @type {{ multiply: (times: number) => void, read: (from: number, end: number, times: number) => void }} */ (
    /** @type {unknown} */ (new WebAssembly.Instance(module, { env: { memory } }).exports)
  );
// V8 optimises what has run for a while.
for (let n = 0; n < 200; n++) {
  multiply(20_000);
  read(start, start + 4096, 100);
}
const turns = 3_000_000;
const peak = findRate(2 * 4 * sums * turns, () => multiply(turns));
const bandwidth = sizes.map((bytes) => {
  const passes = Math.max(1, Math.floor(2 ** 28 / bytes));
  return { bytes, rate: findRate(passes * bytes, () => read(start, start + bytes, passes)) };
});
console.log(JSON.stringify({ bits: 128, relaxed, peak, bandwidth }));

/** Runs a program statement by statement on a backend and on the float64 interpreter, and says where they part. */
import type { Backend, Executable } from "../../src/engine/backend.ts";
import { createInterpreterBackend } from "../../src/engine/interpreter-backend.ts";
import type { MemoryPlan } from "../../src/engine/plan.ts";
import type { BufferId, KernelFunction, Program, Statement } from "../../src/lower/ir.ts";
import { createRandom } from "../../src/util/random.ts";
import { markWrites } from "./mark-writes.ts";

/** First contents of buffers by name; buffers not named get random numbers in [-1, 1). */
export type Contents = Readonly<Record<string, readonly number[]>>;

export interface ReplayCase {
  readonly program: Program;
  readonly contents?: Contents;
  /** The largest error allowed, relative to 1 + |expected|. */
  readonly tolerance: number;
}

/**
 * What is wrong with the first statement that goes wrong, one line a buffer; nothing if all is well. Every statement runs from
 * the same memory on both, so that it is the statement named that is at fault. What the statement must write must agree; a padded store may write what it likes into its padding; every other word of memory must stay as it was,
 * bit for bit. Slack and unwritten scratch hold NaN, so that what is read from there shows.
 */
export function replayProgram(backend: Backend, { program, contents = {}, tolerance }: ReplayCase): readonly string[] {
  const steps = splitFunctions(program);
  const split = { buffers: program.buffers, functions: steps.map((step) => step.function) };
  const truth = createInterpreterBackend().load(split);
  const tried = backend.load(split);
  const [expected, actual] = [wholeMemory(truth), wholeMemory(tried)];
  fillMemory(actual, tried.plan, contents);
  /** Words that each backend packs in its own way, and so must not be handed from one to the other. */
  const own = new Uint8Array(expected.length);
  for (const {
    place,
    statement,
    function: { name },
  } of steps) {
    for (let word = 0; word < expected.length; word++) if (own[word] === 0) expected[word] = actual[word]!;
    const before = actual.slice();
    const marks = markWrites(statement, { plan: truth.plan, memory: expected });
    truth.call(name);
    tried.call(name);
    const deviations = findDeviations({ plan: truth.plan, before, expected, actual, marks, tolerance });
    if (deviations.length > 0) return deviations.map((line) => `${place}: ${line}`);
    marks.forEach((mark, word) => {
      if (mark === "own") own[word] = 1;
      else if (mark === "exact") own[word] = 0;
    });
  }
  return [];
}

interface Step {
  readonly place: string;
  readonly statement: Statement;
  readonly function: KernelFunction;
}

/** Each top-level statement as a function of its own; the memory plan stays the same. */
function splitFunctions(program: Program): readonly Step[] {
  return program.functions.flatMap((one) =>
    one.body.map((statement, n) => ({
      place: `${one.name} / ${statement.name}`,
      statement,
      function: { name: `${one.name}.${n}`, body: [statement] },
    })),
  );
}

/** All of an executable's words, slack included. */
function wholeMemory(executable: Executable): Float32Array | Float64Array {
  const { buffers, words } = executable.plan;
  const [first] = buffers;
  const array = executable.array(first!.id);
  const start = array.byteOffset - first!.offset * array.BYTES_PER_ELEMENT;
  return array instanceof Float32Array
    ? new Float32Array(array.buffer, start, words)
    : new Float64Array(array.buffer, start, words);
}

function fillMemory(memory: Float32Array | Float64Array, plan: MemoryPlan, contents: Contents): void {
  const random = createRandom(1);
  memory.fill(Number.NaN);
  for (const { name, role, offset, length } of plan.buffers) {
    const given = contents[name];
    if (given === undefined && role === "scratch") continue;
    for (let n = 0; n < length; n++) memory[offset + n] = given === undefined ? random.uniform(-1, 1) : given[n]!;
  }
  // Between the buffers of an arena there are zeros, not slack.
  for (const { offset, length } of [plan.parameters, plan.gradients]) {
    for (let word = offset; word < offset + length; word++) if (Number.isNaN(memory[word]!)) memory[word] = 0;
  }
}

interface Comparison {
  readonly plan: MemoryPlan;
  readonly before: Float32Array | Float64Array;
  readonly expected: Float32Array | Float64Array;
  readonly actual: Float32Array | Float64Array;
  readonly marks: ReturnType<typeof markWrites>;
  readonly tolerance: number;
}

/** One line for each buffer with wrong words: how many, the largest difference, and the word that has it. */
function findDeviations({ plan, before, expected, actual, marks, tolerance }: Comparison): readonly string[] {
  const worst = new Map<string, { count: number; word: number; error: number; stray: number }>();
  const note = (word: number, error: number, stray: boolean): void => {
    const { name, offset } = ownerOf(plan, word, marks);
    const so = worst.get(name) ?? { count: 0, word: word - offset, error: -1, stray: 0 };
    if (error > so.error) Object.assign(so, { word: word - offset, error });
    so.count++;
    if (stray) so.stray++;
    worst.set(name, so);
  };
  const describe = new Map<string, string>();
  for (let word = 0; word < expected.length; word++) {
    const mark = marks.get(word);
    if (mark === "own" || mark === "loose") continue;
    const wanted = mark === "exact" ? expected[word]! : before[word]!;
    const error = errorOf(wanted, actual[word]!);
    if (error <= (mark === "exact" ? tolerance : 0)) continue;
    note(word, error, mark === undefined);
    const { name, offset } = ownerOf(plan, word, marks);
    if (worst.get(name)?.word === word - offset) describe.set(name, `expected ${wanted}, got ${actual[word]}`);
  }
  return [...worst].map(
    ([name, { count, word, error, stray }]) =>
      `${name}: ${count} wrong words${stray > 0 ? `, ${stray} of them not the statement's to write` : ""}; largest at word ${word}: ${describe.get(name)} (error ${error.toExponential(1)}, allowed ${tolerance.toExponential(1)})`,
  );
}

/** |expected - actual| / (1 + |expected|); 0 for equal infinities and NaN, infinite where only one is finite. */
function errorOf(expected: number, actual: number): number {
  if (Object.is(expected, actual) || expected === actual) return 0;
  const error = Math.abs(expected - actual) / (1 + Math.abs(expected));
  return Number.isNaN(error) ? Infinity : error;
}

/** The buffer that has the word (slack included): of those that share it, the one that the statement writes or else the last. */
function ownerOf(
  plan: MemoryPlan,
  word: number,
  marks: ReturnType<typeof markWrites>,
): { readonly name: string; readonly offset: number } {
  const written: BufferId | undefined = marks.ownerOf(word);
  const owner =
    plan.buffers.find((buffer) => buffer.id === written) ?? plan.buffers.findLast((buffer) => buffer.offset <= word);
  return owner ?? { name: "memory", offset: 0 };
}

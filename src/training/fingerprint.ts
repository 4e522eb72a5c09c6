/** A hash by which other data is told from the same. */
import type { BatchPorts, BatchSource } from "./batch-source.ts";

/** FNV-1a's prime, for 32 bits (Fowler, Noll and Vo). */
const prime = 0x01000193;
const start = 0x811c9dc5;

/** Counts and sizes of a source, and a hash of all its batches. Overwrites the ports; the source must not be shuffled yet. */
export function fingerprint(source: BatchSource, ports: BatchPorts): Readonly<Record<string, unknown>> {
  const { count, batch, shapes, inputSize, targetSize, perStep } = source;
  let hash = start;
  const word = new Float32Array(1);
  const bits = new Uint32Array(word.buffer);
  const add = (values: ArrayLike<number>, length: number): void => {
    for (let n = 0; n < length; n++) {
      word[0] = values[n] ?? 0;
      hash = Math.imul(hash ^ (bits[0] ?? 0), prime) >>> 0;
    }
  };
  for (let index = 0; index < count; index++) {
    source.fill(index, ports);
    const shape = source.shapeOf(index);
    const rows = shape.steps * batch;
    const targetRows = perStep ? rows : batch;
    add(ports.inputs, rows * inputSize);
    add(ports.targets, targetRows * targetSize);
    add(ports.weights, targetRows);
    if (ports.lengths !== undefined) add(ports.lengths, batch);
    if (source.source === undefined || ports.source === undefined) continue;
    add(ports.source.inputs, (shape.sourceSteps ?? 0) * batch * source.source.inputSize);
    if (ports.source.lengths !== undefined) add(ports.source.lengths, batch);
  }
  const { source: read } = source;
  const sources = read === undefined ? {} : { sources: { ...read, steps: shapes.map((shape) => shape.sourceSteps) } };
  return {
    batches: count,
    steps: shapes.map((shape) => shape.steps),
    ...sources,
    inputSize,
    targetSize,
    perStep,
    hash,
  };
}

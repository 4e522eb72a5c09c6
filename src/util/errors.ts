/** The one error class of Recurra, and the catalogue of everything that can be wrong. */

/**
 * Every error code with the sentence that explains it. A code is stable: programs may test for it.
 * The part before the slash is the folder that raises it.
 */
export const errorCatalogue = {
  "internal/impossible": "A state the code holds to be impossible was reached: a defect in Recurra, please report it.",
  "util/bad-argument": "An argument of a public function has the wrong type, range or shape.",
  "language/empty-text": "The text of a cell holds no equation.",
  "language/bad-character": "A character has no meaning in equations.",
  "language/bad-number": "A number is malformed or too large for float64.",
  "language/bad-name": "A name is malformed.",
  "language/syntax": "A line of a cell's text does not follow the grammar.",
  "language/unclosed-bracket": "A bracket is opened and never closed.",
  "language/too-deep": "Brackets are nested too deeply, or one equation holds too many operations.",
  "language/reserved-name": "A name that already means something else is defined or used as a parameter.",
  "language/unknown-function": "A function is called that the language does not have.",
  "language/argument-count": "A function is given too few or too many arguments.",
  "language/function-as-value": "The name of a function stands where a value is needed.",
  "language/defined-twice": "A name is defined by more than one line.",
  "language/undefined-next": "The next or previous value of something is read that is not a state.",
  "language/reads-output": "The output y is read within the step that computes it.",
  "language/cycle": "Equations of one step need each other's results.",
  "language/no-output": "A cell defines neither y, nor h', nor exactly one state.",
  "language/vector-as-matrix": "Something other than a matrix stands left of what it would multiply.",
  "language/matrix-elementwise":
    "A matrix stands where only a vector or a number can stand: matrices are parameters and only multiply vectors.",
  "language/not-a-vector": "A number or a matrix stands where a vector is needed.",
  "language/shape-mismatch": "Two shapes that must be the same are not.",
  "language/unknown-size": "The size of a vector or matrix cannot be inferred.",
  "language/missing-size": "A dimension of a cell has no size, or one that is not a whole number of at least 1.",
  "language/unknown-dimension": "A size is given for a dimension that the cell does not have.",
  "language/bad-memory":
    "attend is given something other than a memory, or a memory stands where only one value a step can stand.",
  "language/bad-declaration": "A declaration is about nothing in the cell, or about something that cannot be declared.",
  "language/bad-option": "An option given beside a cell's text has the wrong form or value.",
  "language/unused-option": "An option given beside a cell's text names nothing in it.",
  "engine/disposed": "A model or session was used after it had been disposed of.",
  "engine/no-native": "Native code cannot be compiled or called here.",
  "engine/no-simd": "The platform lacks the WebAssembly SIMD that a backend was asked to use.",
  "engine/out-of-memory": "A model with these sizes needs more memory than there is.",
  "engine/unknown-backend": "There is no backend of that name.",
  "data/cannot-read": "A data file could not be opened or read.",
  "data/unknown-format": "The format of a data file is neither known from its name nor given.",
  "data/bad-encoding": "A text file is not in the encoding it was read as.",
  "data/bad-quotes": "A quoted field of a CSV or TSV file is not closed, or goes on after its closing quote.",
  "data/bad-json": "A JSON or JSON lines file is malformed or does not hold rows.",
  "data/bad-parquet": "A Parquet file is damaged or uses something unsupported.",
  "data/empty-file": "A data file holds nothing.",
  "data/no-rows": "A data file has column names but no rows.",
  "data/no-header": "The first line of a data file holds values where the names of columns are expected.",
  "data/duplicate-column": "Two columns have the same name.",
  "data/ragged-row": "A row has more or fewer fields than there are columns.",
  "data/unknown-column": "A column that was asked for is not in the table.",
  "data/unsupported-column": "A column holds lists, structures or bytes, which no model here can read.",
  "data/mixed-column": "Most cells of a column are numbers (or dates), but not all.",
  "data/wrong-type": "A cell or column is not of the type it is asked to be.",
  "data/ambiguous-number": "A comma in a number may be a decimal comma or a thousands mark.",
  "data/ambiguous-date": "The dates of a column can be read only in an order that was not stated.",
  "data/not-finite": "A number is infinite or too large for float64.",
  "data/inexact-integer": "An integer is too large to be held exactly as a float64.",
  "data/missing-value": "A value is missing and no rule was stated for it.",
  "data/missing-rule": "The rule stated for missing values cannot fill this one.",
  "data/duplicate-date": "Two rows of one series have the same time.",
  "data/irregular-dates": "Dates follow no regular step, so the next ones cannot be told.",
  "data/too-few-rows": "A table or a group is too short for the windows, the split or the measure asked for.",
  "data/bad-split": "The parts of a split are empty or ask for more rows than there are.",
  "data/scaler-domain": "A value lies outside what a scaler can take.",
  "data/zero-base": "A window cannot be divided by its last value because that is zero.",
  "data/label-changes": "The label of a sequence is not the same in all its rows.",
  "data/unknown-label": "A label is not one of the classes the model knows.",
  "data/unknown-token": "A text holds something that the vocabulary of a model lacks, and that it cannot read.",
  "data/empty-sequence": "A sequence has no steps.",
  "data/long-sequence": "A sequence has more steps than there may be.",
  "cells/bad-initialiser":
    "An initialiser cannot be used for a parameter of this shape, or its numbers are out of range.",
  "cells/unknown-initialisation": "There is no initialisation scheme of that name.",
  "convert/unknown-format": "The name of a model file does not say which format it is in.",
  "convert/different": "A converted model computes other numbers than the one it was made of.",
  "build/unsupported": "A network or a graph has a part that built modules cannot hold.",
  "build/bad-option": "An option of a built module does not fit the network or graph.",
  "graph/defined-twice": "Two values of a graph have the same name.",
  "graph/bad-input": "An input of a graph is missing, unknown, or of another type or shape than the graph says.",
  "graph/bad-value": "An operator of a graph cannot take the values or attributes it is given.",
  "graph/unknown-operator": "A graph has an operator that Recurra does not know.",
  "graph/undefined-value": "A node of a graph reads a value that nothing before it defines.",
  "graph/too-deep": "Subgraphs or loops of a graph are nested too deeply, or go on for too long.",
  "graph/no-graph": "A layer of a network cannot be written as a graph in the way asked for.",
  "graph/no-network": "A node of a graph is nothing that a layer of a network stands for.",
  "graph/no-stream": "A graph cannot go on step by step.",
  "numpy/bad-file": "Bytes are no array of NumPy, or one of a kind that is not read.",
  "onnx/bad-file": "Bytes are no ONNX model, or one that contradicts itself or holds something unsupported.",
  "onnx/bad-node": "A node of an ONNX model has an attribute or an input that Recurra does not support.",
  "onnx/cannot-write": "A graph has something that ONNX has no form for.",
  "onnx/unknown-operator": "An ONNX model has an operator that Recurra does not know.",
  "network/bad-layer": "A layer does not fit its place in the network.",
  "network/bad-size": "A size or rate of a layer is out of range.",
  "network/not-embedded": "Tokens reach a layer that computes with quantities; an embedding must come first.",
  "engine/bad-option": "An option of the engine is out of range.",
  "engine/bad-array": "An array handed in is missing, has the wrong length or a name the cell does not have.",
  "engine/bad-length": "A sequence's length is not a whole number from 1 to the number of steps.",
  "engine/no-forward": "A gradient was asked for before anything was computed.",
  "network/no-stream": "A layer needs the whole sequence and cannot be run step by step.",
  "network/bad-logits":
    "Nothing can be chosen by the logits a network gave: they are not numbers, or all tokens are excluded.",
  "network/bad-snapshot": "A snapshot belongs to a session of another model or batch.",
  "network/no-member": "A session has no member of that number.",
  "network/bad-weights": "Weights cannot be held in the format asked for.",
  "network/bad-input": "What a network is given has the wrong length.",
  "network/bad-token": "A token is not an entry of the vocabulary.",
  "network/bad-parameters": "A parameter is missing or has the wrong length.",
  "network/unknown-cell": "There is no built-in cell of that name.",
  "training/bad-loss": "There is no such loss, or its settings do not fit the network's outputs.",
  "training/bad-optimiser": "There is no such optimiser, or one of its settings is out of range.",
  "training/bad-clip": "The clipping of gradients is malformed or its limit out of range.",
  "training/bad-schedule": "There is no such learning-rate schedule, or one of its settings is out of range.",
  "training/bad-option": "A setting of training is out of range.",
  "training/bad-data": "Training data are malformed or do not fit the network and its loss.",
  "training/nothing-to-train": "A network has no parameter that training may change.",
  "training/not-causal": "A state was to be carried along a stream through a layer that reads the stream from its end.",
  "training/not-finite": "The loss or the gradient became NaN or infinite, so the weights would be ruined.",
  "training/worker-lost": "A worker that trained a network is gone before its run came to an end.",
  "training/other-run": "A checkpoint belongs to a run with another network, loss, optimiser or other data.",
  "training/bad-checkpoint": "A checkpoint is damaged or lacks something.",
  "file/cannot-read": "A file could not be opened or read.",
  "file/cannot-write": "A file could not be written.",
  "file/not-safetensors": "A file is not a safetensors file.",
  "file/truncated": "A file ends before all of it is there.",
  "file/bad-header": "The header of a safetensors file is malformed.",
  "file/bad-tensor":
    "A tensor of a file does not lie where its shape and type say, or holds numbers that are not finite.",
  "file/no-model": "A safetensors file holds tensors, but no model of Recurra.",
  "file/newer-version": "A model file was made by a newer version of Recurra than this one.",
  "file/bad-model": "What a model file says about its model is malformed or does not fit its tensors.",
  "file/bad-workloads": "A file of workloads to measure is malformed.",
  "file/damaged": "The contents of a model file are not those it was saved with.",
  "file/bad-zip":
    "A zip file is damaged, or holds something that is refused: names that leave its folder, twice the same name.",
  "file/too-large": "What a compressed file unpacks to is larger than it may be.",
  "file/self-test": "A loaded model does not compute what its file says it should.",
  "keras/bad-file": "A file is none of Keras's or is damaged.",
  "keras/bad-config": "What a Keras file says about its model is malformed.",
  "keras/bad-weights": "Weights of a Keras file are missing or do not fit their layer.",
  "keras/unsupported": "A Keras model has a layer, a setting or a custom object that cannot be read.",
  "keras/cannot-write": "A model holds something that Keras's layers cannot say.",
  "torch/refused": "A file of PyTorch asks for something that could run code; only tensors and plain values are read.",
  "torch/bad-pickle": "A pickle is cut off or damaged, or nothing that PyTorch writes.",
  "torch/bad-file": "A file of PyTorch lacks something, or its tensors do not lie where they say.",
  "torch/unclear":
    "The names and shapes in a file do not say, or not alone, which modules there are, in which order and what stands between them.",
  "torch/cannot-write": "A model has something that no module of PyTorch stands for.",
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

export interface ErrorPlace {
  /** 1-based line in the text (equations, CSV file) the error is about. */
  readonly line?: number;
  /** 1-based column in that line. */
  readonly column?: number;
  readonly cause?: unknown;
}

/** An error of the user's making (or of their files'), said once and clearly: what, where, what to do. */
export class RecurraError extends Error {
  override readonly name = "RecurraError";
  readonly code: ErrorCode;
  // Only declared: a field would be there, undefined, in every error about no place.
  declare readonly line?: number;
  declare readonly column?: number;

  constructor(code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.code = code;
    if (place.line !== undefined) this.line = place.line;
    if (place.column !== undefined) this.column = place.column;
  }
}

/** Throws `internal/impossible` unless `condition` holds: for what the code itself must guarantee, never for input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new RecurraError("internal/impossible", message);
}

/** The value, which the code knows to be there. */
export function known<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new RecurraError("internal/impossible", `${what} is missing`);
  return value;
}

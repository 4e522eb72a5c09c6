/** The weights of RNNoise's first network, from a text file `.rnnn` or out of the memory of a WebAssembly build. */

/**
 * Whole numbers that stand for 1/256 of them. `weights` are `[inputs, neurons]`, or `[inputs, 3, neurons]` of a GRU, whose gates are update, reset, candidate.
 * @typedef {object} Layer
 * @property {number} inputs
 * @property {number} neurons
 * @property {Activation} activation of a GRU's candidate, or of a dense layer
 * @property {ArrayLike<number>} weights
 * @property {ArrayLike<number>} [recurrent] `[neurons, 3, neurons]`
 * @property {ArrayLike<number>} bias `[neurons]` or `[3, neurons]`
 */

/** @typedef {"tanh" | "sigmoid" | "relu"} Activation */

/** @typedef {{ input: Layer, voice: Layer, noise: Layer, denoise: Layer, gains: Layer, activity: Layer }} Weights */

/** The order in which files and builds have the layers. */
const layerNames = /** @type {const} */ (["input", "voice", "noise", "denoise", "gains", "activity"]);

/** @type {ReadonlySet<string>} */
const recurrentLayers = new Set(["voice", "noise", "denoise"]);

/** @type {readonly Activation[]} */
const activations = ["tanh", "sigmoid", "relu"];

/** What the features and the network's own wiring ask for. */
const [features, bands] = [42, 22];

/** @param {string} what @returns {never} */
function refuse(what) {
  throw new Error(`These are no weights of RNNoise's first network: ${what}.`);
}

/** Whether the layers fit one another. @param {Weights} weights @returns {Weights} */
function check(weights) {
  const { input, voice, noise, denoise } = weights;
  const wanted = {
    input: [features, input.neurons],
    voice: [input.neurons, voice.neurons],
    noise: [input.neurons + voice.neurons + features, noise.neurons],
    denoise: [voice.neurons + noise.neurons + features, denoise.neurons],
    gains: [denoise.neurons, bands],
    activity: [voice.neurons, 1],
  };
  for (const name of layerNames) {
    const { inputs, neurons } = weights[name];
    if (inputs !== wanted[name][0] || neurons !== wanted[name][1])
      refuse(`the layer ${name} has ${inputs} inputs and ${neurons} neurons, not ${wanted[name].join(" and ")}`);
    if (neurons < 1 || neurons > 128) refuse(`the layer ${name} has ${neurons} neurons, not 1 to 128`);
  }
  return weights;
}

/** @template T @param {(name: typeof layerNames[number]) => T} read @returns {Record<typeof layerNames[number], T>} */
const eachLayer = (read) =>
  /** @type {Record<typeof layerNames[number], T>} */ (
    Object.fromEntries(layerNames.map((name) => [name, read(name)]))
  );

/** Reads an `.rnnn` file: a head, then the numbers of all layers as text. Throws an Error that says what is wrong. @param {string} text @returns {Weights} */
export function readRnnn(text) {
  const [head = "", ...lines] = text.split("\n");
  if (head.trim() !== "rnnoise-nu model file version 1") refuse("the first line is not that of an .rnnn file");
  const words = lines
    .join(" ")
    .split(/\s+/)
    .filter((word) => word !== "");
  let at = 0;
  const next = () => {
    const word = words[at++] ?? refuse("the file ends early");
    return /^-?\d+$/.test(word) ? Number(word) : refuse(`"${word}" is no whole number`);
  };
  const size = () => {
    const value = next();
    return value >= 1 && value <= 128 ? value : refuse(`${value} is no size of a layer`);
  };
  const list = (/** @type {number} */ length) => Int8Array.from({ length }, next);
  return check(
    eachLayer((name) => {
      const [inputs, neurons] = [size(), size()];
      const activation = activations[next()] ?? refuse(`the layer ${name} has an activation that is not known`);
      const gates = recurrentLayers.has(name) ? 3 : 1;
      const weights = list(inputs * neurons * gates);
      const recurrent = gates === 3 ? { recurrent: list(neurons * neurons * gates) } : {};
      return { inputs, neurons, activation, weights, ...recurrent, bias: list(neurons * gates) };
    }),
  );
}

/**
 * What a WebAssembly module lays into its memory before anything runs, read from its bytes alone.
 * @param {Uint8Array} bytes
 * @returns {DataView}
 */
function readMemory(bytes) {
  if (new TextDecoder().decode(bytes.subarray(0, 4)) !== "\0asm") refuse("the file is no WebAssembly module");
  let at = 8;
  const byte = () => bytes[at++] ?? refuse("the module ends early");
  const number = (isSigned = false) => {
    let [value, shift] = [0, 0];
    for (;;) {
      const part = byte();
      value += (part & 0x7f) * 2 ** shift;
      shift += 7;
      if (shift > 35) refuse("the module has a number of more than 32 bits");
      if (part < 0x80) return isSigned && part >= 0x40 ? value - 2 ** shift : value;
    }
  };
  /** @type {{ start: number, data: Uint8Array }[]} */
  const parts = [];
  while (at < bytes.length) {
    const [section, length] = [byte(), number()];
    const end = at + length;
    for (let count = section === 11 ? number() : 0; count > 0; count--) {
      const flags = number();
      if (flags === 2) number();
      // A passive part has no place; that of any other is a constant.
      if (flags !== 1 && byte() !== 0x41) refuse("a part of its memory has no fixed place");
      const start = flags === 1 ? -1 : number(true);
      if (flags !== 1) byte();
      const size = number();
      if (start >= 0) parts.push({ start, data: bytes.subarray(at, at + size) });
      at += size;
    }
    at = end;
  }
  const length = Math.max(0, ...parts.map(({ start, data }) => start + data.length));
  if (length > 2 ** 24) refuse("its memory is larger than 16 MiB");
  const memory = new Uint8Array(length);
  for (const { start, data } of parts) memory.set(data, start);
  return new DataView(memory.buffer);
}

/**
 * Finds the weights in a build of RNNoise 0.1 for WebAssembly. The model is a table of a size and a pointer for each layer, and a layer is pointers and sizes; the table is known by its sizes agreeing with those of the layers that
 * it points at. Nothing of the module is run. Throws an Error where there is no such table.
 * @param {Uint8Array} bytes
 * @returns {Weights}
 */
export function readRnnoiseWasm(bytes) {
  const memory = readMemory(bytes);
  const word = (/** @type {number} */ at) =>
    at % 4 === 0 && at + 4 <= memory.byteLength ? memory.getUint32(at, true) : 0;
  const isTable = (/** @type {number} */ table) =>
    layerNames.every((name, n) => {
      const [neurons, layer] = [word(table + 8 * n), word(table + 8 * n + 4)];
      const pointers = recurrentLayers.has(name) ? 3 : 2;
      return neurons >= 1 && neurons <= 128 && layer > 0 && word(layer + 4 * pointers + 4) === neurons;
    });
  const tables = Array.from({ length: memory.byteLength >> 2 }, (_, n) => 4 * n).filter(isTable);
  const [table] = tables;
  if (table === undefined || tables.length > 1) return refuse(`the module has ${tables.length} tables of such layers`);
  return check(
    eachLayer((name) => {
      const layer = word(table + 8 * layerNames.indexOf(name) + 4);
      const pointers = recurrentLayers.has(name) ? 3 : 2;
      const [inputs, neurons, code] = [0, 1, 2].map((n) => word(layer + 4 * (pointers + n)));
      const activation = activations[code ?? -1];
      if (inputs === undefined || neurons === undefined || activation === undefined)
        return refuse(`the layer ${name} has an activation that is not known`);
      const list = (/** @type {number} */ pointer, /** @type {number} */ length) => {
        const start = word(layer + 4 * pointer);
        if (start + length > memory.byteLength) refuse(`the weights of the layer ${name} lie outside of the memory`);
        return new Int8Array(memory.buffer, start, length);
      };
      const gates = pointers === 3 ? 3 : 1;
      return {
        inputs,
        neurons,
        activation,
        bias: list(0, neurons * gates),
        weights: list(1, inputs * neurons * gates),
        ...(gates === 3 ? { recurrent: list(2, neurons * neurons * gates) } : {}),
      };
    }),
  );
}

/** The text of an `.rnnn` file. @param {Weights} weights */
export function printRnnn(weights) {
  const lines = layerNames.flatMap((name) => {
    const { inputs, neurons, activation, recurrent, ...layer } = weights[name];
    const lists = [layer.weights, ...(recurrent === undefined ? [] : [recurrent]), layer.bias];
    return [
      `${inputs} ${neurons} ${activations.indexOf(activation)}`,
      ...lists.map((numbers) => Array.from(numbers).join(" ")),
    ];
  });
  return `rnnoise-nu model file version 1\n${lines.join("\n")}\n`;
}

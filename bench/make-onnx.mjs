/** A stack of recurrent layers as the bytes of an ONNX model, for the peers that read nothing else: the few messages of its protobuf schema. */

/** @typedef {{ cell: string, B: number, T: number, I: number, H: number, L: number }} Sizes */

/** Of the schema's enumerations: `TensorProto.FLOAT`, `TensorProto.INT64`, `AttributeProto.INT`. */
const float = 1;
const int64 = 7;
const intAttribute = 2;
/** The first set of operators in which Squeeze takes its axes as an input is 13; the exports of PyTorch use this one. */
const operators = 14;
const irVersion = 8;

/** @param {number} value a whole number from 0 on, in groups of seven bits */
function varint(value) {
  /** @type {number[]} */
  const bytes = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

/**
 * A field with a number: its tag, then the number.
 * @param {number} field
 * @param {number} value
 */
const number = (field, value) => Uint8Array.from([...varint(field * 8), ...varint(value)]);

/**
 * A field with a text, bytes or a message: its tag, the length, and the content.
 * @param {number} field
 * @param {string | readonly Uint8Array[]} content
 */
function field(field, content) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : Buffer.concat(content);
  return Buffer.concat([Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes]);
}

/**
 * `TensorProto`: dims, data_type, name, raw_data.
 * @param {string} name
 * @param {readonly number[]} shape
 * @param {Float32Array | BigInt64Array} data
 */
function tensor(name, shape, data) {
  return [
    ...shape.map((size) => number(1, size)),
    number(2, data instanceof Float32Array ? float : int64),
    field(8, name),
    field(9, [new Uint8Array(data.buffer)]),
  ];
}

/**
 * `ValueInfoProto`: a name, and the type of a tensor of floats of this shape.
 * @param {string} name
 * @param {readonly number[]} shape
 */
function value(name, shape) {
  const dimensions = shape.map((size) => field(1, [number(1, size)]));
  return [field(1, name), field(2, [field(1, [number(1, float), field(2, dimensions)])])];
}

/**
 * `NodeProto`: inputs, outputs, operator, attributes (all of them numbers here).
 * @param {string} operator
 * @param {{ inputs: readonly string[], outputs: readonly string[], attributes?: Record<string, number> }} ends
 */
function node(operator, { inputs, outputs, attributes = {} }) {
  return [
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, operator),
    ...Object.entries(attributes).map(([name, number_]) =>
      field(5, [field(1, name), number(3, number_), number(20, intAttribute)]),
    ),
  ];
}

/** @param {number} length @param {number} most of the absolute value; the numbers are the same every time */
function drawWeights(length, most) {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * most;
  });
}

/**
 * One layer: nodes, and the tensors they read. States go in and out as slices of all layers' would; with one layer as they are.
 * @param {Sizes} sizes
 * @param {number} layer
 */
function makeLayer({ cell, I, H, L }, layer) {
  const gates = cell === "GRU" ? 3 : 4;
  const inputs = layer === 0 ? I : H;
  const most = 1 / Math.sqrt(H);
  const of = (/** @type {string} */ name) => `${name}${layer}`;
  const states = cell === "GRU" ? ["h"] : ["h", "c"];
  const outputs = [of("all"), ...states.map((name) => (L === 1 ? name : of(name)))];
  return {
    nodes: [
      node(cell, {
        inputs: [
          layer === 0 ? "x" : `y${layer - 1}`,
          ...["W", "R", "B"].map(of),
          "",
          ...states.map((name) => (L === 1 ? `${name}0` : `${name}0_${layer}`)),
        ],
        outputs,
        attributes: { hidden_size: H, ...(cell === "GRU" ? { linear_before_reset: 1 } : {}) },
      }),
      node("Squeeze", { inputs: [of("all"), "directions"], outputs: [layer === L - 1 ? "y" : `y${layer}`] }),
    ],
    tensors: [
      tensor(of("W"), [1, gates * H, inputs], drawWeights(gates * H * inputs, most)),
      tensor(of("R"), [1, gates * H, H], drawWeights(gates * H * H, most)),
      tensor(of("B"), [1, 2 * gates * H], drawWeights(2 * gates * H, most)),
    ],
    states: states.map((name) => (L === 1 ? name : of(name))),
    firstStates: states.map((name) => (L === 1 ? `${name}0` : `${name}0_${layer}`)),
  };
}

/**
 * The model: `x` [T, B, I] and first states [1, B, H] in (`h0`, `c0`, with `_layer` behind where there are more layers than one), `y` [T, B, H] and
 * final states out.
 * @param {Sizes} sizes
 * @returns {Uint8Array}
 */
export function makeOnnx(sizes) {
  const { B, T, I, H, L } = sizes;
  const layers = Array.from({ length: L }, (_, layer) => makeLayer(sizes, layer));
  const directions = tensor("directions", [1], BigInt64Array.of(1n));
  const states = layers.flatMap((layer) => layer.states);
  const firstStates = layers.flatMap((layer) => layer.firstStates);
  const graph = [
    ...layers.flatMap((layer) => layer.nodes.map((one) => field(1, one))),
    field(2, "stack"),
    ...[directions, ...layers.flatMap((layer) => layer.tensors)].map((one) => field(5, one)),
    field(11, value("x", [T, B, I])),
    ...firstStates.map((name) => field(11, value(name, [1, B, H]))),
    field(12, value("y", [T, B, H])),
    ...states.map((name) => field(12, value(name, [1, B, H]))),
  ];
  return Buffer.concat([number(1, irVersion), field(7, graph), field(8, [field(1, ""), number(2, operators)])]);
}

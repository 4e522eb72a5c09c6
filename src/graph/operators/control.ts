/** Operators that run graphs: a choice, a loop, and a walk over a sequence. */
import type { Graph } from "../graph.ts";
import type { Tensor } from "../tensor.ts";
import { countElements, createArray, gatherStrided, integerTensor, movable, stridesOf } from "../tensors.ts";
import { printShape } from "./operator.ts";
import type { Operator, OperatorCall } from "./operator.ts";

/** Whether a tensor is one true boolean. */
function isTrue(call: OperatorCall, tensor: Tensor, what: string): boolean {
  if (tensor.type !== "bool" || tensor.data.length !== 1)
    call.fail(`${what} must be one bool, but is ${tensor.type} ${printShape(tensor.shape)}`);
  return tensor.data[0] === 1;
}

/** Collects a tensor a turn, and puts them together along a new axis. */
function createStack(call: OperatorCall, axis = 0, isBackward = false) {
  const parts: Tensor[] = [];
  return {
    push: (part: Tensor): void => {
      const [first] = parts;
      if (first !== undefined && (first.type !== part.type || printShape(first.shape) !== printShape(part.shape)))
        call.fail(`a value of the body changes from ${printShape(first.shape)} to ${printShape(part.shape)}`);
      parts.push(part);
    },
    finish: (): Tensor => {
      // No turn tells neither the type nor the shape of what one would have given.
      const [first = { type: "float32", shape: [], data: new Float32Array(1) }] = parts;
      const at = call.axis(axis, first.shape.length + 1);
      const inner = countElements(first.shape.slice(at));
      const outer = countElements(first.shape.slice(0, at));
      const data = createArray(first.type, parts.length * outer * inner);
      const list = isBackward ? parts.toReversed() : parts;
      for (const [turn, part] of list.entries())
        for (let o = 0; o < outer; o++)
          movable(data).set(movable(part.data).subarray(o * inner, (o + 1) * inner), (o * parts.length + turn) * inner);
      return { type: first.type, shape: first.shape.toSpliced(at, 0, parts.length), data };
    },
  };
}

/** One place along an axis. */
function sliceAt(tensor: Tensor, axis: number, at: number): Tensor {
  const strides = stridesOf(tensor.shape);
  return gatherStrided(tensor, {
    shape: tensor.shape.toSpliced(axis, 1),
    strides: strides.toSpliced(axis, 1),
    offset: at * strides[axis]!,
  });
}

function checkBody(
  call: OperatorCall,
  body: Graph,
  counts: { readonly inputs?: number; readonly outputs: number },
): void {
  if (counts.inputs !== undefined && body.inputs.length !== counts.inputs)
    call.fail(`its body has ${body.inputs.length} inputs, but is given ${counts.inputs}`);
  if (body.outputs.length !== counts.outputs)
    call.fail(`its body has ${body.outputs.length} outputs, but ${counts.outputs} are asked for`);
}

const loop: Operator = {
  inputs: [2, Infinity],
  optional: [0, 1],
  outputs: [1, Infinity],
  attributes: { body: "graph" },
  compute: (call) => {
    const body = call.graph("body");
    const most = call.inputs[0] === undefined ? Infinity : call.scalarOf(0);
    let goesOn = call.inputs[1] === undefined || isTrue(call, call.inputs[1], "the condition");
    let carried = call.inputs.slice(2).map((_, at) => call.input(at + 2));
    checkBody(call, body, { inputs: carried.length + 2, outputs: body.outputs.length });
    if (body.outputs.length < carried.length + 1) call.fail("its body gives fewer values than go round");
    const stacks = body.outputs.slice(1 + carried.length).map(() => createStack(call));
    for (let turn = 0; goesOn && turn < most; turn++) {
      call.spend(1);
      const condition: Tensor = { type: "bool", shape: [], data: Uint8Array.of(1) };
      const [next, ...values] = call.run(body, [integerTensor(turn), condition, ...carried]);
      goesOn = isTrue(call, next ?? call.fail("its body gives no condition"), "the condition of its body");
      for (const [at, stack] of stacks.entries()) stack.push(values[carried.length + at]!);
      carried = values.slice(0, carried.length);
    }
    return [...carried, ...stacks.map((stack) => stack.finish())];
  },
};

const scan: Operator = {
  inputs: [1, Infinity],
  outputs: [1, Infinity],
  attributes: {
    body: "graph",
    num_scan_inputs: "integer",
    scan_input_axes: "integers",
    scan_input_directions: "integers",
    scan_output_axes: "integers",
    scan_output_directions: "integers",
  },
  compute: (call) => {
    const body = call.graph("body");
    const scanned = call.integer("num_scan_inputs", 1);
    const states = call.inputs.length - scanned;
    if (scanned < 1 || states < 0)
      call.fail(`num_scan_inputs is ${scanned}, but there are ${call.inputs.length} inputs`);
    checkBody(call, body, { inputs: call.inputs.length, outputs: body.outputs.length });
    if (body.outputs.length < states) call.fail("its body gives fewer values than it has states");
    const axes = call.integers("scan_input_axes") ?? [];
    const backwards = call.integers("scan_input_directions") ?? [];
    const sequences = call.inputs.slice(states).map((_, at) => {
      const tensor = call.input(states + at);
      return { tensor, axis: call.axis(axes[at] ?? 0, tensor.shape.length), isBackward: backwards[at] === 1 };
    });
    const steps = sequences[0]!.tensor.shape[sequences[0]!.axis]!;
    if (sequences.some(({ tensor, axis }) => tensor.shape[axis] !== steps)) call.fail("its sequences differ in steps");
    const outAxes = call.integers("scan_output_axes") ?? [];
    const outBackwards = call.integers("scan_output_directions") ?? [];
    const stacks = body.outputs
      .slice(states)
      .map((_, at) => createStack(call, outAxes[at] ?? 0, outBackwards[at] === 1));
    let carried = call.inputs.slice(0, states).map((_, at) => call.input(at));
    for (let step = 0; step < steps; step++) {
      call.spend(1);
      const parts = sequences.map(({ tensor, axis, isBackward }) =>
        sliceAt(tensor, axis, isBackward ? steps - 1 - step : step),
      );
      const values = call.run(body, [...carried, ...parts]);
      carried = values.slice(0, states);
      for (const [at, stack] of stacks.entries()) stack.push(values[states + at]!);
    }
    return [...carried, ...stacks.map((stack) => stack.finish())];
  },
};

export const controlOperators: Readonly<Record<string, Operator>> = {
  If: {
    inputs: [1, 1],
    outputs: [1, Infinity],
    attributes: { then_branch: "graph", else_branch: "graph" },
    compute: (call) => {
      const body = call.graph(isTrue(call, call.input(0), "the condition") ? "then_branch" : "else_branch");
      checkBody(call, body, { outputs: call.wanted.length });
      return call.run(body, []);
    },
  },
  Loop: loop,
  Scan: scan,
};

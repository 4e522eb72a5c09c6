/** PyTorch's recurrent modules as networks of ours: the layers chained by `lowerNetwork`, first states carried in, final states read out. */
import type { Backend, Executable } from "../../src/engine/backend.ts";
import { orderByLength, sortMembers, unsortMembers } from "../../src/engine/member-order.ts";
import { copyStep, createProgramBuilder, overRows } from "../../src/lower/index.ts";
import type { BufferId, Location } from "../../src/lower/index.ts";
import { allocateSignal, declareParameters, describeNetwork, lowerNetwork, specOf } from "../../src/network/index.ts";
import type { NetworkParameters, NetworkSpec } from "../../src/network/index.ts";
import { known } from "../../src/util/errors.ts";
import type { TorchTensors } from "./torch-fixtures.ts";
import { torchCell } from "./torch-cells.ts";
import { directionNames, directionParameters, directionStates, outputColumns, transposed } from "./torch-modules.ts";
import type { NamedResults, TorchModule } from "./torch-modules.ts";

/** Runs the network forwards: `output`, `h_n`, `c_n`. */
export function runTorchNetwork(backend: Backend, module: TorchModule, tensors: TorchTensors): NamedResults {
  const { executable, input, lengths, parameters, first, final, output } = loadNetwork(backend, module);
  const directions = directionPlaces(module);
  const order = module.lengths === null ? undefined : orderByLength(module.lengths);
  const write = (buffer: BufferId, values: ArrayLike<number>, size: number): void =>
    sortMembers(values, executable.array(buffer), { order, size });
  write(input, transposed(known(tensors["input"], "input").data, module, "ours"), module.input_size);
  if (module.lengths !== null) write(lengths, module.lengths, 1);
  directions.forEach(({ prefix, name }, number) => {
    for (const [parameter, values] of Object.entries(directionParameters(module, tensors, name))) {
      executable.array(known(parameters.get(`${prefix}.${parameter}`), parameter).value).set(values);
    }
    const states = directionStates(tensors, { h: "h_0", c: "c_0" }, number, directions.length);
    for (const [state, values] of Object.entries(states)) {
      write(known(first.get(`${prefix}.${state}`), state).buffer, values, values.length / module.batch);
    }
  });
  executable.call("forward");
  const states = Object.keys(stateColumns(module)).map((state) => {
    const parts = directions.map(({ prefix }) => {
      const { buffer, columns } = known(final.get(`${prefix}.${state}`), state);
      return [...unsortMembers(executable.array(buffer), { order, size: columns })];
    });
    return [`${state}_n`, Float64Array.from(parts.flat())] as const;
  });
  const outputs = unsortMembers(executable.array(output), { order, size: outputColumns(module) });
  const results = { output: transposed(outputs, module, "torch"), ...Object.fromEntries(states) };
  executable.dispose();
  return results;
}

interface LoadedNetwork {
  readonly executable: Executable;
  readonly input: BufferId;
  /** Read only if the case has lengths. */
  readonly lengths: BufferId;
  readonly parameters: NetworkParameters;
  /** States before and after, by `layer.state`. */
  readonly first: ReadonlyMap<string, Location>;
  readonly final: ReadonlyMap<string, Location>;
  readonly output: BufferId;
}

function loadNetwork(backend: Backend, module: TorchModule): LoadedNetwork {
  const { batch, seq_len: steps } = module;
  const spec = specOfModule(module);
  const builder = createProgramBuilder();
  const parameters = declareParameters(builder, describeNetwork(spec), { gradients: false });
  const port = (name: string, of: number, columns: number): Location =>
    allocateSignal(builder, name, { steps: of, batch, columns, role: "port" });
  const input = port("input", steps, module.input_size);
  const lengths = builder.buffer({ name: "lengths", length: batch, role: "port" });
  const states = (prefix: string): Map<string, Location> =>
    new Map(
      directionPlaces(module).flatMap((direction) =>
        Object.entries(stateColumns(module)).map(([state, columns]) => {
          const name = `${direction.prefix}.${state}`;
          return [name, port(`${prefix}.${name}`, 1, columns)] as const;
        }),
      ),
    );
  const [first, final] = [states("first"), states("final")];
  const given = { carriedStates: first, ...(module.lengths === null ? {} : { lengths }) };
  const lowered = lowerNetwork({ builder, spec, steps, batch, input, parameters, ...given });
  const output = port("output", steps, outputColumns(module));
  const range = { first: 0, count: steps };
  const copy = overRows(
    { builder, batch },
    { name: "output", range, locations: [lowered.output, output] },
    ([from, to], rows) => [
      builder.map("output", { rows, columns: output.columns }, (map) => map.store(to!, map.load(from!))),
    ],
  );
  const keep = [...final].flatMap(([name, to]) =>
    copyStep({ builder, batch }, name, known(lowered.finalStates.get(name), name), to),
  );
  const body = [...lowered.packs, ...lowered.forward, ...copy, ...keep];
  const executable = backend.load(builder.finish([{ name: "forward", body }]));
  return { executable, input: input.buffer, lengths, parameters, first, final, output: output.buffer };
}

function specOfModule(module: TorchModule): NetworkSpec {
  const cell = specOf(torchCell(module.kind, module));
  const layer = {
    kind: "cell",
    cell,
    size: module.hidden_size,
    direction: module.bidirectional ? "both" : "forward",
    ...(module.proj_size === 0 ? {} : { sizes: { P: module.proj_size } }),
  } as const;
  return {
    input: { kind: "features", size: module.input_size },
    layers: Array.from({ length: module.num_layers }, () => layer),
  };
}

/** PyTorch's name of each direction, and the prefix of ours. */
function directionPlaces(module: TorchModule): readonly { readonly name: string; readonly prefix: string }[] {
  return directionNames(module).flatMap((names, layer) =>
    names.map((name, i) => ({
      name,
      prefix: module.bidirectional ? `${layer}.${i === 0 ? "forward" : "backward"}` : `${layer}`,
    })),
  );
}

function stateColumns({ kind, hidden_size, proj_size }: TorchModule): Readonly<Record<string, number>> {
  const h = proj_size || hidden_size;
  return kind === "LSTM" || kind === "LSTM_PROJ" ? { h, c: hidden_size } : { h };
}

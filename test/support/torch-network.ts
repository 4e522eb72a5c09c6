/** PyTorch's recurrent modules as networks of ours: the layers chained by `lowerNetwork`, first states carried in, final states read out. */
import type { Backend } from "../../src/engine/backend.ts";
import { copyStep, createProgramBuilder, overRows } from "../../src/lower/index.ts";
import type { Location, Statement } from "../../src/lower/index.ts";
import { allocateSignal, declareParameters, describeNetwork, lowerNetwork, specOf } from "../../src/network/index.ts";
import type { NetworkSpec } from "../../src/network/index.ts";
import { known } from "../../src/util/errors.ts";
import type { TorchTensors } from "./torch-fixtures.ts";
import { torchCell } from "./torch-cells.ts";
import { directionNames, directionParameters, directionStates, outputColumns, transposed } from "./torch-modules.ts";
import type { NamedResults, TorchModule } from "./torch-modules.ts";

/** Runs the network forwards: `output`, `h_n`, `c_n`. */
export function runTorchNetwork(backend: Backend, module: TorchModule, tensors: TorchTensors): NamedResults {
  const { batch, seq_len: steps, lengths } = module;
  const spec = specOfModule(module);
  const shape = describeNetwork(spec);
  const builder = createProgramBuilder();
  const parameters = declareParameters(builder, shape, { gradients: false });
  const input = allocateSignal(builder, "input", { steps, batch, columns: module.input_size, role: "port" });
  const lengthBuffer = builder.buffer({ name: "lengths", length: batch, role: "port" });
  const directions = directionPlaces(module);
  const place = (name: string, columns: number): Location => ({
    ...allocateSignal(builder, name, { steps: 1, batch, columns, role: "port" }),
    stepStride: 0,
  });
  const places = (prefix: string): Map<string, Location> =>
    new Map(
      directions.flatMap(({ prefix: layer }) =>
        Object.entries(stateColumns(module)).map(([state, columns]) => [
          `${layer}.${state}`,
          place(`${prefix}.${layer}.${state}`, columns),
        ]),
      ),
    );
  const [first, final] = [places("first"), places("final")];
  const lowered = lowerNetwork({
    builder,
    spec,
    steps,
    batch,
    input,
    parameters,
    carriedStates: first,
    ...(lengths === null ? {} : { lengths: lengthBuffer }),
  });
  const output = allocateSignal(builder, "output", { steps, batch, columns: outputColumns(module), role: "port" });
  const copy = overRows(
    { builder, batch },
    { name: "output", range: { first: 0, count: steps }, locations: [lowered.output, output] },
    ([from, to], rows) => [
      builder.map("output", { rows, columns: output.columns }, (map) => map.store(to!, map.load(from!))),
    ],
  );
  const keep: Statement[] = [...final].flatMap(([name, to]) =>
    copyStep({ builder, batch }, name, known(lowered.finalStates.get(name), name), to),
  );
  const executable = backend.load(
    builder.finish([{ name: "forward", body: [...lowered.packs, ...lowered.forward, ...copy, ...keep] }]),
  );

  executable.array(input.buffer).set(transposed(known(tensors["input"], "input").data, module, "ours"));
  if (lengths !== null) executable.array(lengthBuffer).set(lengths);
  directions.forEach(({ prefix, name }, number) => {
    for (const [parameter, values] of Object.entries(directionParameters(module, tensors, name))) {
      executable.array(known(parameters.get(`${prefix}.${parameter}`), parameter).value).set(values);
    }
    for (const [state, values] of Object.entries(
      directionStates(tensors, { h: "h_0", c: "c_0" }, number, directions.length),
    )) {
      executable.array(known(first.get(`${prefix}.${state}`), state).buffer).set(values);
    }
  });
  executable.call("forward");
  const results: NamedResults = { output: transposed(executable.array(output.buffer), module, "torch") };
  for (const state of Object.keys(stateColumns(module))) {
    const parts = directions.map(({ prefix }) =>
      executable.array(known(final.get(`${prefix}.${state}`), state).buffer),
    );
    results[`${state}_n`] = Float64Array.from(parts.flatMap((part) => [...part]));
  }
  executable.dispose();
  return results;
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

/** What models compute, laid as networks have it, whatever they are read from. */
import { fromNetworkRows, toNetworkRows, traceNetwork } from "../node.ts";
import type { GraphModel, GraphNetwork, GraphTensor, LayerSpec, Model, NetworkPort, NetworkRows } from "../node.ts";

/** What a network reads. */
export interface NetworkInputs {
  readonly own: NetworkRows;
  readonly source?: NetworkRows | undefined;
  /** Steps of each member; all if absent. */
  readonly lengths?: readonly number[] | undefined;
}

/** A layer and what it gives for the first member; undefined where nothing in the graph is that. */
export interface ComputedLayer {
  readonly layer: LayerSpec;
  readonly path: string;
  readonly rows: NetworkRows | undefined;
}

export interface Computed {
  readonly output: NetworkRows | undefined;
  /** The encoder's first. */
  readonly layers: readonly ComputedLayer[];
}

/** One member of a batch. */
function memberOf({ steps, batch, data }: NetworkRows, member: number): NetworkRows {
  const size = data.length / (steps * batch);
  const own = Float32Array.from({ length: steps * size }, (_, i) => {
    const step = Math.floor(i / size);
    return data[(step * batch + member) * size + (i % size)] ?? 0;
  });
  return { steps, batch: 1, data: own };
}

/** A network of layers: outputs by its kernels, layers by their equations. */
export function computeNetwork(model: Model, { own, source, lengths }: NetworkInputs): Computed {
  const sequence = ({ steps, data }: NetworkRows): { readonly steps: number; readonly inputs: Float32Array } => ({
    steps,
    inputs: data,
  });
  const data = model.predict({
    ...sequence(own),
    batch: own.batch,
    ...(source === undefined ? {} : { source: sequence(source) }),
    ...(lengths === undefined ? {} : { lengths }),
  });
  const trace = traceNetwork(model, {
    inputs: memberOf(own, 0).data,
    ...(source === undefined ? {} : { source: memberOf(source, 0).data }),
  });
  const layers = [...trace.encoder, ...trace.layers].map(({ layer, path, output }): ComputedLayer => ({
    layer,
    path,
    rows: { steps: output.steps, batch: 1, data: Float32Array.from(output.values) },
  }));
  const steps = data.length / (own.batch * model.shape.outputSize);
  return { output: { steps, batch: own.batch, data: Float32Array.from(data) }, layers };
}

/** A graph that is a network: what its own values are. */
export async function computeGraph(
  model: GraphModel,
  { spec, origin }: GraphNetwork,
  inputs: Parameters<GraphModel["run"]>[0],
): Promise<Computed> {
  const places = [
    ...(spec.encoder?.layers ?? []).map((layer, i) => ({ layer, path: `encoder.${i}`, port: origin.encoder[i] })),
    ...spec.layers.map((layer, i) => ({ layer, path: `${i}`, port: origin.layers[i] })),
  ];
  const only = [...new Set([origin.output, ...places.flatMap(({ port }) => port ?? [])].map(({ name }) => name))];
  const values = await model.run(inputs, { only });
  const rowsOf = (port: NetworkPort): NetworkRows | undefined => toNetworkRows(port, values[port.name]!);
  return {
    output: rowsOf(origin.output),
    layers: places.map(({ layer, path, port }) => {
      const rows = port === undefined ? undefined : rowsOf(port);
      return { layer, path, rows: rows === undefined ? undefined : memberOf(rows, 0) };
    }),
  };
}

/** What a network reads, of a graph's inputs. Undefined where it is open what their axes are. */
export function networkInputsOf(
  { origin }: GraphNetwork,
  inputs: Readonly<Record<string, GraphTensor>>,
): NetworkInputs | undefined {
  const rowsOf = (port: NetworkPort): NetworkRows | undefined => {
    const tensor = inputs[port.name];
    return tensor === undefined ? undefined : toNetworkRows(port, tensor);
  };
  const own = rowsOf(origin.input);
  const source = origin.source === undefined ? undefined : rowsOf(origin.source);
  if (own === undefined || (source === undefined) !== (origin.source === undefined)) return undefined;
  const [counted] = origin.lengths.flatMap((name) => inputs[name] ?? []);
  const lengths = counted === undefined ? undefined : Array.from(counted.data as ArrayLike<number | bigint>, Number);
  return { own, source, ...(lengths?.some((length) => length < own.steps) === true ? { lengths } : {}) };
}

/** A graph's inputs, of what a network reads; those beside it are left to what the graph takes for them. */
export function graphInputsOf(
  { origin }: GraphNetwork,
  { own, source }: NetworkInputs,
): Readonly<Record<string, GraphTensor>> | undefined {
  const input = fromNetworkRows(origin.input, own);
  const other =
    origin.source === undefined || source === undefined ? undefined : fromNetworkRows(origin.source, source);
  if (input === undefined || (other === undefined) !== (source === undefined)) return undefined;
  return {
    [origin.input.name]: input,
    ...(origin.source === undefined || other === undefined ? {} : { [origin.source.name]: other }),
  };
}

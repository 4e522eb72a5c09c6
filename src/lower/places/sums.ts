/** Gradients of what all members and steps share: sums over all rows. A parameter that nothing else is made from is summed where its gradient goes. */
import type { Node, NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import { fillStep } from "../fill.ts";
import type { Statement } from "../ir.ts";
import { sharedLocation } from "../location.ts";
import type { Location } from "../location.ts";
import { labelOf } from "./context.ts";
import type { PlaceContext } from "./context.ts";

export interface SumPlaces {
  /** The sum of the gradient of a shared value. */
  of(id: NodeId): Location;
  /** As `of`, or undefined where the sum is not wanted. */
  find(id: NodeId): Location | undefined;
  /** Of a vector or number parameter. */
  parameter(name: string): Location;
  /** Whether the parameter's gradient is a bare sum, which is added up in its place. */
  isInPlace(parameter: string): boolean;
  /** Sets sums to zero. */
  readonly start: readonly Statement[];
}

export function placeSums(context: PlaceContext): SumPlaces {
  const { options, derivation, allocator } = context;
  const { nodes, gradient, backward } = derivation;
  const parameter = (name: string): Location => {
    const { shape } = known(
      nodes.find((node) => node.kind === "parameter" && node.name === name),
      `parameter ${name}`,
    );
    const to = known(options.parameters[name]?.gradient, `the gradient of ${name}`);
    return sharedLocation(to, { columns: allocator.size(shape, 0), isNumber: shape.length === 0 });
  };
  const isBareSum = (name: string, id: NodeId): boolean => isSumOf(id, nodes[gradient.once.parameters.get(name) ?? -1]);

  const sums = new Map<NodeId, Location>();
  const start: Statement[] = [];
  const wanted = new Set(
    backward.flatMap((stage) => stage.exports).flatMap(({ to }) => (to.kind === "shared" ? [to.of] : [])),
  );
  for (const id of wanted) {
    const node = nodes[id]!;
    if (node.kind === "parameter" && isBareSum(node.name, id)) {
      sums.set(id, parameter(node.name));
      continue;
    }
    const label = labelOf(context, id);
    const room = {
      label: `sum.${label}`,
      extent: "shared",
      columns: allocator.size(node.shape, 0),
      isNumber: node.shape.length === 0,
    } as const;
    const sum = { ...allocator.allocate(room), padded: false, local: false };
    sums.set(id, sum);
    start.push(fillStep({ ...options, batch: 1 }, `${options.name}.zero.${label}`, sum, 0));
  }
  return {
    of: (id) => known(sums.get(id), "the sum of a shared gradient"),
    find: (id) => sums.get(id),
    parameter,
    isInPlace: (name) =>
      isBareSum(
        name,
        nodes.findIndex((node) => node.kind === "parameter" && node.name === name),
      ),
    start,
  };
}

/** Whether `node` stands for the sum of the gradient of shared node `id`. */
function isSumOf(id: NodeId, node: Node | undefined): boolean {
  return node?.kind === "adjoint" && node.of === "shared" && node.name === String(id);
}

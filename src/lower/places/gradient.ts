/** The places of the way back, which are known once it is: where gradients come from and where they go. */
import type { Node, NodeId } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import { at } from "../builder.ts";
import { clearPast } from "../active.ts";
import type { BackwardOptions } from "../cell-options.ts";
import type { Statement } from "../ir.ts";
import type { Location } from "../location.ts";
import { placeCarries } from "./carries.ts";
import type { CarryPlaces } from "./carries.ts";
import { place } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import { placeRowGradients } from "./memories.ts";
import type { MemoryPlaces, RowGradientPlaces } from "./memories.ts";
import { placeSums } from "./sums.ts";
import type { SumPlaces } from "./sums.ts";

export interface GradientPlaces {
  readonly carries: CarryPlaces;
  readonly sums: SumPlaces;
  /** Where the gradient of an input goes. */
  input(name: string): { readonly to: Location; readonly mode: "set" | "add" };
  /** The place of a gradient that is handed in, or undefined where it is zero. */
  leaf(node: Extract<Node, { kind: "adjoint" }>): Location | undefined;
  readonly rows: RowGradientPlaces;
  /** The copy of a gradient that is handed in, for what goes over a memory's rows. */
  handed(id: NodeId): Location;
  /** Sets what the way back starts from. */
  readonly start: readonly Statement[];
}

interface ForwardPlaces {
  /** The place of a computed value. */
  of(id: NodeId): Location;
  readonly memories: MemoryPlaces;
}

export function placeGradient(
  context: PlaceContext,
  { of, memories }: ForwardPlaces,
  back: BackwardOptions,
): GradientPlaces {
  const carries = placeCarries(context, of, back.finalStates);
  const sums = placeSums(context);
  const inputs = placeInputs(context, back.inputs);
  const rows = placeRowGradients(context, memories);
  const handed = new Map<NodeId, Location>();
  return {
    carries,
    sums,
    input: (name) => known(back.inputs[name], `the gradient of ${name}`),
    leaf: ({ of: what, name }) => {
      switch (what) {
        case "output":
          return back.output;
        case "next":
          return carries.of(name).read;
        case "shared":
          return sums.find(Number(name));
      }
    },
    rows,
    handed: (id) => {
      const location = handed.get(id) ?? placeHanded(context, id);
      handed.set(id, location);
      return location;
    },
    start: [...carries.start, ...sums.start, ...inputs, ...rows.start],
  };
}

function placeHanded({ allocator, derivation }: PlaceContext, id: NodeId): Location {
  const { shape } = derivation.nodes[id]!;
  const columns = allocator.size(shape, 0);
  return allocator.allocate({ label: `handed${id}`, extent: "sequence", columns, isNumber: shape.length === 0 });
}

/**
 * Lets pullbacks write the gradients of inputs where they go, if rows of whole vectors fit; clears those of inputs that nothing depends on, and what
 * lies past the members' ends.
 */
function placeInputs(context: PlaceContext, inputs: BackwardOptions["inputs"]): readonly Statement[] {
  const { options, derivation, members } = context;
  const { steps, batch } = options;
  return Object.entries(inputs).flatMap(([name, { to, mode }]): readonly Statement[] => {
    const id = derivation.gradient.inputs.get(name);
    if (mode === "add") return [];
    if (id === undefined) {
      const length = (steps - 1) * to.stepStride + (batch - 1) * to.rowStride + to.columns;
      return [
        { kind: "fill", name: `${options.name}.d.${name}`, buffer: to.buffer, offset: at(to.offset), length, value: 0 },
      ];
    }
    const fits = to.columns % 4 === 0 && derivation.stored.get(id) === "sequence";
    if (fits && derivation.nodes[id]!.kind === "pullback") place(context, id, to);
    return members === undefined
      ? []
      : [clearPast({ ...options, name: `${options.name}.d.${name}.past` }, members, to)];
  });
}

/** The matrix products of stages and the gradients of weights. */
import type { ProductGradient, Stage } from "../derive/index.ts";
import { assert, known } from "../util/errors.ts";
import type { CellWork } from "./cell-work.ts";
import type { Statement } from "./ir.ts";
import type { Location, Moment, TimeRange } from "./location.ts";
import { padTo4 } from "./location.ts";
import { accumulateOuter, multiply, packSideBySide, packStacked } from "./matrix.ts";
import type { MatrixWork } from "./matrix.ts";
import type { ProductRow } from "./places/index.ts";

type EmitProducts = (moment: Moment) => readonly Statement[];

/** Packs the matrices of a stage's products, and gives the products at any moment. */
export function lowerProducts(work: CellWork, stage: Stage, prefix: string): EmitProducts {
  const emitters = [...lowerGroups(work, stage, prefix), ...lowerPullbacks(work, stage, prefix)];
  return (moment) => emitters.flatMap((emit) => emit(moment));
}

/** [P_1, …, P_n] = [M_1 v, …, M_n v] for each operand v. */
function lowerGroups(work: CellWork, stage: Stage, prefix: string): EmitProducts[] {
  const { places } = work;
  return stage.groups.flatMap((group) => {
    const a = places.of(group.operand);
    return places.products.of(group).map((row) => lowerRow(work, stage, prefix, { ...row, a }));
  });
}

function lowerRow(
  work: CellWork,
  stage: Stage,
  prefix: string,
  { terms, location, accumulate, a }: ProductRow & { readonly a: Location },
): EmitProducts {
  const matrices = terms.map((term) => work.places.matrix(term.matrix));
  const name = `${prefix}.${matrices.map((matrix) => matrix.name).join("+")}`;
  const { packed, format, depth, columns } = packSideBySide(work, name, matrices);
  const runs = [{ packed, format, depth, segments: 1, segmentStride: 0, first: 0 }];
  const rows = rowsOf(work, stage.phase);
  return (moment) => multiply(rows, moment, { name, a, runs, c: location, columns, accumulate });
}

/** dv = Σ M_gᵀ dP_g. */
function lowerPullbacks(work: CellWork, stage: Stage, prefix: string): EmitProducts[] {
  const { places, derivation } = work;
  return stage.pullbacks.map((id) => {
    const node = derivation.nodes[id]!;
    assert(node.kind === "pullback", "a pullback");
    const matrices = node.terms.map((term) => places.matrix(term.matrix));
    const name = `${prefix}.${matrices.map((matrix) => `${matrix.name}ᵀ`).join("+")}`;
    const runs = packStacked(work, name, matrices);
    const c = places.of(id);
    const parts = places.adjoints.find(
      node.terms.map((term) => term.vector),
      stage.phase === "once",
    );
    const a = known(parts[0], "a gradient's place");
    return (moment) => multiply(rowsOf(work, stage.phase), moment, { name, a, runs, c, columns: padTo4(c.columns) });
  });
}

/** dM_g += dP_gᵀ v over all rows of a range, one outer product for each group of products with one operand v. `once`: for the sums over all rows. */
export function lowerWeightGradients(work: CellWork, range: TimeRange, once: boolean): readonly Statement[] {
  const { derivation } = work;
  const rows = rowsOf(work, once ? "once" : "after");
  return (once ? derivation.onceProducts : derivation.products).flatMap((group) =>
    lowerOuter(work, rows, range, group),
  );
}

function lowerOuter(work: CellWork, rows: MatrixWork, range: TimeRange, group: ProductGradient): readonly Statement[] {
  const { places, options } = work;
  const places_ = places.adjoints.of(group).parts;
  const first = known(places_[0], "a gradient's place");
  const matrices = group.terms.map(({ matrix }) => places.matrix(matrix));
  const parts = matrices.flatMap(({ gradient, rows: height }, i) =>
    gradient === undefined ? [] : [{ gradient, rows: height, at: places_[i]!.offset - first.offset }],
  );
  if (parts.length === 0) return [];
  const name = `${options.name}.d${matrices.map((matrix) => matrix.name).join("+")}`;
  return accumulateOuter(rows, range, { name, a: first, b: places.of(group.operand), parts });
}

/** What is shared has a single row. */
function rowsOf(work: CellWork, phase: Stage["phase"]): MatrixWork {
  return phase === "prior" || phase === "once" ? { ...work, batch: 1, members: undefined } : work;
}

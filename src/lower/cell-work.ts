/** What all parts of one cell's lowering share. */
import type { Derivation } from "../derive/index.ts";
import type { LowerCellOptions } from "./cell-options.ts";
import type { MatrixWork } from "./matrix.ts";
import type { GradientPlaces, Places } from "./places/index.ts";

export interface CellWork extends MatrixWork {
  readonly options: LowerCellOptions;
  readonly derivation: Derivation;
  readonly places: Places;
  /** Of the way back; undefined on the way forwards. */
  readonly gradient: GradientPlaces | undefined;
}

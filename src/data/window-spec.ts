/** What windows are to be: columns, lengths and form, as plain data. */
import { RecurraError } from "../util/errors.ts";
import type { TargetForm } from "./target-forms.ts";

/** What windows are; plain data that travels with the model. */
export interface WindowSpec {
  readonly kind: "window-spec";
  /** Number columns to forecast. */
  readonly targets: readonly string[];
  /** Number columns that help, known up to the window's last step only. */
  readonly covariates: readonly string[];
  /** Number columns known in advance, such as time features: also given for the rows the forecast is for. */
  readonly known: readonly string[];
  /** T: steps of input. */
  readonly window: number;
  /** Steps from the window's last row to the furthest row forecast; 0 only where targets are no inputs. */
  readonly horizon: number;
  /** `"last"`: the one value `horizon` steps ahead; `"all"`: those 1 to `horizon` steps ahead. */
  readonly predict: "last" | "all";
  /** Rows from one window's start to the next one's. */
  readonly stride: number;
  readonly form: TargetForm;
  /** Whether the past of the targets is input (not for labels). */
  readonly targetsAreInputs: boolean;
  /** The column that tells series apart: no window has rows of two. */
  readonly group?: string;
}

/** A window specification in the making: what is not given has the value said here. */
export interface WindowOptions {
  readonly targets: readonly string[];
  /** None. */
  readonly covariates?: readonly string[] | undefined;
  /** None. */
  readonly known?: readonly string[] | undefined;
  readonly window: number;
  /** 1 */
  readonly horizon?: number | undefined;
  /** `"last"` */
  readonly predict?: "last" | "all" | undefined;
  /** 1 */
  readonly stride?: number | undefined;
  /** `"level"` */
  readonly form?: TargetForm | undefined;
  /** true */
  readonly targetsAreInputs?: boolean | undefined;
  /** One series. */
  readonly group?: string | undefined;
}

/** The specification with its defaults. Throws `util/bad-argument`. */
export function specifyWindows(options: WindowOptions): WindowSpec {
  const spec: WindowSpec = {
    kind: "window-spec",
    targets: options.targets,
    covariates: options.covariates ?? [],
    known: options.known ?? [],
    window: options.window,
    horizon: options.horizon ?? 1,
    predict: options.predict ?? "last",
    stride: options.stride ?? 1,
    form: options.form ?? "level",
    targetsAreInputs: options.targetsAreInputs ?? true,
    ...(options.group === undefined ? {} : { group: options.group }),
  };
  checkSpec(spec);
  return spec;
}

function checkSpec(spec: WindowSpec): void {
  const least = { window: 1, horizon: spec.targetsAreInputs ? 1 : 0, stride: 1 };
  for (const name of ["window", "horizon", "stride"] as const) {
    if (Number.isInteger(spec[name]) && spec[name] >= least[name]) continue;
    throw new RecurraError(
      "util/bad-argument",
      `The ${name} of windows is ${spec[name]}; give a whole number from ${least[name]}`,
    );
  }
  if (spec.targets.length === 0) throw new RecurraError("util/bad-argument", "Windows need at least one target column");
  const names = [...spec.targets, ...spec.covariates, ...spec.known];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new RecurraError(
      "util/bad-argument",
      `Column "${twice}" is named twice among targets, covariates and known columns; name it once`,
    );
  }
  if (!spec.targetsAreInputs && spec.form !== "level") {
    throw new RecurraError(
      "util/bad-argument",
      `Targets of the form "${spec.form}" must also be inputs; use the form "level"`,
    );
  }
  if (!spec.targetsAreInputs && spec.covariates.length + spec.known.length === 0) {
    throw new RecurraError("util/bad-argument", "Windows without the past of their targets need covariates");
  }
  if (spec.predict === "all" && spec.horizon === 0) {
    throw new RecurraError("util/bad-argument", 'Windows that predict "all" steps need a horizon of at least 1');
  }
}

/** The forms in which a network sees and says the values of a target column. */

/**
 * What a network sees of a target column y in a window whose last step is row t, and what it is to say of row q > t:
 *
 *     form             input at row s     target
 *     level            y_s                y_q
 *     difference       y_s − y_(s−1)      y_q − y_t
 *     subtract-last    y_s − y_t          y_q − y_t
 *     divide-last      y_s / y_t − 1      y_q / y_t − 1
 */
export type TargetForm = "level" | "difference" | "subtract-last" | "divide-last";

/** Whether what a row is as an input differs from window to window. */
export function dependsOnWindow(form: TargetForm): boolean {
  return form === "subtract-last" || form === "divide-last";
}

/** What a target column with these values is as an input: see `TargetForm`. */
export function toInputForm(form: TargetForm, values: Float64Array, position: number, end: number): number {
  const value = values[position] ?? NaN;
  switch (form) {
    case "level":
      return value;
    case "difference":
      return value - (values[position - 1] ?? NaN);
    case "subtract-last":
      return value - (values[end] ?? NaN);
    case "divide-last":
      return value / (values[end] ?? NaN) - 1;
  }
}

/** A value of a target column as the network is to say it, where the window's last value is `last`. */
export function toTargetForm(form: TargetForm, value: number, last: number): number {
  switch (form) {
    case "level":
      return value;
    case "difference":
    case "subtract-last":
      return value - last;
    case "divide-last":
      return value / last - 1;
  }
}

/** The inverse of `toTargetForm`. */
export function fromTargetForm(form: TargetForm, value: number, last: number): number {
  switch (form) {
    case "level":
      return value;
    case "difference":
    case "subtract-last":
      return value + last;
    case "divide-last":
      return (value + 1) * last;
  }
}

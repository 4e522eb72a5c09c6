/** How an operation is written, in the language's own text and in LaTeX. */
export type Notation =
  /** Between its two arguments: `symbol` in text. A higher precedence binds tighter; `^` groups to the right, the others to the left. */
  | { readonly kind: "infix"; readonly symbol: string; readonly latex: string; readonly precedence: number }
  /** Before its one argument. */
  | { readonly kind: "prefix"; readonly symbol: string; readonly latex: string; readonly precedence: number }
  /** `name(a, b)`; in LaTeX the given command, then the arguments in parentheses. */
  | { readonly kind: "call"; readonly latex: string }
  /** `name(a)` in text; in LaTeX the argument between two pieces. */
  | { readonly kind: "fence"; readonly open: string; readonly close: string };

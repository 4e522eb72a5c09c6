/** A name of the equations taken apart into what a paper would print: letter, mark above it, subscripts. */

export type Accent = "hat" | "tilde" | "bar";

export interface Symbol {
  /** One letter, a Greek letter by its name (`alpha`), or a word. */
  readonly base: string;
  readonly accent?: Accent;
  readonly subscripts: readonly string[];
}

const accents: Readonly<Record<string, Accent>> = { hat: "hat", tilde: "tilde", bar: "bar" };

/** Greek letters by name, as in LaTeX. */
export const greekLetters: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  epsilon: "ε",
  zeta: "ζ",
  eta: "η",
  theta: "θ",
  iota: "ι",
  kappa: "κ",
  lambda: "λ",
  mu: "μ",
  nu: "ν",
  xi: "ξ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  upsilon: "υ",
  phi: "φ",
  chi: "χ",
  psi: "ψ",
  omega: "ω",
  Gamma: "Γ",
  Delta: "Δ",
  Theta: "Θ",
  Lambda: "Λ",
  Xi: "Ξ",
  Pi: "Π",
  Sigma: "Σ",
  Upsilon: "Υ",
  Phi: "Φ",
  Psi: "Ψ",
  Omega: "Ω",
};

const greekNames: ReadonlyMap<string, string> = new Map(
  Object.entries(greekLetters).map(([name, letter]) => [letter, name]),
);

const subscriptDigits = /[₀-₉]/g;

/** `W_i` is W with subscript i, `h2` is h with 2, `c_tilde` has a tilde; parts of a subscript stand between commas. */
export function splitName(name: string): Symbol {
  const plain = name.replace(subscriptDigits, (digit) => String(digit.charCodeAt(0) - 0x2080));
  const [first = "", ...rest] = plain.split("_").filter((part) => part !== "");
  const numbered = /^(\D+)(\d+)$/u.exec(first);
  const base = numbered?.[1] ?? first;
  const parts = numbered?.[2] === undefined ? rest : [numbered[2], ...rest];
  const accent = parts.map((part) => accents[part]).find((found) => found !== undefined);
  const subscripts = parts.filter((part) => accents[part] === undefined || accents[part] !== accent);
  const symbol: Symbol = { base: greekNames.get(base) ?? (base === "" ? name : base), subscripts };
  return accent === undefined ? symbol : { ...symbol, accent };
}

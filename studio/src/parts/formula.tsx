/** Mathematics, as MathML of the library (`printMathML`, `convertToMathML`). */
import "./formula.css";
import { ScrollBox } from "./scroll-box.tsx";

export interface FormulaProps {
  /** One `math` element, made by the library. */
  readonly mathml: string;
  /** What it is the formula of. */
  readonly label: string;
}

export function Formula({ mathml, label }: FormulaProps) {
  return (
    <ScrollBox label={label}>
      <div class="formula" dangerouslySetInnerHTML={{ __html: mathml }} />
    </ScrollBox>
  );
}

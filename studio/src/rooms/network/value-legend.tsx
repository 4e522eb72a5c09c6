/** What the colours of values mean. */
import { theme } from "../../settings.ts";
import { colourValue } from "./colours.ts";
import "./network-picture.css";
import type { LayerRole } from "./colours.ts";
import { useNetworkWords } from "./use-words.ts";

const roles: readonly LayerRole[] = ["input", "hidden", "output"];

export function ValueLegend() {
  const { legend, step } = useNetworkWords();
  const shown = theme.value;
  const names: Readonly<Record<LayerRole, string>> = { input: step.input, hidden: step.hidden, output: step.output };
  const bar = (role: LayerRole): string =>
    [-1, -0.5, 0, 0.5, 1].map((value) => colourValue(value, { role, most: 1, theme: shown })).join(",");
  return (
    <p class="value-legend small soft">
      {roles.map((role) => (
        <span key={role} class="value-item">
          {names[role]}
          <span class="value-range">
            <span aria-hidden="true">−</span>
            <span class="value-bar" style={{ background: `linear-gradient(to right, ${bar(role)})` }} />
            <span aria-hidden="true">+</span>
            <span class="hidden">{legend}</span>
          </span>
        </span>
      ))}
    </p>
  );
}

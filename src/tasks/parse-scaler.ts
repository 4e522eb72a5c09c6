/** Scalers of a stored task. */
import type { Scaler } from "../data/index.ts";
import type { PlainData } from "../util/plain-data.ts";

/** From a model file. */
export function parseScaler(data: PlainData): Scaler {
  const scaler = data.object();
  const kind = scaler.get("kind").oneOf(["none", "standard", "min-max", "robust", "log-standard"]);
  if (kind === "none") return { kind };
  const scale = scaler.get("scale").number();
  if (scale === 0) scaler.get("scale").fail("is 0, by which nothing can be divided");
  return { kind, center: scaler.get("center").number(), scale };
}

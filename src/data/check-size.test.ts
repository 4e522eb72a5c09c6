import { describe, expect, it } from "vitest";
import { groupSequences } from "./sequences.ts";
import { parseTable } from "./read-table.ts";
import { createWindows } from "./windows.ts";

const { table } = parseTable("id,y,x\na,1,1\na,2,2\nb,3,-1e151\nb,4,1e150\n", { source: "a.csv" });
const refused = expect.objectContaining({
  code: "data/scaler-domain",
  message: expect.stringMatching(/^a\.csv, row 3 \(line 4\), column "x": -1e\+151 is too large/) as unknown,
}) as unknown;

describe("a number whose square is infinite is refused where it stands", () => {
  it("in windows, as a target and beside it", () => {
    expect(() => createWindows(table, { targets: ["x"], window: 1 })).toThrow(refused);
    expect(() => createWindows(table, { targets: ["y"], covariates: ["x"], window: 1 })).toThrow(refused);
    expect(() => createWindows(table, { targets: ["y"], known: ["x"], window: 1 })).toThrow(refused);
    expect(createWindows(table, { targets: ["y"], window: 1 }).count).toBeGreaterThan(0);
  });

  it("in sequences", () => {
    expect(() => groupSequences(table, { sequence: "id", label: "id", features: ["y", "x"] })).toThrow(refused);
  });
});

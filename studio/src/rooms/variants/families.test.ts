/** Families hold every registered cell once, and can be searched in both languages. */
import { cellNames, cells } from "recurra";
import { expect, test } from "vitest";
import { listFamilies, searchFamilies } from "./families.ts";

test("every registered cell is in one family, and in none of a kind unknown", () => {
  const listed = listFamilies().flatMap((family) => family.cells);
  expect(listed.toSorted()).toEqual([...cellNames].toSorted());
  expect(listFamilies().map(({ name }) => name)).not.toContain("other");
});

test("a search goes through all texts, whatever their case and accents", () => {
  const find = (search: string): readonly string[] =>
    searchFamilies(search, (cell) => [cell, cells[cell].options.summary ?? "", "Ô có cổng, Đặc biệt"]).flatMap(
      (family) => family.cells,
    );
  expect(find("PEEPHOLE")).toContain("lstm-coupled");
  expect(find("gru  attention")).toEqual(["gru-attention"]);
  expect(find("cong dac biet")).toHaveLength(cellNames.length);
  expect(find("transformer")).toEqual([]);
});

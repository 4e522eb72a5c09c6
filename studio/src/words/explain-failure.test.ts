/** Errors of the library in Vietnamese. */
import { expect, test } from "vitest";
import { explainFailure } from "./explain-failure.ts";
import documented from "../../../docs/errors.md?raw";
import { studioCodes } from "../studio-error.ts";
import { errors } from "./vi/errors.ts";

test("every code that the library documents, or that is the studio's own, has a sentence, and no other", () => {
  const codes = [...documented.matchAll(/^\| `([a-z]+\/[a-z-]+)` \|/gm)].map((match) => match[1]);
  expect(codes.length).toBeGreaterThan(100);
  expect(Object.keys(errors).toSorted()).toEqual([...codes.map(String), ...studioCodes].toSorted());
});

test("sentences are whole ones, in Vietnamese, and each says something of its own", () => {
  const all = Object.entries(errors);
  const isVietnamese = (text: string): boolean => /[ăâđêôơưạảấầẩậắằẳặẹẻẽếềểệịọỏốồổộớờởợụủứừửựỳỵỷỹ]/.test(text);
  expect(all.filter(([, text]) => !/^[\p{Lu}][^]*[.)]$|^attend /u.test(text) || !isVietnamese(text))).toEqual([]);
  expect(new Set(Object.values(errors)).size).toBe(all.length);
});

test("a failure is explained on the Vietnamese page, with its place", () => {
  const failure = { message: "line 2, column 5: there is no function sofmax", code: "language/unknown-function" };
  expect(explainFailure(failure, "en")).toBeUndefined();
  expect(explainFailure(failure, "vi")).toBe(errors["language/unknown-function"]);
  expect(explainFailure({ ...failure, line: 2, column: 5 }, "vi")).toBe(
    `Dòng 2, cột 5: ${errors["language/unknown-function"]}`,
  );
  expect(explainFailure({ message: "x", code: "file/damaged", line: 3 }, "vi")).toMatch(/^Dòng 3: Nội dung/);
  expect(explainFailure({ message: "a script failed", code: "toString" }, "vi")).toBeUndefined();
  expect(explainFailure({ message: "a script failed" }, "vi")).toBeUndefined();
});

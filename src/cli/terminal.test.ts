import { expect, test } from "vitest";
import { makePlain } from "./terminal.ts";

test("nothing that a file says moves the cursor of a terminal", () => {
  expect(makePlain("a\u001b[2Jb\tc\nd\u202ee\r\u009b1mé")).toBe("a[2Jb\tc\nde1mé");
});

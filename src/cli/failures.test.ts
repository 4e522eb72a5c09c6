/** What is said of errors that are not Recurra's own. */
import { expect, test } from "vitest";
import { reportFailure } from "./failures.ts";

test("an array that cannot be made is too little memory, any other error a defect", () => {
  let said = "";
  const terminal = {
    command: "recurra",
    print: () => undefined,
    say: (text: string) => (said = text),
    screen: undefined,
    onInterrupt: () => () => undefined,
  };
  const tell = (error: Error): string => {
    expect(reportFailure(error, terminal, [])).toBe(1);
    return said;
  };
  expect(tell(new RangeError("Invalid typed array length: 64000000000"))).toMatch(/^error: This needs more memory/);
  expect(tell(new RangeError("x"))).toBe("error: a defect in Recurra, please report it: x");
});

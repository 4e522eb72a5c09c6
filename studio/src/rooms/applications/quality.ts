/** How good a model is on its test, in a sentence: nothing where its scores are not told. */
import { scoreOf } from "../../models/catalogue.ts";
import type { ModelEntry } from "../../models/catalogue.ts";
import type { ApplicationsWords } from "../../words/en/applications.ts";
import { language } from "../../settings.ts";
import { printNumber } from "../../words/index.ts";
import type { DemoName } from "./state.ts";

/** To one place, as all of a sentence are. */
function printShare(share: number): string {
  const places = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${new Intl.NumberFormat(language.value, places).format(100 * share)} %`;
}

export function printQuality(demo: DemoName, entry: ModelEntry, { quality }: ApplicationsWords): string | undefined {
  const of = (...path: readonly string[]): number => scoreOf(entry, ...path);
  const share = (...path: readonly string[]): string => printShare(of(...path));
  const number = (...path: readonly string[]): string => printNumber(of(...path));
  const tested = printNumber(entry.parts.test);
  const [least, print] = ((): readonly [least: number, print: () => string] => {
    switch (demo) {
      case "caption":
        return [
          of("test", "exact"),
          () =>
            quality.caption(
              share("test", "exact"),
              number("test", "wordF1"),
              tested,
              share("test", "nearest", "exact"),
            ),
        ];
      case "feel":
        return [of("accuracy"), () => quality.feel(share("accuracy"), tested, share("bagOfWords"), share("majority"))];
      case "restore":
        return [of("words"), () => quality.restore(share("words"), tested, share("usual"))];
      case "write":
        return [
          of("bitsPerCharacter"),
          () => quality.write(number("bitsPerCharacter"), number("nGramBitsPerCharacter")),
        ];
      case "translate":
        return [
          of("bleu"),
          () =>
            quality.translate(
              number("bleu"),
              share("exact"),
              tested,
              number("baselines", "nearest", "bleu"),
              share("baselines", "nearest", "exact"),
            ),
        ];
      case "forecast": {
        const path = ["births", "meanAbsoluteError"];
        return [
          of(...path),
          () =>
            quality.forecast(
              printNumber(Math.round(of(...path))),
              printNumber(Math.round(of("births", "seasonalNaive"))),
              tested,
              share("births", "within 90%"),
            ),
        ];
      }
    }
  })();
  return Number.isNaN(least) ? undefined : print();
}

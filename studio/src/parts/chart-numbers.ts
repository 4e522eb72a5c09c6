/** The numbers of a chart, which the library writes as English does. */

/** Point and comma change places in texts of an SVG that are nothing but a number. */
export function swapMarks(svg: string): string {
  return svg.replaceAll(/(?<=>)[-−]?\d[\d.,]*(?=<\/text>)/g, (number) =>
    number.replaceAll(/[.,]/g, (mark) => (mark === "." ? "," : ".")),
  );
}

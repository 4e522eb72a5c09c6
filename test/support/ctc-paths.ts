/** Every path of a few classes over a few steps, by the labels that it says. */

/** log p of all labels from logits `[steps, classes]`, each by its labels joined with commas: a sum over all paths. */
export function sumPaths(logits: ArrayLike<number>, steps: number, classes: number, blank = 0): Map<string, number> {
  const rows = Array.from({ length: steps }, (_, t) => {
    const row = Array.from({ length: classes }, (_c, n) => Math.exp(logits[t * classes + n]!));
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((value) => value / sum);
  });
  const sums = new Map<string, number>();
  for (let path = 0; path < classes ** steps; path++) {
    let probability = 1;
    let before = blank;
    const labels: number[] = [];
    for (let t = 0; t < steps; t++) {
      const one = Math.floor(path / classes ** t) % classes;
      probability *= rows[t]![one]!;
      if (one !== blank && one !== before) labels.push(one);
      before = one;
    }
    sums.set(labels.join(), (sums.get(labels.join()) ?? 0) + probability);
  }
  return new Map([...sums].map(([labels, probability]) => [labels, Math.log(probability)]));
}

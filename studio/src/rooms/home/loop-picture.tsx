/** A recurrent unit, unrolled through time: the picture of the first page. Decoration, so it says nothing to a screen reader. */

/** Where each step stands. */
const steps = [60, 150, 240, 330];

export function LoopPicture() {
  return (
    <svg class="loop-picture" viewBox="0 0 390 210" aria-hidden="true">
      <g fill="none" stroke-width="2.5" stroke-linecap="round">
        {steps.map((x) => (
          <g key={x}>
            <path d={`M${x} 176V129`} stroke="var(--time)" />
            <path d={`M${x} 81V34`} stroke="var(--output)" />
          </g>
        ))}
        {steps.slice(1).map((x) => (
          <path key={x} d={`M${x - 66} 105H${x - 32}m-8 -7 8 7-8 7`} stroke="var(--state)" stroke-linejoin="round" />
        ))}
        <path d="M354 105h26" stroke="var(--state)" stroke-dasharray="1 7" />
        <path d="M10 105h26" stroke="var(--state)" stroke-dasharray="1 7" />
      </g>
      {steps.map((x, at) => (
        <g key={x}>
          <circle cx={x} cy="105" r="24" fill="var(--tint)" stroke="var(--state)" stroke-width="2.5" />
          <circle cx={x} cy="105" r={5 + 3.5 * at} fill="var(--state)" opacity={0.45 + 0.15 * at} />
          <circle cx={x} cy="186" r="8" fill="var(--time)" />
          <circle cx={x} cy="24" r="8" fill="var(--output)" />
        </g>
      ))}
    </svg>
  );
}

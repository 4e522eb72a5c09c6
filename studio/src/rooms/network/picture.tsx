/** The card of the room: a network, its layers as circles, and the loop. Decoration. */

/** Where the neurons of the two layers stand. */
const [left, right] = [[48, 80, 112].map((y) => [40, y] as const), [36, 65, 94, 123].map((y) => [96, y] as const)];

export function NetworkPicture() {
  return (
    <svg viewBox="0 0 320 160" aria-hidden="true">
      <g stroke="var(--strong-line)" opacity="0.55">
        {left.flatMap(([x, y]) => right.map(([x2, y2]) => <path key={`${y}-${y2}`} d={`M${x} ${y}L${x2} ${y2}`} />))}
      </g>
      {left.map(([x, y]) => (
        <circle key={y} cx={x} cy={y} r="8" fill="var(--time)" />
      ))}
      {right.map(([x, y]) => (
        <circle key={y} cx={x} cy={y} r="8" fill="var(--state)" />
      ))}
      <path
        d="M136 80h26m-8 -7 8 7-8 7"
        fill="none"
        stroke="var(--soft-ink)"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <g fill="none" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round">
        <path d="M222 122v-16m-6 7 6-8 6 8" stroke="var(--time)" />
        <path d="M222 56V40m-6 7 6-8 6 8" stroke="var(--output)" />
        <path d="M243 66C292 36 296 122 246 96m11 -1-11 1 5 10" stroke="var(--state)" />
      </g>
      <circle cx="222" cy="134" r="9" fill="var(--time)" />
      <circle cx="222" cy="80" r="20" fill="var(--tint)" stroke="var(--state)" stroke-width="2.5" />
      <circle cx="222" cy="26" r="9" fill="var(--output)" />
    </svg>
  );
}

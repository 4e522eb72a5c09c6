/** The card of the vanishing gradient: a chain of steps, and an arrow back that grows thin. Decoration. */

const steps = [40, 88, 136, 184, 232, 280];

export function GradientPicture() {
  return (
    <svg viewBox="0 0 320 160" aria-hidden="true">
      {steps.slice(1).map((x, at) => (
        <path
          key={x}
          d={`M${x - 13} 66H${x - 30}`}
          stroke="var(--gradient)"
          stroke-width={1 + 1.9 * at}
          stroke-opacity={0.35 + 0.15 * at}
          stroke-linecap="round"
        />
      ))}
      {steps.map((x, at) => (
        <g key={x}>
          <circle cx={x} cy="66" r="13" fill="var(--paper)" stroke="var(--state)" stroke-width="2" />
          <rect
            x={x - 9}
            y={132 - 1.7 ** at * 2.4}
            width="18"
            height={1.7 ** at * 2.4}
            rx="2"
            fill="var(--gradient)"
            opacity={0.5 + 0.1 * at}
          />
        </g>
      ))}
      <path d="M26 132.5H294" stroke="var(--strong-line)" stroke-width="1.5" />
    </svg>
  );
}

/** The card of the variants: three cells from one family, each with what it leaves out. Decoration. */

const cards = [
  { x: 34, lines: ["--forget", "--input", "--output", "--memory"] },
  { x: 126, lines: ["--forget", "--input", undefined, "--memory"] },
  { x: 218, lines: ["--input", undefined, undefined, "--state"] },
] as const;

export function VariantsPicture() {
  return (
    <svg viewBox="0 0 320 160" aria-hidden="true">
      {cards.map(({ x, lines }) => (
        <g key={x}>
          <rect
            x={x}
            y="28"
            width="68"
            height="104"
            rx="10"
            fill="var(--paper)"
            stroke="var(--line)"
            stroke-width="1.5"
          />
          {lines.map((colour, at) => (
            <rect
              key={at}
              x={x + 13}
              y={45 + at * 20}
              width={42}
              height="9"
              rx="4.5"
              fill={colour === undefined ? "none" : `var(${colour})`}
              stroke={colour === undefined ? "var(--strong-line)" : "none"}
              stroke-dasharray="3 3"
            />
          ))}
        </g>
      ))}
    </svg>
  );
}

/** The card of the room in which a model is opened: a file, and what is in it. Decoration. */

export function OpenPicture() {
  const colours = ["--forget", "--input", "--output", "--memory", "--state"] as const;
  return (
    <svg viewBox="0 0 320 160" aria-hidden="true">
      <path
        d="M44 34a8 8 0 0 1 8-8h42l26 26v74a8 8 0 0 1-8 8H52a8 8 0 0 1-8-8z"
        fill="var(--paper)"
        stroke="var(--strong-line)"
        stroke-width="1.5"
      />
      <path d="M94 26v18a8 8 0 0 0 8 8h18" fill="none" stroke="var(--strong-line)" stroke-width="1.5" />
      <circle cx="82" cy="92" r="20" fill="none" stroke="var(--line)" stroke-width="2" stroke-dasharray="4 3" />
      {[0.4, 1.7, 2.9, 4.1, 5.3].map((angle, at) => (
        <circle
          key={angle}
          cx={82 + Math.cos(angle) * (9 + at * 2)}
          cy={92 + Math.sin(angle) * (9 + at * 2)}
          r="3"
          fill="var(--state)"
        />
      ))}
      {colours.map((colour, row) =>
        Array.from({ length: 9 }, (_, step) => (
          <rect
            key={`${colour}${step}`}
            x={156 + step * 14}
            y={38 + row * 18}
            width="11"
            height="13"
            rx="3"
            fill={`var(${colour})`}
            opacity={0.2 + 0.8 * Math.abs(Math.sin(step * 0.7 + row * 1.3))}
          />
        )),
      )}
    </svg>
  );
}

/** The card of the workbench: equations on the left, the loss that falls on the right. Decoration. */

const lines = [
  { width: 58, colour: "--forget" },
  { width: 70, colour: "--input" },
  { width: 48, colour: "--output" },
  { width: 64, colour: "--memory" },
  { width: 40, colour: "--state" },
] as const;

export function WorkbenchPicture() {
  return (
    <svg viewBox="0 0 320 160" aria-hidden="true">
      <rect
        x="28"
        y="26"
        width="112"
        height="108"
        rx="10"
        fill="var(--paper)"
        stroke="var(--line)"
        stroke-width="1.5"
      />
      {lines.map(({ width, colour }, at) => (
        <g key={colour}>
          <rect x="42" y={43 + at * 17} width="8" height="7" rx="3.5" fill="var(--line)" />
          <rect x="56" y={43 + at * 17} width={width} height="7" rx="3.5" fill={`var(${colour})`} />
        </g>
      ))}
      <path d="M168 30v102h124" fill="none" stroke="var(--strong-line)" stroke-width="1.5" stroke-linecap="round" />
      <path
        d="M174 42c6 34 10 52 22 62s30 12 48 16 30 3 44 4"
        fill="none"
        stroke="var(--time)"
        stroke-width="2.5"
        stroke-linecap="round"
      />
      <path
        d="M174 56c8 26 14 38 26 44s34 8 46 9 28 1 42 1"
        fill="none"
        stroke="var(--prediction)"
        stroke-width="3"
        stroke-linecap="round"
      />
    </svg>
  );
}

/** The card of the LSTM: the line of the cell with the gates below it. Decoration. */

const gates = [
  { x: 70, colour: "--forget" },
  { x: 122, colour: "--input" },
  { x: 166, colour: "--input" },
  { x: 218, colour: "--output" },
] as const;

export function LstmPicture() {
  return (
    <svg viewBox="0 0 320 160" aria-hidden="true">
      <rect
        x="36"
        y="22"
        width="248"
        height="116"
        rx="14"
        fill="var(--paper)"
        stroke="var(--line)"
        stroke-width="1.5"
      />
      <path d="M12 46H308" stroke="var(--memory)" stroke-width="4" stroke-linecap="round" />
      <path d="M12 122H218M250 122H308" stroke="var(--state)" stroke-width="2.5" stroke-linecap="round" />
      <g fill="none" stroke-width="2" stroke-linecap="round">
        <path d="M70 84V56" stroke="var(--forget)" />
        <path d="M122 84V70H156M166 84V56" stroke="var(--input)" />
        <path d="M218 84V78H250" stroke="var(--output)" />
        <path d="M250 46V122" stroke="var(--state)" />
      </g>
      {gates.map(({ x, colour }) => (
        <rect key={x} x={x - 15} y="84" width="30" height="20" rx="5" fill={`var(${colour})`} />
      ))}
      {[
        [70, 46, "--forget"],
        [166, 46, "--memory"],
        [250, 78, "--output"],
      ].map(([x, y, colour]) => (
        <circle key={x} cx={x} cy={y} r="8.5" fill="var(--paper)" stroke={`var(${colour})`} stroke-width="2.25" />
      ))}
      <path d="M162 46h8m-4-4v8" stroke="var(--memory)" stroke-width="1.75" />
    </svg>
  );
}

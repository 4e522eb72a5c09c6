/** The card of the applications: words go in, and others come out. Decoration. */

const lefts = [40, 80, 120, 160, 200, 240, 280];

export function ApplicationsPicture() {
  return (
    <svg viewBox="0 0 320 160" aria-hidden="true">
      <path d="M40 80H280" stroke="var(--state)" stroke-width="2.5" fill="none" />
      {lefts.map((x, at) => {
        const isRead = at < 4;
        return (
          <g key={x}>
            <path
              d={isRead ? `M${x} 118V92` : `M${x} 68V42`}
              stroke={isRead ? "var(--time)" : "var(--prediction)"}
              stroke-width="2.5"
            />
            <rect
              x={x - 14}
              y={isRead ? 116 : 26}
              width="28"
              height="17"
              rx="6"
              fill={isRead ? "var(--time)" : "var(--prediction)"}
            />
            <circle cx={x} cy="80" r="12" fill="var(--tint)" stroke="var(--state)" stroke-width="2.5" />
          </g>
        );
      })}
    </svg>
  );
}

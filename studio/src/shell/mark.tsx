/** The mark of the project: a unit that reads itself. */

export function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">
        <path d="M10 22V14a6 6 0 1 1 6 6h-2" />
        <path d="m17 16-4 4 4 4" />
      </g>
    </svg>
  );
}

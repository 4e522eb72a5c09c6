/** A picture, darkened where the network did not look. */
import "./look-picture.css";
import { shadeRegions } from "./pixels.ts";

export interface LookPictureProps {
  readonly address: string;
  /** How much each region counted, row by row in a square; nothing is darkened if absent. */
  readonly look?: readonly number[] | undefined;
  readonly label: string;
}

/** Darkness of a region that counted for nothing. */
const most = 0.75;

export function LookPicture({ address, look = [], label }: LookPictureProps) {
  const regions = Math.round(Math.sqrt(look.length));
  return (
    <svg
      class="look-picture"
      viewBox={`0 0 ${Math.max(1, regions)} ${Math.max(1, regions)}`}
      role="img"
      aria-label={label}
    >
      <image href={address} width={Math.max(1, regions)} height={Math.max(1, regions)} />
      {shadeRegions(look).map((shade, at) => (
        <rect
          key={at}
          x={at % regions}
          y={Math.floor(at / regions)}
          width={1}
          height={1}
          // No seam is to be seen between two.
          shape-rendering="crispEdges"
          fill="#0a0f19"
          fill-opacity={Math.round(100 * most * shade) / 100}
        />
      ))}
    </svg>
  );
}

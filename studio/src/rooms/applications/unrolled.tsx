/** An unrolled network as a picture. */
import { useId } from "preact/hooks";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { stateRadius, tokenHeight } from "./shape.ts";
import type { ShapeLayout, ShapeToken } from "./shape.ts";

export interface UnrolledProps {
  readonly layout: ShapeLayout;
  /** What there is to see; decoration if absent. */
  readonly label?: string;
  /** A picture that is read. */
  readonly picture?: string | undefined;
  /** Of what is said and read. */
  readonly lang?: string | undefined;
}

export function Unrolled({ layout, label, picture, lang }: UnrolledProps) {
  const drawn = <Drawing layout={layout} lang={lang} picture={picture} isSmall={label === undefined} />;
  if (label === undefined) return drawn;
  return (
    <ScrollBox label={label}>
      <div role="img" aria-label={label} class="unrolled-room">
        {drawn}
      </div>
    </ScrollBox>
  );
}

interface DrawingProps {
  readonly layout: ShapeLayout;
  readonly lang: string | undefined;
  readonly picture: string | undefined;
  readonly isSmall: boolean;
}

function Drawing({ layout, lang, picture, isSmall }: DrawingProps) {
  const id = useId();
  const { width, height, states, tokens, lines, pool, notes } = layout;
  const size = isSmall ? {} : { width, height, style: { "--drawn-width": `${width}px` } };
  return (
    <svg
      class="unrolled"
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      {...size}
      {...(lang === undefined ? {} : { lang })}
    >
      {(["input", "output", "state", "fed-back"] as const).map((kind) => (
        <marker
          key={kind}
          id={`${id}-${kind}`}
          class={`unrolled-head ${kind}`}
          viewBox="0 0 8 8"
          refX="6"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0.5 8 4 0 7.5z" />
        </marker>
      ))}
      {lines.map(({ kind, path, strength }, at) => (
        <path
          key={at}
          class={`unrolled-line ${kind}`}
          d={path}
          {...(kind === "look" ? { style: { strokeOpacity: strength, strokeWidth: 1 + 2 * strength } } : {})}
          {...(kind === "look" || kind === "ahead" ? {} : { "marker-end": `url(#${id}-${kind})` })}
        />
      ))}
      {pool === undefined ? null : (
        <rect class="unrolled-pool" x={pool.from} y={pool.y - 5} width={pool.to - pool.from} height={10} rx={5} />
      )}
      {states.map(({ x, y, part }, at) => (
        <circle key={at} class={`unrolled-state ${part}`} cx={x} cy={y} r={stateRadius} />
      ))}
      {layout.picture === undefined ? null : <PictureRead place={layout.picture} address={picture} />}
      {tokens.map((token, at) => (
        <Token key={at} token={token} />
      ))}
      {notes.map(({ x, y, text }) => (
        <text key={text} class="unrolled-note" x={x} y={y}>
          {text}
        </text>
      ))}
    </svg>
  );
}

function Token({ token: { x, y, width, text, kind } }: { readonly token: ShapeToken }) {
  if (text === "") return <circle class={`unrolled-dot ${kind}`} cx={x} cy={y} r={7} />;
  return (
    <g class={`unrolled-token ${kind}`}>
      <rect x={x - width / 2} y={y - tokenHeight / 2} width={width} height={tokenHeight} rx={7} />
      <text x={x} y={y}>
        {text}
      </text>
    </g>
  );
}

interface PictureReadProps {
  readonly place: NonNullable<ShapeLayout["picture"]>;
  readonly address: string | undefined;
}

function PictureRead({ place: { x, y, side }, address }: PictureReadProps) {
  const box = { x: x - side / 2, y: y - side / 2, width: side, height: side };
  return (
    <g class="unrolled-picture">
      <rect {...box} rx={8} />
      {address === undefined ? (
        <path d={`M${x - 22} ${y + 18}l14 -20 10 12 8 -8 12 16zM${x + 8} ${y - 12}a5 5 0 1 0 .1 0`} />
      ) : (
        <image {...box} x={box.x + 4} y={box.y + 4} width={side - 8} height={side - 8} href={address} />
      )}
    </g>
  );
}

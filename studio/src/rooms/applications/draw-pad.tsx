/** A sheet to draw a picture on. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../parts/button.tsx";
import { useApplicationsWords } from "./use-words.ts";

/** Those of the emoji. */
const colours = {
  black: "#292f33",
  red: "#dd2e44",
  yellow: "#ffcc4d",
  green: "#5c913b",
  blue: "#3b88c3",
  brown: "#a0522d",
  white: "#ffffff",
} as const;
type Colour = keyof typeof colours;

/** Pixels of the sheet's side, and of a line. */
const size = { side: 256, line: 16 } as const;

export function DrawPad({ onDraw }: { readonly onDraw: (sheet: HTMLCanvasElement) => void }) {
  const { caption: words } = useApplicationsWords();
  const sheet = useRef<HTMLCanvasElement>(null);
  const last = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const [colour, setColour] = useState<Colour>("black");
  const clear = (): void => {
    const context = sheet.current?.getContext("2d");
    if (context == null) return;
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, size.side, size.side);
  };
  useEffect(clear, []);
  const draw = (event: PointerEvent): void => {
    const [canvas, context] = [sheet.current, sheet.current?.getContext("2d")];
    if (canvas === null || context == null || last.current === undefined) return;
    const box = canvas.getBoundingClientRect();
    const [x, y] = [
      ((event.clientX - box.left) * size.side) / box.width,
      ((event.clientY - box.top) * size.side) / box.height,
    ];
    context.strokeStyle = colours[colour];
    context.lineWidth = size.line;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    context.moveTo(
      Number.isNaN(last.current.x) ? x : last.current.x,
      Number.isNaN(last.current.y) ? y : last.current.y,
    );
    context.lineTo(x, y);
    context.stroke();
    last.current = { x, y };
  };
  const end = (): void => {
    if (last.current !== undefined && sheet.current !== null) onDraw(sheet.current);
    last.current = undefined;
  };
  return (
    <div class="pad">
      <canvas
        ref={sheet}
        class="pad-sheet"
        width={size.side}
        height={size.side}
        role="img"
        aria-label={words.pad}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          last.current = { x: NaN, y: NaN };
          draw(event);
        }}
        onPointerMove={draw}
        onPointerUp={end}
        onPointerCancel={end}
      />
      <div class="pad-colours" role="radiogroup" aria-label={words.colours}>
        {(Object.keys(colours) as Colour[]).map((name) => (
          <label key={name} class="pad-colour" title={words.colour[name]}>
            <input
              class="hidden"
              type="radio"
              name="pad-colour"
              checked={name === colour}
              aria-label={words.colour[name]}
              onChange={() => setColour(name)}
            />
            <span style={{ background: colours[name] }} />
          </label>
        ))}
      </div>
      <Button
        kind="quiet"
        onClick={() => {
          clear();
          if (sheet.current !== null) onDraw(sheet.current);
        }}
      >
        {words.clear}
      </Button>
    </div>
  );
}

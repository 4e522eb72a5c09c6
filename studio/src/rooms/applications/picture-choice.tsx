/** A picture to be captioned: an emoji, a file, or what is drawn. */
import { useEffect, useState } from "preact/hooks";
import { PictureDrop } from "../../parts/picture-drop.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { language } from "../../settings.ts";
import { readPicture } from "../../parts/canvas-picture.ts";
import type { ReadPicture } from "../../parts/canvas-picture.ts";
import { DrawPad } from "./draw-pad.tsx";
import { placeOnSheet } from "./emoji.ts";
import { useApplicationsWords } from "./use-words.ts";
import type { EmojiPictures } from "./use-emoji.ts";

/** A picture, with what it is called where that is known. */
export interface ChosenPicture extends ReadPicture {
  readonly emoji?: number;
}

export interface PictureChoiceProps {
  readonly emoji: EmojiPictures;
  /** Of the emoji that is chosen. */
  readonly at: number;
  /** Pixels that the network reads. */
  readonly side: number;
  readonly onEmoji: (at: number) => void;
  readonly onPicture: (picture: ChosenPicture) => void;
}

const sources = ["emoji", "own", "drawn"] as const;

export function PictureChoice({ emoji, at, side, onEmoji, onPicture }: PictureChoiceProps) {
  const { caption: words } = useApplicationsWords();
  const [source, setSource] = useState<(typeof sources)[number]>("emoji");
  const chosen = Math.min(at, emoji.sheet.emoji.length - 1);
  useEffect(() => {
    if (source !== "emoji") return;
    const { side: size } = emoji.sheet;
    const place = placeOnSheet(emoji.sheet, chosen);
    onPicture({ ...readPicture({ image: emoji.bitmap, ...place, width: size, height: size }, side), emoji: chosen });
  }, [emoji, chosen, side, source]);
  return (
    <Tabs
      label={words.sources}
      value={source}
      tabs={sources.map((name) => ({ name, text: words.source[name] }))}
      onChange={setSource}
    >
      {source === "emoji" ? <EmojiGrid emoji={emoji} at={chosen} onChange={onEmoji} /> : null}
      {source === "own" ? (
        <PictureDrop label={words.file} side={side} unread={words.unread} onPicture={onPicture} />
      ) : null}
      {source === "drawn" ? (
        <DrawPad
          onDraw={(image) =>
            onPicture(readPicture({ image, x: 0, y: 0, width: image.width, height: image.height }, side))
          }
        />
      ) : null}
    </Tabs>
  );
}

interface EmojiGridProps {
  readonly emoji: EmojiPictures;
  readonly at: number;
  readonly onChange: (at: number) => void;
}

function EmojiGrid({ emoji: { sheet }, at, onChange }: EmojiGridProps) {
  const { caption: words } = useApplicationsWords();
  return (
    <div class="stack">
      <div class="emoji-grid" role="radiogroup" aria-label={words.emoji}>
        {sheet.emoji.map((names, number) => {
          const { x, y } = placeOnSheet(sheet, number);
          const rows = Math.ceil(sheet.emoji.length / sheet.columns);
          return (
            <label key={number} class="emoji" title={names[language.value]}>
              <input
                class="hidden"
                type="radio"
                name="emoji"
                checked={number === at}
                aria-label={names[language.value]}
                onChange={() => onChange(number)}
              />
              <span
                style={{
                  backgroundImage: "url(./models/emoji.png)",
                  backgroundSize: `${100 * sheet.columns}% ${100 * rows}%`,
                  backgroundPosition: `${(100 * x) / (sheet.side * (sheet.columns - 1))}% ${(100 * y) / (sheet.side * Math.max(1, rows - 1))}%`,
                }}
              />
            </label>
          );
        })}
      </div>
      <p class="small soft">
        {words.emoji}. {words.credit}
      </p>
    </div>
  );
}

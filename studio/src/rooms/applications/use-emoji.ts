/** The sheet of emoji, as a list and as a picture. */
import { useEffect, useState } from "preact/hooks";
import { fetchBytes } from "../../models/fetch-bytes.ts";
import { parseEmojiSheet } from "./emoji.ts";
import type { EmojiSheet } from "./emoji.ts";
import { failureOf } from "../../work/protocol.ts";
import type { Failure } from "../../work/protocol.ts";

export interface EmojiPictures {
  readonly sheet: EmojiSheet;
  readonly bitmap: ImageBitmap;
}

/** Undefined until it is there. */
export function useEmoji(): { readonly emoji: EmojiPictures | undefined; readonly failure: Failure | undefined } {
  const [emoji, setEmoji] = useState<EmojiPictures>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    const read = async (): Promise<EmojiPictures> => {
      const [list, picture] = await Promise.all([fetchBytes("./models/emoji.json"), fetchBytes("./models/emoji.png")]);
      const sheet = parseEmojiSheet(JSON.parse(new TextDecoder().decode(list)));
      return { sheet, bitmap: await createImageBitmap(new Blob([picture], { type: "image/png" })) };
    };
    read().then(setEmoji, (error: unknown) => setFailure(failureOf(error)));
  }, []);
  return { emoji, failure };
}

/** What is to be known of data and of a plan before anything is trained. In a worker that stays. */
import type { ColumnKind } from "recurra";
import type { DataFile, LessonChoice } from "./lessons/lesson.ts";
import type { KeptFacts } from "./lessons/kept-run.ts";
import type { LessonFacts } from "./lessons/plan-lesson.ts";
import type { Work } from "./run-work.ts";

export type PreviewQuestion =
  | { readonly kind: "data"; readonly data: DataFile }
  | { readonly kind: "kept"; readonly file: DataFile }
  | { readonly kind: "plan"; readonly choice: LessonChoice };

export type DataFacts =
  | {
      readonly kind: "table";
      readonly columns: readonly {
        readonly name: string;
        readonly looksLike: ColumnKind;
        /** Its first values, as they stand in the file. */
        readonly first: readonly string[];
      }[];
      readonly rows: number;
      /** What was decided while reading, in the library's words. */
      readonly notes: readonly string[];
    }
  | { readonly kind: "text"; readonly characters: number; readonly lines: number; readonly start: string };

export type PreviewAnswer = DataFacts | KeptFacts | { readonly kind: "plan"; readonly facts: LessonFacts };

export const previewWork: Work<PreviewQuestion, PreviewAnswer> = {
  create: () => new Worker(new URL("./preview.worker.ts", import.meta.url), { type: "module" }),
};

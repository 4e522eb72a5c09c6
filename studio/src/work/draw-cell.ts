/** Diagrams of cells, drawn in a worker. */
import type { Cell, DiagramOptions } from "recurra";
import { useEffect, useState } from "preact/hooks";
import { runWork } from "./run-work.ts";
import type { Work } from "./run-work.ts";

export interface DrawCellRequest extends Pick<Cell, "name" | "text" | "options"> {
  readonly drawn: DiagramOptions;
}

const drawCellWork: Work<DrawCellRequest, string> = {
  create: () => new Worker(new URL("./draw-cell.worker.ts", import.meta.url), { type: "module" }),
};

/** Pictures by what was asked for: going back to a cell draws nothing. */
const finished = new Map<string, string>();

export interface CellDrawing {
  /** An SVG: the last one that is there, which may be of the cell before. Undefined where there is none yet. */
  readonly svg: string | undefined;
  readonly isReady: boolean;
}

/** The diagram of a cell, as soon as it is drawn; options are those of `drawCell`. A diagram that fails is left out. */
export function useCellDrawing({ name, text, options }: Cell, drawn: DiagramOptions): CellDrawing {
  const key = JSON.stringify({ name, text, options, drawn });
  const [last, setLast] = useState<string>();
  const done = finished.get(key);
  useEffect(() => {
    if (done !== undefined) {
      setLast(done);
      return undefined;
    }
    let isLeft = false;
    const draw = async (): Promise<void> => {
      for await (const svg of runWork(drawCellWork, JSON.parse(key) as DrawCellRequest)) {
        finished.set(key, svg);
        if (!isLeft) setLast(svg);
      }
    };
    draw().catch(() => isLeft || setLast(undefined));
    return () => {
      isLeft = true;
    };
  }, [key, done]);
  return { svg: done ?? last, isReady: done !== undefined };
}

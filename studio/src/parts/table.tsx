/** Rows and columns; numbers stand right. */
import type { ComponentChildren } from "preact";
import { ScrollBox } from "./scroll-box.tsx";
import "./table.css";

export interface TableProps {
  /** What the table is about. */
  readonly caption: string;
  readonly columns: readonly { readonly name: string; readonly title: string; readonly isNumber?: boolean }[];
  /** The first cell of a row is its name. */
  readonly rows: readonly {
    readonly key: string;
    readonly cells: readonly ComponentChildren[];
    readonly isMarked?: boolean;
  }[];
}

export function Table({ caption, columns, rows }: TableProps) {
  return (
    <ScrollBox label={caption}>
      <table class="table">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, title, isNumber = false }) => (
              <th key={name} scope="col" class={isNumber ? "is-number" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [first, ...others], isMarked = false }) => (
            <tr key={key} class={isMarked ? "is-marked" : undefined}>
              <th scope="row">{first}</th>
              {others.map((content, at) => (
                <td key={at} class={columns[at + 1]?.isNumber === true ? "is-number" : undefined}>
                  {content}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** Paths that a file gives. */

/** Whether a path leads to a file in the folder of what names it, or below. */
export function isBeside(path: string): boolean {
  return path !== "" && path.length <= 1000 && !/^[/\\]|[\\:?#\0]|(^|\/)\.{1,2}(\/|$)/.test(path);
}

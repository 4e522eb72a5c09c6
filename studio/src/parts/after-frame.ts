/** Waits for the page to have been drawn. */

/** Calls once the next frame is on its way, so that the frame waits for nothing; what it gives back forgets the call. */
export function afterFrame(call: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => (timer = setTimeout(call)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

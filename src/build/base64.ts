/** Bytes as base64, in plain code: a worklet has no `atob`, and what is built is read there. */

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** RFC 4648, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const four = [18, 12, 6, 0].map((shift) => letters[(word >> shift) & 63]).join("");
    const missing = Math.max(0, at + 3 - bytes.length);
    parts.push(four.slice(0, 4 - missing) + "=".repeat(missing));
  }
  return parts.join("");
}

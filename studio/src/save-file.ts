/** Gives the reader a file to keep. */

export function saveFile(content: string | Uint8Array, name: string, type = "application/octet-stream"): void {
  const address = URL.createObjectURL(new Blob([content as BlobPart], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

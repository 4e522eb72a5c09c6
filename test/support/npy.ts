/** Arrays as NumPy saves them. */

/** As numpy.save writes it: the header ends in a line, and the array begins at a multiple of 64 bytes. */
export function npy(descr: string, shape: string, content: ArrayBufferView, order = "False"): Uint8Array {
  const dictionary = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const header = `${dictionary.padEnd(length - 1)}\n`;
  const bytes = new Uint8Array(10 + length + content.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(new Uint8Array(content.buffer, content.byteOffset, content.byteLength), 10 + length);
  return bytes;
}

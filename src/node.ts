/** Recurra in Node: everything of the entry for browsers, and files. */
export * from "./index.ts";
export { readTableFile } from "./data/files.ts";
export { checkWritable, loadFile, readBytes, saveFile, writeWhole } from "./formats/recurra/files.ts";
export { readPictures } from "./data/picture-files.ts";
export type { PictureFile } from "./data/picture-files.ts";

/** Models of PyTorch: state_dicts read and written. */
export type { TorchModule } from "./modules.ts";
export { readTorch } from "./read-torch.ts";
export type { ReadTorchOptions } from "./read-torch.ts";
export { writeTorch } from "./write-torch.ts";
export type { WrittenTorch } from "./write-torch.ts";

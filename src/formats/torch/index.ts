/** Models of PyTorch: state_dicts read and written. */
export type { TorchModule } from "./modules.ts";
export { readTorch } from "./read-torch.ts";
export type { ReadTorchOptions } from "./read-torch.ts";

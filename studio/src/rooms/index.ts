/** The rooms there are, in order of teaching. Adding a room is one entry here, one folder, and one catalogue in each language. */
import type { ComponentType } from "preact";
import type { RoomName } from "../words/index.ts";
import { ApplicationsPicture } from "./applications/picture.tsx";
import { GradientPicture } from "./gradient/picture.tsx";
import { LstmPicture } from "./lstm/picture.tsx";
import { NetworkPicture } from "./network/picture.tsx";
import { OpenPicture } from "./open/picture.tsx";
import { VariantsPicture } from "./variants/picture.tsx";
import { WorkbenchPicture } from "./workbench/picture.tsx";

export interface Room {
  /** Its name in links; its title and summary are in the page's words. */
  readonly name: RoomName;
  /** Loads its component. */
  readonly load: () => Promise<ComponentType>;
  /** What its card on the first page shows: 320 by 160 units, decoration that says nothing alone. One without is not listed. */
  readonly picture?: ComponentType;
}

const rooms: readonly Room[] = [
  {
    name: "network",
    load: async () => (await import("./network/room.tsx")).NetworkRoom,
    picture: NetworkPicture,
  },
  {
    name: "applications",
    load: async () => (await import("./applications/room.tsx")).ApplicationsRoom,
    picture: ApplicationsPicture,
  },
  {
    name: "gradient",
    load: async () => (await import("./gradient/room.tsx")).GradientRoom,
    picture: GradientPicture,
  },
  {
    name: "lstm",
    load: async () => (await import("./lstm/room.tsx")).LstmRoom,
    picture: LstmPicture,
  },
  {
    name: "variants",
    load: async () => (await import("./variants/room.tsx")).VariantsRoom,
    picture: VariantsPicture,
  },
  {
    name: "workbench",
    load: async () => (await import("./workbench/room.tsx")).WorkbenchRoom,
    picture: WorkbenchPicture,
  },
  {
    name: "open",
    load: async () => (await import("./open/room.tsx")).OpenRoom,
    picture: OpenPicture,
  },
  { name: "parts", load: async () => (await import("./parts/room.tsx")).PartsRoom },
];

/** A room as the first page and the head show it. */
export type ListedRoom = Room & { readonly picture: ComponentType };

/** Those that are listed; the others are for who knows their names. */
export function listRooms(): readonly ListedRoom[] {
  return rooms.filter((room): room is ListedRoom => room.picture !== undefined);
}

export function findRoom(name: string): Room | undefined {
  return rooms.find((room) => room.name === name);
}

/** What every demonstration is given. */
import type { ApplicationsState } from "./state.ts";

export interface DemoProps {
  readonly state: ApplicationsState;
  readonly change: (some: Partial<ApplicationsState>) => void;
}

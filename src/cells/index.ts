/** The built-in cells, and first values for the parameters of any cell. */
export type { CellDefinition } from "./definition.ts";
export { initialisersFor, type Initialisation, type InitialisationName } from "./initialisations.ts";
export { initialiseParameters } from "./initialise.ts";
export { cellNames, cells, type CellName } from "./registry.ts";
export { parameterRoles, type ParameterRole } from "./roles.ts";
export { reservoirCell, type ReservoirOptions } from "./reservoir.ts";

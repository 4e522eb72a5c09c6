/** The version of this package, for files that say what made them. */
export const version = "0.1.0";

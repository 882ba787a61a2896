/** The laws by name. */
import { floorLaw } from "./floor.ts";
import type { Law } from "./law.ts";

export const laws: readonly Law[] = [floorLaw];

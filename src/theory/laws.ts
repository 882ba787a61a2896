/** The laws by name. */
import { floorLaw } from "./floor.ts";
import { genericityLaw } from "./genericity.ts";
import { hermiteLaw } from "./hermite.ts";
import type { Law } from "./law.ts";
import { noiseLaw } from "./noise.ts";
import { totalWeightLaw } from "./total-weight.ts";

export const laws: readonly Law[] = [floorLaw, genericityLaw, hermiteLaw, noiseLaw, totalWeightLaw];

/** The laws by name, in the order of the papers. */
import { floorLaw } from "./floor.ts";
import { genericityLaw } from "./genericity.ts";
import { hermiteLaw } from "./hermite.ts";
import type { Law } from "./law.ts";
import { linearLaw } from "./linear.ts";
import { noiseLaw } from "./noise.ts";
import { polynomialLaw } from "./polynomial.ts";
import { powerLaw } from "./power.ts";
import { quadraticLaw } from "./quadratic.ts";
import { spectralLaw } from "./spectral.ts";
import { tensorNormLaw } from "./tensor-norm.ts";
import { totalWeightLaw } from "./total-weight.ts";
import { undercompleteLaw } from "./undercomplete.ts";

export const laws: readonly Law[] = [
  floorLaw,
  linearLaw,
  spectralLaw,
  undercompleteLaw,
  powerLaw,
  polynomialLaw,
  quadraticLaw,
  tensorNormLaw,
  totalWeightLaw,
  hermiteLaw,
  genericityLaw,
  noiseLaw,
];

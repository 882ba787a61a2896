/** The laws by name. */
import { floorLaw } from "./floor.ts";
import type { Law } from "./law.ts";
import { linearLaw } from "./linear.ts";
import { polynomialLaw } from "./polynomial.ts";
import { powerLaw } from "./power.ts";
import { quadraticLaw } from "./quadratic.ts";
import { spectralLaw } from "./spectral.ts";
import { tensorNormLaw } from "./tensor-norm.ts";
import { undercompleteLaw } from "./undercomplete.ts";

export const laws: readonly Law[] = [
  floorLaw,
  spectralLaw,
  undercompleteLaw,
  powerLaw,
  polynomialLaw,
  quadraticLaw,
  tensorNormLaw,
  linearLaw,
];

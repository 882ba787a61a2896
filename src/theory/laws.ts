/** The laws by name, in the order of the papers. */
import { deep } from "./deep.ts";
import { floorLaw } from "./floor.ts";
import { genericityLaw } from "./genericity.ts";
import { hermiteLaw } from "./hermite.ts";
import { isoperimetry } from "./isoperimetry.ts";
import type { Law } from "./law.ts";
import { linearLaw } from "./linear.ts";
import { noiseLaw } from "./noise.ts";
import { oneParameterLaw } from "./one-parameter.ts";
import { polynomialLaw } from "./polynomial.ts";
import { powerLaw } from "./power.ts";
import { quadraticLaw } from "./quadratic.ts";
import { rademacher } from "./rademacher.ts";
import { randomLabel } from "./random-label.ts";
import { size } from "./size.ts";
import { spectralLaw } from "./spectral.ts";
import { tensorNormLaw } from "./tensor-norm.ts";
import { totalWeightLaw } from "./total-weight.ts";
import { undercompleteLaw } from "./undercomplete.ts";
import { universal } from "./universal.ts";

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
  universal,
  randomLabel,
  deep,
  noiseLaw,
  isoperimetry,
  size,
  oneParameterLaw,
  rademacher,
];

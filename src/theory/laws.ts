/** The laws by name. */
import { deep } from "./deep.ts";
import { floorLaw } from "./floor.ts";
import { isoperimetry } from "./isoperimetry.ts";
import type { Law } from "./law.ts";
import { oneParameterLaw } from "./one-parameter.ts";
import { rademacher } from "./rademacher.ts";
import { randomLabel } from "./random-label.ts";
import { size } from "./size.ts";
import { universal } from "./universal.ts";

export const laws: readonly Law[] = [
  floorLaw,
  universal,
  randomLabel,
  deep,
  isoperimetry,
  size,
  oneParameterLaw,
  rademacher,
];

/** HiGHS, the solver of linear programmes, loaded once when it is first needed. */
import highsModule, { type Highs } from "highs";

export type { Highs };

// The package declares itself CommonJS for types, while import gives its ES module: the default is the loader.
const load = highsModule as unknown as typeof highsModule.default;

let solver: Promise<Highs> | undefined;

export function loadHighs(): Promise<Highs> {
  solver ??= load();
  return solver;
}

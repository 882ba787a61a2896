import { type Blas, installBlas, loadBlas } from "../../src/native/blas.ts";

/** A BLAS library, installed first if there is none; or why it cannot be had. Under CI it has to be there. */
export async function obtainBlas(): Promise<Blas | string> {
  try {
    return loadBlas();
  } catch {
    try {
      await installBlas();
      return loadBlas();
    } catch (error) {
      if (process.env.CI === "true") throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }
}

import { resolve } from "node:path";
import envPaths from "env-paths";

/**
 * Folder where native parts are installed: `LAWROB_CACHE` if set, else the user's cache folder for "lawrob".
 * The folder may not exist yet.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env.LAWROB_CACHE;
  return chosen ? resolve(chosen) : envPaths("lawrob", { suffix: "" }).cache;
}

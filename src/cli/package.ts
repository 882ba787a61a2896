/** Where this package lies. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the installed package: holds package.json and experiments/. */
export const packageDirectory = fileURLToPath(new URL("../..", import.meta.url));

/** Version of lawrob. */
export function packageVersion(): string {
  return JSON.parse(readFileSync(path.join(packageDirectory, "package.json"), "utf8")).version;
}

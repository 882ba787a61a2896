/** Programs of the system that a test needs and a package brings. */
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];

/** Where a program lies; also one that only the administrator's shell finds. */
export function locate(program: string): string | undefined {
  return folders.map((folder) => path.join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Why these programs cannot be had, or false: installs the packages that have them, where that is allowed. Under CI they
 * have to be there.
 */
export function missing(programs: readonly string[], packages: readonly string[]): string | false {
  const lacking = () => programs.find((program) => locate(program) === undefined);
  if (lacking() === undefined) return false;
  if (process.getuid?.() === 0 && locate("apt-get")) install(packages);
  const program = lacking();
  if (program === undefined) return false;
  if (process.env.CI === "true") throw new Error(`${program} is missing`);
  return `there is no ${program} here (apt-get install ${packages.join(" ")})`;
}

function install(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    execFileSync("apt-get", ["update", "-qq"], { env, stdio: "ignore" });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
      env,
      stdio: "ignore",
    });
  } catch {
    // Without a network, say: whether the programs are there is looked at again.
  }
}

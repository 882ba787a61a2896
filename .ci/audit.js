// Asks the registry about known vulnerabilities of all packages in package-lock.json, and of those alone that users get;
// fails where there is one. A registry that does not answer that, or none, is said plainly and passes: what a change is
// judged by must not be the network.
import { spawnSync } from "node:child_process";

function ask(args) {
  const { stdout, stderr, error } = spawnSync("npm", ["audit", "--json", ...args], { encoding: "utf8" });
  if (error) return { message: error.message };
  try {
    return JSON.parse(stdout);
  } catch {
    return { message: stderr.trim().split("\n").at(-1) || "no answer" };
  }
}

for (const [which, args] of [
  ["what users get", ["--omit=dev"]],
  ["everything", []],
]) {
  const { vulnerabilities, message, error } = ask(args);
  if (vulnerabilities === undefined) {
    const why = message ?? error?.summary ?? "no reason given";
    console.log(`npm audit, ${which}: NOT CHECKED, the registry does not answer audits (${why})`);
    continue;
  }
  const found = Object.values(vulnerabilities);
  console.log(`npm audit, ${which}: ${found.length} packages with known vulnerabilities`);
  for (const { name, severity, range } of found) console.log(`  ${name} ${range}: ${severity}`);
  if (found.length > 0) process.exitCode = 1;
}

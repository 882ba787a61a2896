// within.js SECONDS MEGABYTES COMMAND…: runs a command and fails when it, with its children, takes longer or holds more
// memory (resident, summed over the processes, sampled). Prints what it took.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const [seconds, megabytes, command, ...args] = process.argv.slice(2);
const started = Date.now();
const child = spawn(command, args, { stdio: "inherit" });
let peak = 0;

function residentKilobytes() {
  const parents = new Map();
  const resident = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      parents.set(Number(pid), Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]));
      resident.set(Number(pid), Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {
      // It ended meanwhile.
    }
  }
  const ours = (pid) => pid === child.pid || (parents.has(pid) && ours(parents.get(pid)));
  return [...resident].filter(([pid]) => ours(pid)).reduce((sum, [, size]) => sum + size, 0);
}

const timer = setInterval(() => {
  peak = Math.max(peak, residentKilobytes());
}, 250);

child.on("close", (code) => {
  clearInterval(timer);
  const took = (Date.now() - started) / 1000;
  const held = peak / 1000;
  console.log(`took ${took.toFixed(0)} s of ${seconds}, held ${held.toFixed(0)} MB of ${megabytes}`);
  process.exit(code || (took > Number(seconds) || held > Number(megabytes) ? 1 : 0));
});

/** A real Slurm whose only node is this machine, with a queue, ports and keys of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { locate, missing } from "./system-package.ts";

/** Why there can be no Slurm here, or false. */
export function noSlurm(): string | false {
  if (process.getuid?.() !== 0) {
    if (process.env.CI === "true") throw new Error("Slurm is set up by the administrator alone");
    return "Slurm is set up by the administrator alone";
  }
  return missing(["munged", "slurmctld", "slurmd", "sbatch", "squeue"], ["slurm-wlm", "munge"]);
}

export interface SlurmNode {
  /** What commands of Slurm, and those that call them, need to find this one. */
  readonly env: Record<string, string>;
  /** Runs a command of Slurm. @returns what it prints */
  ask(command: string, ...args: string[]): string;
  /** Waits until nothing of these jobs is in the queue. */
  ended(jobs: readonly (number | null)[], seconds?: number): Promise<void>;
  /** Ends all jobs and the daemons. */
  stop(): void;
}

/** Two jobs at a time, whatever the machine has. */
const cpus = 2;

/** @param folder empty, of this Slurm alone */
export async function startSlurm(folder: string): Promise<SlurmNode> {
  const at = (name: string) => path.join(folder, name);
  const host = os.hostname().split(".")[0];
  const [controllerPort, nodePort] = [await freePort(), await freePort()];
  mkdirSync(at("state"));
  mkdirSync(at("spool"));
  writeFileSync(at("key"), randomBytes(1024), { mode: 0o600 });
  writeFileSync(
    at("slurm.conf"),
    `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${controllerPort}
SlurmdPort=${nodePort}
SlurmUser=root
AuthType=auth/munge
# How long a job that is queued again waits: otherwise two minutes.
AuthInfo=socket=${at("munge.socket")},cred_expire=5
StateSaveLocation=${at("state")}
SlurmdSpoolDir=${at("spool")}
SlurmctldPidFile=${at("slurmctld.pid")}
SlurmdPidFile=${at("slurmd.pid")}
SlurmctldLogFile=${at("slurmctld.log")}
SlurmdLogFile=${at("slurmd.log")}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
SchedulerParameters=batch_sched_delay=0,sched_interval=1
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=8000 State=UNKNOWN
PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP
PartitionName=second Nodes=${host} MaxTime=INFINITE State=UP
`,
  );
  const env = { SLURM_CONF: at("slurm.conf") };
  const ask = (command: string, ...args: string[]) =>
    execFileSync(locate(command) ?? command, args, { env: { ...process.env, ...env }, encoding: "utf8" });
  const stop = () => {
    // Not by `ask`, as what has failed to start cannot be asked.
    spawnSync(locate("scancel") ?? "scancel", ["--user=root"], {
      env: { ...process.env, ...env },
      stdio: "ignore",
      timeout: 10_000,
    });
    for (const daemon of ["slurmd", "slurmctld", "munged"]) endProcess(at(`${daemon}.pid`));
  };
  try {
    const files = [
      ["socket", "munge.socket"],
      ["key-file", "key"],
      ["pid-file", "munged.pid"],
      ["log-file", "munged.log"],
      ["seed-file", "munged.seed"],
    ];
    ask("munged", "--force", ...files.map(([option, name]) => `--${option}=${at(name)}`));
    ask("slurmctld");
    ask("slurmd");
    await until("the node is idle", 30, () => {
      const { stdout } = spawnSync("sinfo", ["--noheader", "--format=%T"], {
        env: { ...process.env, ...env },
        encoding: "utf8",
      });
      return stdout.includes("idle");
    });
  } catch (error) {
    stop();
    throw error;
  }
  return {
    env,
    ask,
    async ended(jobs, seconds = 60) {
      await until(`jobs ${jobs} have ended`, seconds, () => {
        const queue = ask("squeue", "--noheader", "--format=%F").split("\n");
        return !jobs.some((job) => queue.includes(String(job)));
      });
    },
    stop,
  };
}

/** Waits for something to come true. @throws Error where it does not in time */
export async function until(what: string, seconds: number, holds: () => boolean): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`after ${seconds} s it is not yet so that ${what}`);
    await sleep(50);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Ends the daemon of a pid file, and waits for its end: its folder is removed next. */
function endProcess(file: string): void {
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  try {
    process.kill(pid, "SIGTERM");
    for (let i = 0; i < 100; i++) {
      process.kill(pid, 0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Gives inputs to a `lawrob` that stays, and says of each what must hold of any. */
import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { contents, type Outcome, temporaryFolder } from "../cli/command.ts";

/** A command line, and what lies in its working directory. */
export interface Input {
  readonly words: readonly string[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

interface Answer extends Outcome {
  readonly seconds: number;
}

/** No input may take longer. */
const mostSeconds = 5;
/** After so long it hangs. */
const patience = 30_000;
const seed = 20_211_007;

/** So many inputs, the same in every run: none crashes, hangs, or writes where it was not told to. */
export function fuzz(name: string, numRuns: number, inputs: fc.Arbitrary<Input>): void {
  test(`${numRuns} inputs: ${name}`, async (context) => {
    const session = await openSession(context);
    await fc.assert(
      fc.asyncProperty(inputs, (input) => session.assertSafe(input)),
      { numRuns, seed },
    );
  });
}

async function openSession(context: TestContext) {
  const folder = temporaryFolder(context);
  const inside = path.join(folder, "inside");
  let child: ChildProcess | undefined;
  context.after(() => child?.kill("SIGKILL"));

  const ready = async () => {
    if (child?.connected) return child;
    const { CI: _, ...env } = process.env;
    const begun = fork(fileURLToPath(new URL("serve.ts", import.meta.url)), {
      cwd: inside,
      env: { ...env, LAWROB_CACHE: path.join(folder, "cache"), HOME: folder },
      execArgv: ["--import", import.meta.resolve("tsx")],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await new Promise((resolve, reject) => begun.once("message", resolve).once("error", reject));
    child = begun;
    return begun;
  };

  const run = async (words: readonly string[]): Promise<Answer> => {
    const server = await ready();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        server.removeAllListeners();
        settle();
      };
      const timer = setTimeout(() => {
        server.kill("SIGKILL");
        end(() => reject(new Error(`no answer within ${patience / 1000} s`)));
      }, patience);
      server.once("message", (answer) => end(() => resolve(answer as Answer)));
      server.once("exit", (code, signal) => end(() => reject(new Error(`it ended: ${signal ?? code}`))));
      server.send(words);
    });
  };

  mkdirSync(inside);
  return {
    async assertSafe({ words, files = {} }: Input): Promise<void> {
      for (const [name, content] of Object.entries(files)) writeFileSync(path.join(inside, name), content);
      const before = contents(folder);
      const answer = await run(words);
      assertPlain(answer);
      assert.ok(answer.seconds < mostSeconds, `${answer.seconds} s`);
      const written = contents(folder).filter((file) => !before.includes(file));
      // --out is one of the words.
      const told = words.map((word) => path.relative(folder, path.resolve(inside, word)));
      const untold = written.filter(
        (file) => !told.some((out) => file === out || file.startsWith(`${out}/`)),
      );
      assert.deepEqual(untold, []);
      for (const file of [...written, ...Object.keys(files).map((name) => path.join("inside", name))])
        rmSync(path.join(folder, file), { recursive: true, force: true });
    },
  };
}

/** It did what it was asked, or says in one line why not; a merge that lacks trials says of each shard why. */
export function assertPlain({ code, stdout, stderr }: Outcome): void {
  assert.ok(code === 0 || code === 2 || code === 3, `exit code ${code}\n${stderr}`);
  // A command that only has commands below it shows them.
  if (code === 2 && stderr.startsWith("Usage: lawrob ")) return;
  const lines = stderr.split("\n").slice(0, -1);
  const faults = lines.filter((line) => line.startsWith("lawrob: "));
  assert.equal(faults.length, code === 0 ? 0 : 1, stderr);
  // Beside it there may be notes, which tell of the input or the machine.
  assert.ok(lines.length <= faults.length + 3, stderr);
  assert.doesNotMatch(stderr, /^\s+at |Error:|Warning:|\p{Cc}(?<!\n)|undefined|\[object/mu);
  if (code === 2) assert.equal(stdout, "");
}

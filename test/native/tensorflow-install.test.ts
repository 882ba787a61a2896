import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { cacheFolder } from "../../src/native/cache.ts";
import { EngineUnavailableError } from "../../src/native/errors.ts";
import { installFolder } from "../../src/native/installed-folder.ts";
import { bindingInPackage, locateTensorflow, packageInCache } from "../../src/native/tensorflow/locate.ts";
import { tensorflowWheel } from "../../src/native/tensorflow/release.ts";
import {
  describeTensorflow,
  installTensorflow,
  tensorflowFolder,
  uninstallTensorflow,
} from "../../src/native/tensorflow.ts";
import { wheelFilename } from "../../src/native/wheel.ts";

let root: string;
/** A cache of its own, and no program but those that the test put in bin. */
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lawrob-test-"));
  mkdirSync(join(root, "bin"));
  env = { PATH: join(root, "bin"), LAWROB_CACHE: join(root, "cache") };
});
afterEach(() => rmSync(root, { recursive: true }));

function script(name: string, text: string): void {
  const path = join(root, "bin", name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

function unavailable(message: RegExp, remedy: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof EngineUnavailableError, String(error));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    assert.ok(!error.message.includes("\n") && !error.remedy.includes("\n"));
    return true;
  };
}

/** Puts a folder that looks like a complete install into the cache. */
function installImitation(): Promise<void> {
  return installFolder(tensorflowFolder(env), async (staging) => {
    const files = [join(packageInCache, bindingInPackage), join(packageInCache, "package.json")];
    for (const file of files) {
      mkdirSync(dirname(join(staging, file)), { recursive: true });
      writeFileSync(join(staging, file), '{ "version": "4.22.0" }');
    }
    return { versions: { tensorflow: "2.21.0" }, files };
  });
}

const inCache = () => locateTensorflow(env).found.find(({ source }) => source === "cache");

describe("the cache folder", () => {
  it("is the user's for lawrob, or the one that LAWROB_CACHE names", () => {
    assert.equal(cacheFolder({ LAWROB_CACHE: "/somewhere/else" }), "/somewhere/else");
    assert.equal(basename(cacheFolder({})), process.platform === "win32" ? "Cache" : "lawrob");
  });
});

describe("the wheel of libtensorflow", () => {
  it("exists for Linux with glibc on x64 and arm64", () => {
    const x64 = wheelFilename(tensorflowWheel({ os: "linux", cpu: "x64", glibc: "2.27" }));
    assert.match(x64, /^tensorflow_cpu-2\.21\.0-.*x86_64\.whl$/);
    const arm64 = wheelFilename(tensorflowWheel({ os: "linux", cpu: "arm64", glibc: "3.0" }));
    assert.match(arm64, /^tensorflow-2\.21\.0-.*aarch64\.whl$/);
  });

  it("does not exist for other systems, which is said with what to do instead", () => {
    for (const [os, cpu] of [
      ["darwin", "arm64"],
      ["win32", "x64"],
      ["linux", "ppc64"],
    ])
      assert.throws(
        () => tensorflowWheel({ os, cpu, glibc: "2.36" }),
        unavailable(new RegExp(`this is ${os} ${cpu}$`), /wasm engine/),
      );
  });

  it("does not run on an old or another C library", () => {
    const linux = { os: "linux", cpu: "x64" };
    assert.throws(
      () => tensorflowWheel({ ...linux, glibc: "2.17" }),
      unavailable(/needs glibc 2\.27.*has 2\.17/, /./),
    );
    assert.throws(
      () => tensorflowWheel({ ...linux, glibc: undefined }),
      unavailable(/another C library/, /./),
    );
  });
});

describe("installing TensorFlow", { skip: process.platform !== "linux" && "Linux only" }, () => {
  it("asks for npm when it is missing", async () => {
    await assert.rejects(installTensorflow({ env }), unavailable(/npm is not on the PATH/, /install npm/));
  });

  it("asks for a C++ compiler when it is missing, before anything is downloaded", async () => {
    script("npm", 'case "$1" in --version) exit 0;; esac; exit 1');
    await assert.rejects(
      installTensorflow({ env }),
      unavailable(/compiler g\+\+ is not on the PATH/, /install g\+\+/),
    );
    await assert.rejects(
      installTensorflow({ env: { ...env, CXX: "no-such-compiler" } }),
      unavailable(/compiler no-such-compiler is not/, /CXX/),
    );
    assert.equal(inCache(), undefined);
  });

  it("repeats in one line what npm says when it fails, and leaves nothing", async () => {
    script("g++", "exit 0");
    script(
      "npm",
      `case "$1" in --version) exit 0;; esac
       echo "npm error code ENOTFOUND" >&2; echo "npm error network: host not found" >&2; exit 1`,
    );
    await assert.rejects(
      installTensorflow({ env }),
      unavailable(/could not install @tensorflow.*: npm error network: host not found$/, /registry/),
    );
    assert.deepEqual(readdirSync(cacheFolder(env)), []);
  });

  it("leaves nothing when the library cannot be had", async () => {
    script("g++", "exit 0");
    script("npm", "exit 0");
    await assert.rejects(installTensorflow({ env }), unavailable(/no pip here/, /PIP_INDEX_URL/));
    assert.deepEqual(readdirSync(cacheFolder(env)), []);
  });

  it("does nothing when it is installed, unless forced", async () => {
    await installImitation();
    const messages: string[] = [];
    const result = await installTensorflow({ env, onMessage: (line) => messages.push(line) });
    assert.deepEqual(result, { folder: tensorflowFolder(env), installed: false });
    assert.equal(messages.length, 1);
    await assert.rejects(installTensorflow({ env, force: true }), unavailable(/npm is not/, /./));
    assert.ok(inCache());
  });
});

describe("the installed TensorFlow", () => {
  it("is found when it is whole, with its version, and without being loaded", async () => {
    await installImitation();
    assert.equal(inCache()?.tensorflowVersion, "2.21.0");
    assert.equal(inCache()?.tfjsVersion, "4.22.0");
    assert.equal(describeTensorflow(env).available, true);
  });

  it("is not found when a file of it is gone, which is said", async () => {
    await installImitation();
    rmSync(join(tensorflowFolder(env), packageInCache, bindingInPackage));
    assert.equal(inCache(), undefined);
    assert.match(locateTensorflow(env).whyNot.join("; "), /is damaged/);
  });

  it("is not found in an empty cache, which is said with what to do", () => {
    assert.equal(inCache(), undefined);
    const description = describeTensorflow(env);
    if (locateTensorflow(env).found.length > 0) assert.equal(description.available, true);
    else {
      assert.match(description.whyNot ?? "", /does not exist/);
      assert.match(description.remedy ?? "", /lawrob engines install tensorflow/);
    }
  });

  it("is removed by uninstalling, and nothing else is", async () => {
    await installImitation();
    const old = join(cacheFolder(env), "tensorflow-2.19.0-linux-x64");
    const other = join(cacheFolder(env), "tensorflow-data");
    mkdirSync(old);
    mkdirSync(other);
    assert.deepEqual((await uninstallTensorflow(env)).sort(), [old, tensorflowFolder(env)].sort());
    assert.deepEqual(readdirSync(cacheFolder(env)), ["tensorflow-data"]);
    assert.deepEqual(await uninstallTensorflow(env), []);
  });
});

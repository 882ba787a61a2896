import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, it } from "node:test";
import { openblasBuild, openblasVersion } from "../../src/native/blas/release.ts";
import { describeBlas, installBlas, loadBlas, openblasFolder, uninstallBlas } from "../../src/native/blas.ts";
import { cacheFolder } from "../../src/native/cache.ts";
import { EngineUnavailableError } from "../../src/native/errors.ts";
import { installFolder } from "../../src/native/installed-folder.ts";
import { thisPlatform } from "../../src/native/platform.ts";
import { fetchWheel, wheelFilename } from "../../src/native/wheel.ts";

let root: string;
/** A cache of its own, and no program but those that the test put in bin. */
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lawrob-test-"));
  mkdirSync(join(root, "bin"));
  env = { PATH: join(root, "bin"), LAWROB_CACHE: join(root, "cache") };
});
afterEach(() => rmSync(root, { recursive: true }));

function unavailable(message: RegExp, remedy: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof EngineUnavailableError, String(error));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    return true;
  };
}

/** The wheel for this machine, downloaded once; or why it cannot be had. Under CI it has to be had. */
const downloads = mkdtempSync(join(tmpdir(), "lawrob-test-"));
after(() => rmSync(downloads, { recursive: true }));
const { wheel, library } = openblasBuild(thisPlatform());
const archive = await fetchWheel(wheel, downloads).catch((error: Error) => {
  if (process.env.CI === "true") throw error;
  return error;
});
const missing = archive instanceof Error && archive.message;

/** Puts a pip in bin that downloads what it is given. */
function imitatePip(file: string): void {
  const path = join(root, "bin", "pip");
  const name = wheelFilename(wheel);
  writeFileSync(
    path,
    `#!/bin/sh\nfor word; do case "$word" in --dest=*) /bin/cp '${file}' "\${word#--dest=}/${name}";; esac; done\n`,
  );
  chmodSync(path, 0o755);
}

/** A folder that looks like a complete install. */
function installImitation(): Promise<void> {
  return installFolder(openblasFolder(env), async (staging) => {
    writeFileSync(join(staging, library), "no library");
    return { versions: { openblas: openblasVersion }, files: [library] };
  });
}

/** Only what the cache holds: the system may have a library, which comes first. */
function inCache(): { integerBits: number; description: string } {
  return loadBlas({ LAWROB_BLAS: join(openblasFolder(env), library) });
}

describe("installing OpenBLAS", { skip: missing }, () => {
  it("takes the wheel from pip, and leaves a library that loads", async () => {
    imitatePip(archive as string);
    const lines: string[] = [];
    const result = await installBlas({ env, onMessage: (line) => lines.push(line) });
    assert.deepEqual(result, { folder: openblasFolder(env), installed: true });
    assert.deepEqual(
      readdirSync(openblasFolder(env)).sort(),
      ["LICENSE.txt", "lawrob-install.json", library].sort(),
    );
    assert.match(inCache().description, /^openblas \d+\.\d+\.\d+/);
    assert.equal(inCache().integerBits, 32);
    assert.equal(lines.length, 3);
    assert.deepEqual(await installBlas({ env }), { folder: openblasFolder(env), installed: false });
  });

  it("takes the wheel from an index, without pip", async () => {
    const body = readFileSync(archive as string);
    const sha256 = createHash("sha256").update(body).digest("hex");
    const filename = wheelFilename(wheel);
    const server = createServer((request, response) => {
      const page = request.url === "/simple/scipy-openblas32/";
      response.writeHead(200, {
        "content-type": page ? "application/vnd.pypi.simple.v1+json" : "application/octet-stream",
      });
      const files = [{ filename, url: `/files/${filename}`, hashes: { sha256 } }];
      response.end(page ? JSON.stringify({ files }) : body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as AddressInfo;
      await installBlas({ env: { ...env, PIP_INDEX_URL: `http://127.0.0.1:${port}/simple` } });
      assert.equal(inCache().integerBits, 32);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("refuses another file, asks for pip or an index when there is neither, and leaves nothing", async () => {
    await assert.rejects(
      installBlas({ env }),
      unavailable(/no pip here, and PIP_INDEX_URL/, /Python with pip/),
    );
    const other = join(root, "other");
    writeFileSync(other, "another wheel");
    imitatePip(other);
    await assert.rejects(installBlas({ env }), unavailable(/is not the file this version/, /published/));
    assert.deepEqual(readdirSync(cacheFolder(env)), []);
  });

  it("does nothing when it is installed, unless forced", async () => {
    await installImitation();
    assert.equal((await installBlas({ env })).installed, false);
    imitatePip(archive as string);
    assert.equal((await installBlas({ env, force: true })).installed, true);
    assert.equal(inCache().integerBits, 32);
  });
});

describe("the installed OpenBLAS", () => {
  it("that does not load is said to be damaged, with what to do", async () => {
    await installImitation();
    const { available, whyNot, remedy } = describeBlas(env);
    // The system's own library comes first.
    if (available) return;
    assert.match(whyNot ?? "", /libscipy_openblas\S* does not load/);
    assert.match(remedy ?? "", /engines install blas --force/);
  });

  it("is removed by uninstalling, in any version, and nothing else is", async () => {
    await installImitation();
    const old = join(cacheFolder(env), "openblas-0.3.20.1-linux-x64");
    for (const folder of [old, join(cacheFolder(env), "openblas-data")]) mkdirSync(folder);
    assert.deepEqual((await uninstallBlas(env)).sort(), [old, openblasFolder(env)].sort());
    assert.deepEqual(readdirSync(cacheFolder(env)), ["openblas-data"]);
    assert.deepEqual(await uninstallBlas(env), []);
  });
});

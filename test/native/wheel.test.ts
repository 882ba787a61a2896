import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { EngineUnavailableError } from "../../src/native/errors.ts";
import { fetchWheel, type Wheel, wheelFilename } from "../../src/native/wheel.ts";

const content = "the content of a wheel";
const sha256 = createHash("sha256").update(content).digest("hex");
const wheel: Wheel = {
  project: "toy-wheel",
  version: "1.2.3",
  python: "cp311",
  abi: "cp311",
  platform: "manylinux_2_27_x86_64",
  sha256,
};
const filename = "toy_wheel-1.2.3-cp311-cp311-manylinux_2_27_x86_64.whl";

let root: string;
let server: Server;
let index: string;
/** Pages by path; a request for any other is answered 404. */
let pages: Map<string, { type: string; body: string }>;
let requests: IncomingMessage[];

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "lawrob-test-"));
  mkdirSync(join(root, "bin"));
  pages = new Map([[`/files/${filename}`, { type: "application/octet-stream", body: content }]]);
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    const page = pages.get(request.url ?? "");
    response.writeHead(page ? 200 : 404, { "content-type": page?.type ?? "text/plain" });
    response.end(page?.body ?? "no such page");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(root, { recursive: true });
});

/** Downloads with no program on the PATH but those that the test put in bin. */
function download(env: NodeJS.ProcessEnv): Promise<string> {
  return fetchWheel(wheel, join(root, "out"), { PATH: join(root, "bin"), ...env });
}

function offerHtml(hash: string): void {
  const body = `<!DOCTYPE html><html><body><a href="/files/other.whl">other.whl</a>
    <a data-requires-python="&gt;=3" href="../../files/${filename}#sha256=${hash}">${filename}</a></body></html>`;
  pages.set("/simple/toy-wheel/", { type: "text/html", body });
}

function offerJson(hash: string): void {
  const files = [{ filename, url: `/files/${filename}`, hashes: { sha256: hash } }];
  pages.set("/simple/toy-wheel/", {
    type: "application/vnd.pypi.simple.v1+json",
    body: JSON.stringify({ files }),
  });
}

function script(name: string, text: string): void {
  const path = join(root, "bin", name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

function unavailable(message: RegExp, remedy: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof EngineUnavailableError);
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    assert.ok(!error.message.includes("\n") && !error.remedy.includes("\n"));
    return true;
  };
}

describe("fetchWheel", () => {
  it("names a wheel by its tags", () => assert.equal(wheelFilename(wheel), filename));

  for (const [kind, offer] of Object.entries({ HTML: offerHtml, JSON: offerJson })) {
    it(`downloads from an index that answers in ${kind}`, async () => {
      offer(sha256);
      const path = await download({ PIP_INDEX_URL: index });
      assert.equal(path, join(root, "out", filename));
      assert.equal(readFileSync(path, "utf8"), content);
    });

    it(`does not download what an index in ${kind} says is another file`, async () => {
      offer("0".repeat(64));
      await assert.rejects(
        download({ PIP_INDEX_URL: index }),
        unavailable(/is not the file.*0{64}/, /published/),
      );
      assert.equal(requests.length, 1);
    });
  }

  it("keeps no file whose hash is wrong, whatever the index says", async () => {
    offerJson(sha256);
    pages.set(`/files/${filename}`, { type: "application/octet-stream", body: "another content" });
    await assert.rejects(download({ PIP_INDEX_URL: index }), unavailable(/is not the file/, /published/));
    assert.deepEqual(readdirSync(join(root, "out")), []);
  });

  it("says so when the index has no such file, or no such project", async () => {
    const without = unavailable(/the index does not have toy_wheel-1\.2\.3/, /PIP_INDEX_URL/);
    pages.set("/simple/toy-wheel/", { type: "text/html", body: "<html></html>" });
    await assert.rejects(download({ PIP_INDEX_URL: index }), without);
    pages.clear();
    await assert.rejects(download({ PIP_INDEX_URL: index }), unavailable(/answered 404/, /PIP_INDEX_URL/));
  });

  it("says so when the index does not answer", async () => {
    await assert.rejects(
      download({ PIP_INDEX_URL: "http://127.0.0.1:1/simple" }),
      unavailable(/no answer from 127\.0\.0\.1:1/, /check the network/),
    );
  });

  it("gives the index its user and password, and shows them to nobody", async () => {
    offerJson(sha256);
    const withUser = index.replace("http://", "http://reader:se%3Acret@");
    await download({ PIP_INDEX_URL: withUser });
    const expected = `Basic ${Buffer.from("reader:se:cret").toString("base64")}`;
    assert.deepEqual(
      requests.map((request) => request.headers.authorization),
      [expected, expected],
    );
    pages.clear();
    await assert.rejects(download({ PIP_INDEX_URL: withUser }), (error: Error) => {
      assert.doesNotMatch(error.message, /reader|cret/);
      return true;
    });
  });

  it("asks for a pip or an index when there is neither", async () => {
    await assert.rejects(
      download({}),
      unavailable(/no pip here, and PIP_INDEX_URL is not set/, /Python with pip.*PIP_INDEX_URL/),
    );
  });

  it("takes the file from pip where there is one", async () => {
    script(
      "pip3",
      `for word; do case "$word" in --dest=*) printf '${content}' > "\${word#--dest=}/${filename}";; esac; done`,
    );
    assert.equal(readFileSync(await download({ PIP_INDEX_URL: index }), "utf8"), content);
    assert.equal(requests.length, 0);
  });

  it("checks the file that pip left, and that it left one", async () => {
    script("pip", `for word; do case "$word" in --dest=*) : > "\${word#--dest=}/${filename}";; esac; done`);
    await assert.rejects(download({}), unavailable(/is not the file/, /published/));
    script("pip", "exit 0");
    await assert.rejects(download({}), unavailable(/left no file/, /published/));
  });

  it("repeats in one line what pip says when it fails", async () => {
    script(
      "pip",
      'case "$1" in --version) exit 0;; esac; echo noise; echo "ERROR: no network" >&2; echo more >&2; exit 1',
    );
    await assert.rejects(
      download({}),
      unavailable(/^pip could not download toy-wheel 1\.2\.3: ERROR: no network$/, /check the network/),
    );
  });
});

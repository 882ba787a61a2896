import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { extractZip } from "../../src/native/unzip.ts";

/**
 * Made by Python's zipfile, deflated: toy/, toy/library.so.2 ("library " 20 times), toy/include/c/api.h
 * ("int f(void);\n") and toy/other.py ("pass\n").
 */
const archive =
  "UEsDBBQAAAAIAAAAIQAAAAAAAgAAAAAAAAAEAAAAdG95LwMAUEsDBBQAAAAIAAAAIQDXGR2yDQAAAKAAAAAQAAAAdG95L2xpYnJhcnkuc28uMsvJTCpKLKpUyBmkNABQSwMEFAAAAAgAAAAhAPHcuv4PAAAADQAAABMAAAB0b3kvaW5jbHVkZS9jL2FwaS5oy8wrUUjTKMvPTNG05gIAUEsDBBQAAAAIAAAAIQCWkhoOBwAAAAUAAAAMAAAAdG95L290aGVyLnB5K0gsLuYCAFBLAQIUAxQAAAAIAAAAIQAAAAAAAgAAAAAAAAAEAAAAAAAAAAAAAACAAQAAAAB0b3kvUEsBAhQDFAAAAAgAAAAhANcZHbINAAAAoAAAABAAAAAAAAAAAAAAAIABJAAAAHRveS9saWJyYXJ5LnNvLjJQSwECFAMUAAAACAAAACEA8dy6/g8AAAANAAAAEwAAAAAAAAAAAAAAgAFfAAAAdG95L2luY2x1ZGUvYy9hcGkuaFBLAQIUAxQAAAAIAAAAIQCWkhoOBwAAAAUAAAAMAAAAAAAAAAAAAACAAZ8AAAB0b3kvb3RoZXIucHlQSwUGAAAAAAQABADrAAAA0AAAAAAA";

/** Made by Python's zipfile, stored: one file named ../escaped.txt. */
const escaping =
  "UEsDBBQAAAAAAAAAIQCDFtyMAQAAAAEAAAAOAAAALi4vZXNjYXBlZC50eHR4UEsBAhQDFAAAAAAAAAAhAIMW3IwBAAAAAQAAAA4AAAAAAAAAAAAAAIABAAAAAC4uL2VzY2FwZWQudHh0UEsFBgAAAAABAAEAPAAAAC0AAAAAAA==";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lawrob-test-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("extractZip", () => {
  it("writes the entries that are asked for, where they are asked for", async () => {
    writeFileSync(join(root, "toy.zip"), Buffer.from(archive, "base64"));
    const count = await extractZip(join(root, "toy.zip"), (name) =>
      name.endsWith(".py") ? undefined : join(root, "out", name.replace("toy/", "")),
    );
    assert.equal(count, 2);
    assert.equal(readFileSync(join(root, "out", "library.so.2"), "utf8"), "library ".repeat(20));
    assert.equal(readFileSync(join(root, "out", "include", "c", "api.h"), "utf8"), "int f(void);\n");
    assert.deepEqual(readdirSync(join(root, "out")).sort(), ["include", "library.so.2"]);
  });

  it("refuses an archive with a name that leaves its folder", async () => {
    writeFileSync(join(root, "toy.zip"), Buffer.from(escaping, "base64"));
    await assert.rejects(
      extractZip(join(root, "toy.zip"), (name) => join(root, "out", name)),
      /invalid relative path/,
    );
    assert.deepEqual(readdirSync(root), ["toy.zip"]);
  });

  it("fails on an archive that was cut short", async () => {
    const whole = Buffer.from(archive, "base64");
    writeFileSync(join(root, "toy.zip"), whole.subarray(0, whole.length - 30));
    await assert.rejects(extractZip(join(root, "toy.zip"), (name) => join(root, "out", name)));
  });
});

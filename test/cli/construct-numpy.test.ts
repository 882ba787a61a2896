import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { constructionMethods } from "../../src/construct/methods.ts";
import { sampledData } from "../construct/method.ts";
import { lawrob, root, temporaryFolder } from "./command.ts";

const script = path.join(root, "test", "fixtures", "recheck-construction.py");
const python = process.env.LAWROB_PYTHON ?? "python3";

/** Sizes at which every construction exists. */
const [n, d] = [60, 40];

for (const method of constructionMethods.filter(({ isFunction }) => !isFunction)) {
  test(`NumPy finds the numbers of ${method.name} from its file`, async (context) => {
    const folder = temporaryFolder(context);
    const points = method.name === "linear" ? 30 : n;
    const { X, y } = sampledData(points, d);
    const rows = Array.from({ length: points }, (_, i) =>
      [...X.subarray(i * d, (i + 1) * d), y[i]].join(","),
    );
    writeFileSync(path.join(folder, "data.csv"), `${rows.join("\n")}\n`);
    const args = ["construct", method.name, "--data", "data.csv", "--out", "net.json", "--json"];
    const { code, stdout, stderr } = await lawrob(folder, ...args);
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    let found: Record<string, number | null>;
    try {
      found = JSON.parse(
        execFileSync(python, [script, "net.json", "data.csv"], { cwd: folder, encoding: "utf8" }),
      );
    } catch (error) {
      if (process.env.CI === "true") throw error;
      return context.skip("no Python with NumPy, see LAWROB_PYTHON");
    }
    // Where weights are huge and cancel, the order of the sums shows: by their rounding, not by more.
    const rounding = 1e-15 * report.total_weight;
    assert.ok(Math.abs((found.max_error ?? 1) - report.max_error) <= 1e-9 * report.max_error + rounding);
    assert.equal(found.sign_errors, report.sign_errors);
    assert.ok(Math.abs((found.total_weight ?? 0) / report.total_weight - 1) <= 1e-12);
    if (found.points === null) assert.equal(report.lipschitz.proxy, undefined);
    else {
      const apart = Math.abs((found.points ?? 0) / report.lipschitz.proxy.points - 1);
      assert.ok(apart <= 1e-9, `${found.points} ${report.lipschitz.proxy.points}`);
    }
  });
}

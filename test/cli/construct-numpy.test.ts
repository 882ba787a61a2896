import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import test, { describe } from "node:test";
import { constructionMethods } from "../../src/construct/methods.ts";
import { sampledData } from "../construct/method.ts";
import { lawrob, root, temporaryFolder } from "./command.ts";

const script = path.join(root, "test", "fixtures", "recheck-construction.py");
const python = process.env.LAWROB_PYTHON ?? "python3";

/** Sizes at which every construction exists: the first for the forms that need more room than others. */
const sizes = [
  [60, 40],
  [90, 60],
];
/** What some choices need beside them. */
const beside: Record<string, string> = {
  "tensor --decompose fit": " --degree 3",
  "ntk --step fixed": " --form boosted",
  "ntk --activation tanh": " --form boosted",
  "ntk --activation softplus": " --form boosted",
};

const numpy = spawnSync(python, ["-c", "import numpy"]).status === 0;

const cases = constructionMethods
  .filter(({ isFunction }) => !isFunction)
  .flatMap(({ name, options }) => {
    const others = Object.entries(options).flatMap(([option, { default: usual, ...rest }]) =>
      rest.kind === "choice"
        ? rest.choices
            // A polynomial takes fewer points than dimensions, as linear does.
            .filter((choice) => choice !== usual && choice !== "identity")
            .map((choice) => `${name} --${option} ${choice}`)
        : [],
    );
    return [name, ...others].map((line) => `${line}${beside[line] ?? ""}`);
  });

describe("NumPy finds the numbers of a construction from its file", { concurrency: 2 }, () => {
  cases.forEach((line, at) => {
    test(line, {
      skip: !numpy && process.env.CI !== "true" && "no Python with NumPy, see LAWROB_PYTHON",
    }, async (context) => {
      const folder = temporaryFolder(context);
      const [most, d] = sizes[at % sizes.length];
      const n = line.startsWith("linear") ? d - 10 : most;
      const { X, y } = sampledData(n, d);
      const rows = Array.from({ length: n }, (_, i) => [...X.subarray(i * d, (i + 1) * d), y[i]].join(","));
      writeFileSync(path.join(folder, "data.csv"), `${rows.join("\n")}\n`);
      const args = [...line.split(" "), "--data", "data.csv", "--out", "net.json", "--json"];
      const { code, stdout, stderr } = await lawrob(folder, "construct", ...args);
      assert.equal(code, 0, stderr);
      const report = JSON.parse(stdout);
      const rechecked = execFileSync(python, [script, "net.json", "data.csv"], {
        cwd: folder,
        encoding: "utf8",
      });
      const found = JSON.parse(rechecked);
      // Where summands are huge and cancel, the order of the sums shows: by their rounding, not by more.
      const rounding = 1e-15 * Math.max(report.total_weight, 10 * found.summands);
      assert.ok(Math.abs(found.max_error - report.max_error) <= 1e-9 * report.max_error + rounding);
      const apart = Math.abs(Math.sqrt(found.mse) - Math.sqrt(report.mse));
      assert.ok(apart <= 1e-9 * Math.sqrt(report.mse) + rounding, `${found.mse} ${report.mse}`);
      assert.equal(found.sign_errors, report.sign_errors);
      assert.ok(Math.abs(found.total_weight / report.total_weight - 1) <= 1e-12);
      const { proxy } = report.lipschitz;
      if (found.points === null) assert.equal(proxy, undefined);
      else {
        assert.ok(Math.abs(found.points / proxy.points - 1) <= 1e-9, `${found.points} ${proxy.points}`);
        assert.equal(found.on_kinks, proxy.on_kinks);
      }
    });
  });
});

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { FusedSession } from "../../src/train/fused/session.ts";
import { torchProblem } from "../fixtures/torch-training/problem.ts";
import {
  assertRelative,
  distance,
  gemms,
  meanSquare,
  NAMES,
  norm,
  run,
  SETTINGS,
  SHAPES,
  sample,
  VARIANTS,
  WIDE,
} from "./fused-cases.ts";
import { forward, gradient, train } from "./reference.ts";

test("the reference's gradient is that of its loss, by central differences", () => {
  for (const shape of [...SHAPES.slice(1, 5), WIDE]) {
    const { problem, initial } = sample(shape);
    const epsilon = SETTINGS.batchNormEpsilon;
    const exact = gradient(problem, initial, epsilon);
    const scale = Math.hypot(...NAMES.map((name) => norm(exact[name])));
    for (const name of NAMES) {
      for (let i = 0; i < initial[name].length; i++) {
        const at = (shift: number) => {
          const moved = { ...initial, [name]: initial[name].slice() };
          moved[name][i] += shift;
          return forward(problem, moved, epsilon).loss;
        };
        const difference = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert.ok(Math.abs(difference - exact[name][i]) < 1e-6 * scale, `${shape} ${name} ${i}`);
      }
    }
  }
});

test("the gradients of both plans are the reference's", () => {
  for (const shape of SHAPES) {
    const { problem, initial } = sample(shape);
    const exact = gradient(problem, initial, SETTINGS.batchNormEpsilon);
    const scale = Math.hypot(...NAMES.map((name) => norm(exact[name])));
    for (const { gemm, plan, name: variant } of VARIANTS) {
      const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
      session.evaluate();
      const found = session.gradient();
      for (const name of NAMES) {
        const error = distance(found[name], exact[name]) / scale;
        assert.ok(error < 1e-5, `${shape} ${variant} ${name}: ${error}`);
      }
      session.dispose();
    }
  }
});

test("twelve steps of both plans follow the reference to float rounding", () => {
  for (const shape of [...SHAPES, WIDE]) {
    const { problem, initial } = sample(shape);
    const expected = train(problem, initial, SETTINGS, 12);
    for (const { gemm, plan, name: variant } of VARIANTS) {
      const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
      const losses = run(session, problem, 12);
      losses.forEach((loss, step) => {
        assertRelative(loss, expected.losses[step], 1e-5, `${shape} ${variant} step ${step}`);
      });
      const found = session.parameters();
      for (const name of NAMES) {
        const error = distance(found[name], expected.parameters[name]) / norm(expected.parameters[name]);
        assert.ok(error < 1e-4, `${shape} ${variant} ${name}: ${error}`);
      }
      session.dispose();
    }
  }
});

test("the batch statistics are those of the current parameters", () => {
  for (const shape of SHAPES) {
    const { problem, initial } = sample(shape);
    const session = new FusedSession(problem, initial, SETTINGS, "H", gemms[0]);
    run(session, problem, 3);
    const found = session.parameters();
    const expected = forward(problem, found, SETTINGS.batchNormEpsilon);
    assert.ok(distance(found.mean, expected.mean) < 1e-12 * (1 + norm(expected.mean)));
    assert.ok(distance(found.variance, expected.variance) < 1e-12 * norm(expected.variance));
    assertRelative(meanSquare(session.evaluate(), problem.y), expected.loss, 1e-5, `${shape}`);
    session.dispose();
  }
});

test("the losses are PyTorch's to six digits, in both plans", () => {
  const file = new URL("../fixtures/torch-training/losses.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8"));
  for (const { n, d, k, learningRate, losses } of cases) {
    const { problem, initial } = torchProblem(n, d, k);
    for (const { gemm, plan, name: variant } of VARIANTS) {
      const session = new FusedSession(problem, initial, { ...SETTINGS, learningRate }, plan, gemm);
      run(session, problem, losses.length).forEach((loss, step) => {
        assertRelative(loss, losses[step], 1e-6, `${n},${d},${k} ${variant} step ${step}`);
      });
      session.dispose();
    }
  }
});

test("the same run gives the same bytes, whatever used the memory before or is open beside it", () => {
  for (const { gemm, plan } of VARIANTS) {
    const { problem, initial } = sample([257, 9, 13]);
    const bytes = () => {
      const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
      run(session, problem, 5);
      const result = [session.evaluate().slice(), session.parameters()];
      session.dispose();
      return result;
    };
    const first = bytes();
    const poison = sample([300, 30, 40]);
    poison.problem.X.fill(Number.NaN);
    const other = new FusedSession(poison.problem, poison.initial, SETTINGS, "H", gemms[0]);
    run(other, poison.problem, 2);
    assert.deepEqual(bytes(), first);
    other.dispose();
    assert.deepEqual(bytes(), first);
  }
});

test("a run that diverges gives not-a-number, not a wrong number", () => {
  for (const { gemm, plan } of VARIANTS) {
    const { problem, initial } = sample([60, 8, 5]);
    initial.W[3] = Number.NaN;
    const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
    assert.ok(run(session, problem, 3).every(Number.isNaN));
    session.dispose();
  }
});

/**
 * Milliseconds per training step of the engines `wasm` and `blas` on one core, by plan and beside each other:
 * `node --import tsx bench/step.ts [n,d,k …]`. Without a BLAS library its columns are left out.
 *
 * A step is evaluate() and update(). Each figure is the least of several batches of steps after a warm-up, the engines in
 * turn; GFLOP/s count the 4 n d k useful flops of the two products.
 */
import { describeBlas, loadBlas } from "../src/native/blas.ts";
import { blasGemm } from "../src/train/fused/blas.ts";
import { type Gemm, wasmGemm } from "../src/train/fused/gemm.ts";
import { choosePlan } from "../src/train/fused/layout.ts";
import { FusedSession } from "../src/train/fused/session.ts";

const SHAPES = [
  "100,50,10",
  "500,100,10",
  "500,100,50",
  "500,100,500",
  "500,400,500",
  "2000,50,100",
  "2000,200,100",
  "2000,200,2000",
  "2000,1500,20",
  "2000,1500,2000",
];
const SETTINGS = {
  learningRate: 3e-3,
  beta1: 0.9,
  beta2: 0.999,
  adamEpsilon: 1e-8,
  batchNormEpsilon: 1e-5,
};
// Time that one session takes, about, in milliseconds.
const BUDGET = 2000;
const BATCHES = 20;
const PLANS = ["H", "S"] as const;

let state = 1;
function uniform(): number {
  state = (Math.imul(1664525, state) + 1013904223) >>> 0;
  return state / 2 ** 32 - 0.5;
}

function uniforms(length: number, scale: number): Float64Array {
  return Float64Array.from({ length }, () => scale * uniform());
}

/** Milliseconds of a step of each session, in turns. */
function measure(sessions: readonly FusedSession[]): number[] {
  const steps = (session: FusedSession, count: number): number => {
    const start = performance.now();
    for (let step = 0; step < count; step++) {
      session.evaluate();
      session.update();
    }
    return (performance.now() - start) / count;
  };
  const counts = sessions.map((session) => {
    let one = steps(session, 2);
    for (let warm = 0; warm < BUDGET / 4; warm += one) one = steps(session, 1);
    return Math.max(1, Math.floor((BUDGET * 0.75) / BATCHES / one));
  });
  const best = sessions.map(() => Number.POSITIVE_INFINITY);
  const start = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) {
    if (batch >= 3 && performance.now() - start > BUDGET * sessions.length) break;
    sessions.forEach((session, i) => {
      best[i] = Math.min(best[i], steps(session, counts[i]));
    });
  }
  return best;
}

const blas = describeBlas();
if (blas.available) console.log(`blas: ${blas.version}`);
else console.log(`no blas: ${blas.whyNot}`);
const gemms: Gemm[] = [wasmGemm(), ...(blas.available ? [blasGemm(loadBlas())] : [])];
const titles = gemms.flatMap(({ engine }) =>
  [`${engine} H`, "S", "", "GFLOP/s"].map((name) => name.padStart(10)),
);
console.log(`${"n,d,k".padEnd(16)}${titles.join("")}${blas.available ? "     ratio" : ""}`);
for (const text of process.argv.length > 2 ? process.argv.slice(2) : SHAPES) {
  const [n, d, k] = text.split(",").map(Number);
  const data = {
    n,
    d,
    X: uniforms(n * d, Math.sqrt(12 / d)),
    y: Float64Array.from({ length: n }, () => (uniform() < 0 ? -1 : 1)),
  };
  const initial = {
    W: uniforms(k * d, 2 / Math.sqrt(d)),
    a: uniforms(k, 2 / Math.sqrt(k)),
    gamma: new Float64Array(k).fill(1),
    beta: new Float64Array(k),
  };
  const sessions = gemms.flatMap((gemm) =>
    PLANS.map((plan) => new FusedSession(data, initial, SETTINGS, plan, gemm)),
  );
  const times = measure(sessions);
  for (const session of sessions) session.dispose();
  const chosen: number[] = [];
  const cells = gemms.flatMap((gemm, i) => {
    const plan = choosePlan({ n, d, k }, gemm);
    const ms = times[2 * i + PLANS.indexOf(plan)];
    chosen.push(ms);
    const both = times.slice(2 * i, 2 * i + 2).map((time) => time.toPrecision(4));
    return [...both, plan, ((4 * n * d * k) / ms / 1e6).toFixed(1)].map((cell) => cell.padStart(10));
  });
  const ratio = chosen.length > 1 ? (chosen[0] / chosen[1]).toFixed(2).padStart(10) : "";
  console.log(`${text.padEnd(16)}${cells.join("")}${ratio}`);
}

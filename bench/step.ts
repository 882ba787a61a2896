/**
 * Milliseconds per training step of the wasm engine, one core: `node --import tsx bench/step.ts [n,d,k …]`.
 *
 * A step is evaluate() and update(). Each figure is the least of several batches of steps after a warm-up, GFLOP/s count
 * the 4 n d k useful flops of the two products.
 */
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
// Time that one shape takes, about, in milliseconds.
const BUDGET = 2000;
const BATCHES = 20;

let state = 1;
function uniform(): number {
  state = (Math.imul(1664525, state) + 1013904223) >>> 0;
  return state / 2 ** 32 - 0.5;
}

function uniforms(length: number, scale: number): Float64Array {
  return Float64Array.from({ length }, () => scale * uniform());
}

function measure(n: number, d: number, k: number, plan: "H" | "S"): number {
  const y = Float64Array.from({ length: n }, () => (uniform() < 0 ? -1 : 1));
  const initial = {
    W: uniforms(k * d, 2 / Math.sqrt(d)),
    a: uniforms(k, 2 / Math.sqrt(k)),
    gamma: new Float64Array(k).fill(1),
    beta: new Float64Array(k),
  };
  const session = new FusedSession(
    { n, d, X: uniforms(n * d, Math.sqrt(12 / d)), y },
    initial,
    SETTINGS,
    plan,
  );
  const steps = (count: number): number => {
    const start = performance.now();
    for (let step = 0; step < count; step++) {
      session.evaluate();
      session.update();
    }
    return (performance.now() - start) / count;
  };
  let one = steps(2);
  for (let warm = 0; warm < BUDGET / 4; warm += one) one = steps(1);
  const count = Math.max(1, Math.floor((BUDGET * 0.75) / BATCHES / one));
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < BATCHES && (batch < 3 || count * one * batch < BUDGET); batch++) {
    best = Math.min(best, steps(count));
  }
  session.dispose();
  return best;
}

const shapes = process.argv.length > 2 ? process.argv.slice(2) : SHAPES;
console.log(`${"n,d,k".padEnd(18)}${"plan H".padStart(12)}${"plan S".padStart(12)}   chosen   GFLOP/s`);
for (const text of shapes) {
  const [n, d, k] = text.split(",").map(Number);
  const chosen = choosePlan({ n, d, k });
  const [H, S] = (["H", "S"] as const).map((plan) => measure(n, d, k, plan));
  const speed = (4 * n * d * k) / (chosen === "H" ? H : S) / 1e6;
  const columns = [H, S].map((ms) => `${ms.toPrecision(4)} ms`.padStart(12)).join("");
  console.log(`${text.padEnd(18)}${columns}   ${chosen.padEnd(6)}${speed.toFixed(1).padStart(10)}`);
}

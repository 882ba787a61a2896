/** `lawrob lipschitz`: the certified interval around the Lipschitz constant of a network in a file. */
import type { Command } from "commander";
import { type Bound, checkOrder } from "../lipschitz/bound.ts";
import { certifiedUpper, proxyBound } from "../lipschitz/certify.ts";
import { exactConstant } from "../lipschitz/exact/exact-constant.ts";
import { slopesAroundZero } from "../lipschitz/exact/gates.ts";
import { searchLower } from "../lipschitz/search.ts";
import { UnboundedSlopeError } from "../lipschitz/slopes.ts";
import { smaller } from "../lipschitz/upper.ts";
import { isDeep, type Network } from "../network/deep.ts";
import { listed } from "../network/tensor-names.ts";
import { stream } from "../numeric/random.ts";
import { asJson, asText, type Certificate, type Part } from "./certificate.ts";
import { UsageError } from "./errors.ts";
import { openNetwork } from "./network-file.ts";
import { positive, wholeFrom } from "./numbers.ts";
import { phases } from "./phases.ts";
import { jsonText, note, shortPath } from "./terminal.ts";

interface LipschitzFlags {
  map?: string;
  activation?: string;
  output?: string;
  batchNormEpsilon?: string;
  radius?: string;
  exact?: boolean;
  budget?: string;
  seed: string;
  draws: string;
  json?: boolean;
}

/** Seconds for the exact constant unless --budget says otherwise. */
const standardBudget = 10;
/** Seconds at least that the upper bound of a deep network may take. */
const deepSeconds = 60;

export function addLipschitz(program: Command): void {
  program
    .command("lipschitz")
    .summary("bracket the Lipschitz constant of a network")
    .description(
      "Computes certified bounds, lower <= Lip(f) <= upper in the Euclidean norm, of a network with one output. The file " +
        'is JSON, {"activation":"relu","W":[[…]],"b":[…],"a":[…],"c":0} or {"layers":[{"W":[[…]],"b":[…]},…]}, or ' +
        "safetensors: what sweep --save networks wrote, or PyTorch's fc1.weight, fc1.bias, fc2.weight, … or 0.weight, " +
        "2.weight, … with bn1.weight, bn1.running_mean, … folded in. The proxy is sampled; all else is rounded outward.",
    )
    .argument("<file>", "network, .json or .safetensors")
    .option("--map <names>", "which tensor is which, such as W=net.0.weight,b=net.0.bias,a=net.2.weight")
    .option(
      "--activation <name>",
      "relu, leaky-relu:0.01, abs, tanh, polynomial:0,0,1, …; the file's by default",
    )
    .option("--output <index>", "which of several outputs, from 0")
    .option("--batch-norm-epsilon <number>", "of the batch normalisations that are folded", "1e-5")
    .option("--radius <R>", "bound the constant on the ball ‖x‖ <= R instead of everywhere")
    .option(
      "--exact",
      "find the constant itself (two layers of relu, leaky-relu or abs), or tighten the interval until time is up",
    )
    .option(
      "--budget <seconds>",
      `search the lower bound for that long; with --exact, stop that after it instead (${standardBudget} by default)`,
    )
    .option("--seed <integer>", "of the draws and the search", "0")
    .option("--draws <count>", "of the proxy, the largest of random gradients", "1000")
    .option("--json", "print as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  lawrob lipschitz net.json --exact\n" +
        "  lawrob lipschitz runs/pilot/networks/3fa85f64.safetensors --budget 30 --json\n" +
        "  lawrob lipschitz mlp.safetensors --activation tanh --output 3 --radius 1\n" +
        "  lawrob lipschitz model.safetensors --map W=body.0.weight,b=body.0.bias,a=body.2.weight,c=body.2.bias",
    )
    .action(lipschitz);
}

async function lipschitz(file: string, flags: LipschitzFlags): Promise<void> {
  const radius = positive("--radius", flags.radius);
  const budget = positive("--budget", flags.budget);
  const draws = wholeFrom("--draws", flags.draws, 1, 1e9);
  const seed = wholeFrom("--seed", flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const { network, leftOut } = openNetwork(file, {
    map: flags.map,
    activation: flags.activation,
    output: flags.output === undefined ? undefined : wholeFrom("--output", flags.output, 0, 1e9),
    batchNormEpsilon: positive("--batch-norm-epsilon", flags.batchNormEpsilon),
  });
  if (flags.exact && (isDeep(network) || !slopesAroundZero(network.activation))) {
    throw new UsageError(
      "--exact: exact constants are for two-layer networks of relu, leaky-relu or abs, leave it out",
    );
  }
  if (leftOut.length > 0) {
    const normalised = leftOut.some((name) => name.endsWith("running_mean"));
    note(
      `${shortPath(file)}: no part of the network: ${listed(leftOut)}` +
        (normalised ? " (gamma=…,beta=…,mean=…,variance=… in --map fold a batch normalisation)" : ""),
    );
  }
  const certificate = await certify(file, network, {
    radius,
    budget,
    draws,
    seed,
    exact: flags.exact ?? false,
  });
  process.stdout.write(
    flags.json
      ? `${jsonText({ ...asJson(network, certificate, radius), ...(leftOut.length > 0 && { leftOut }) })}\n`
      : `${asText(network, certificate, radius)}\n`,
  );
}

interface CertifyOptions {
  readonly radius: number | undefined;
  readonly budget: number | undefined;
  readonly draws: number;
  readonly seed: number;
  readonly exact: boolean;
}

async function certify(
  file: string,
  network: Network,
  { radius, budget, draws, seed, exact }: CertifyOptions,
): Promise<Certificate> {
  const random = (purpose: string) => stream(seed, "lipschitz", purpose);
  const { run, stop } = phases();
  try {
    // First, for it tells whether there is a bound at all.
    const upper = await run("upper bound", () => {
      const outOfTime = deadline(Math.max(deepSeconds, 2 * (budget ?? 0)));
      return certifiedUpper(network, { random: random("upper"), radius, outOfTime });
    });
    if (!Number.isFinite(upper.value.upper.value)) {
      throw new UsageError(`${file}: its constant may be beyond the range of f64, scale its weights`);
    }
    const spectral = await run("spectral bound", upper.value.spectral);
    const least = smaller(upper.value.upper, spectral.value);
    const proxy = await run("proxy", () =>
      proxyBound(network, { random: random("gradient"), radius, draws }),
    );
    const lower = await run("lower bound", () =>
      searchLower(network, {
        random: random("lower"),
        radius,
        starts: [proxy.value.witness],
        relaxation: upper.value.relaxation,
        // The exact search has the budget, where there is one.
        outOfTime: deadline(exact ? standardBudget / 2 : (budget ?? standardBudget / 2)),
        ...(budget !== undefined && !exact && { ascents: Number.POSITIVE_INFINITY }),
      }),
    );
    const bracket = {
      proxy: part(proxy),
      lower: part(lower),
      upper: { bound: least, seconds: upper.seconds },
      spectral: part(spectral),
    };
    checkOrder(bracket.lower.bound, least);
    if (!exact || isDeep(network)) return bracket;
    const { value, seconds } = await run("exact constant", () =>
      exactConstant(network, {
        random: random("exact"),
        ...(radius !== undefined && { radius }),
        outOfTime: deadline(budget ?? standardBudget),
        lower: bracket.lower.bound,
        upper: bracket.upper.bound,
      }),
    );
    checkOrder(value.lower, value.upper);
    return {
      ...bracket,
      lower: { bound: value.lower, seconds: lower.seconds },
      upper: { bound: value.upper, seconds: upper.seconds },
      tightening: seconds,
      open: value.open,
      ...(value.exact && { exact: { bound: value.exact, seconds } }),
    };
  } catch (error) {
    if (error instanceof UnboundedSlopeError) throw new UsageError(`${error.message} with --radius`);
    throw error;
  } finally {
    stop();
  }
}

function part({ value, seconds }: { value: Bound; seconds: number }): Part {
  return { bound: value, seconds };
}

/** Says when so many seconds have passed. */
function deadline(seconds: number): () => boolean {
  const end = performance.now() + 1000 * seconds;
  return () => performance.now() >= end;
}

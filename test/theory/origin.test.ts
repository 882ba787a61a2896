/** What laws over random points and labels say of data that are something else. */
import assert from "node:assert/strict";
import test from "node:test";
import { parseDataModel, sampleData } from "../../src/data/data-model.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { questionAbout } from "../../src/theory/asking.ts";
import type { Finding, Law } from "../../src/theory/law.ts";
import { laws } from "../../src/theory/laws.ts";

/** f(x) = x_1 as two ReLUs. */
const firstCoordinate = (d: number): TwoLayerNetwork => ({
  activation: "relu",
  k: 2,
  d,
  W: Float64Array.from({ length: 2 * d }, (_, at) => (at === 0 ? 1 : at === d ? -1 : 0)),
  b: new Float64Array(2),
  a: Float64Array.of(1, -1),
  c: 0,
});

const random = (purpose: string) => stream(1, "origin", purpose);

/** What the law says of the network on data of that name, sampled or as from a file. */
function found(
  name: string,
  text: string,
  {
    n = 200,
    d = 30,
    given = {},
    file = false,
    network = true,
  }: { n?: number; d?: number; given?: Record<string, string>; file?: boolean; network?: boolean } = {},
): Finding {
  const origin = parseDataModel(text);
  const data = sampleData(origin, { n, d }, random);
  const law = laws.find((one) => one.name === name) as Law;
  const subject = {
    data,
    random,
    ...(!file && { origin }),
    ...(network && { network: firstCoordinate(d) }),
  };
  return law.ask(questionAbout(law, given, subject));
}

const failed = ({ bounds }: Finding, probable: boolean) =>
  bounds
    .filter(({ probability }) => (probability !== undefined) === probable)
    .flatMap(({ hypotheses }) => hypotheses.filter(({ ok }) => !ok).map(({ name }) => name));

const signs = "labels are random signs, whatever the points";

test("x_1 fits clusters with a constant of 1: what holds for random signs says that it does not apply", () => {
  const { bounds } = found("random-label", "clusters:2", { n: 2000, d: 500 });
  assert.ok(bounds[0].value > 4, `${bounds[0].value}`);
  for (const text of ["clusters:2", "clusters:2+flip:0.1", "clusters:4+noise:0.2"]) {
    for (const law of ["random-label", "spectral", "total-weight", "undercomplete"]) {
      // Labels that are no signs at all are refused.
      if (["spectral", "undercomplete"].includes(law) && text.includes("noise")) continue;
      assert.ok(failed(found(law, text), true).includes(signs), `${law} ${text}`);
    }
  }
  assert.ok(failed(found("spectral", "clusters:2"), false).includes(signs));
  assert.ok(failed(found("total-weight", "clusters:2"), false).includes(signs));
  assert.ok(failed(found("random-label", "gaussian+noise:0.3"), true).includes(signs));
});

test("random signs are such on every family, and clusters' signs where half of them are turned", () => {
  for (const text of ["gaussian", "sphere", "cube", "student:4", "clusters:2+flip:0.5"]) {
    for (const law of ["random-label", "spectral", "total-weight", "undercomplete"]) {
      assert.ok(!failed(found(law, text), true).includes(signs), `${law} ${text}`);
    }
  }
  const generic = "points are gaussian or on the sphere";
  assert.ok(!failed(found("undercomplete", "sphere"), true).includes(generic));
  assert.ok(failed(found("undercomplete", "subspace:5"), true).includes(generic));
});

test("of a file nothing of its labels is known: no hypothesis fails, and a note says so", () => {
  for (const law of ["random-label", "spectral", "total-weight", "undercomplete"]) {
    const finding = found(law, "clusters:2", { file: true });
    assert.ok(!failed(finding, true).includes(signs), law);
    assert.match(finding.warnings?.join(" ") ?? "", /signs, independent of (the )?points/, law);
    assert.doesNotMatch(found(law, "gaussian").warnings?.join(" ") ?? "", /cannot be seen/, law);
  }
});

test("c and the components are those of the family unless given; too small ones fail", () => {
  const given = { "log-size": "10" };
  const law = (text: string, more: Record<string, string> = {}) =>
    found("rademacher", text, { network: false, given: { ...given, ...more } });
  const spread = (finding: Finding) => (finding.bounds[0].value - 1 / Math.sqrt(200)) ** 2;
  const gaussian = spread(law("gaussian"));
  for (const [text, c] of [
    ["sphere", 30 / 29],
    ["ball", 32 / 31],
    ["cube", 12 / Math.PI ** 2],
    ["vertices", 30],
    ["subspace:5", 6],
  ] as const) {
    const finding = law(text);
    assert.ok(Math.abs(spread(finding) / gaussian - c) < 1e-9 * c, text);
    assert.deepEqual(failed(finding, false), []);
    assert.ok(Math.abs(spread(law(text, { c: "1" })) / gaussian - 1) < 1e-9);
    assert.match(failed(law(text, { c: "1" }), false).join(), /isoperimetry constant is finite, at most c/);
  }
  assert.match(failed(law("clusters:3"), false).join(), /components of the family/);
});

test("families without a c leave the laws of isoperimetry silent, and their hypothesis fails", () => {
  for (const text of ["laplace", "student:3"]) {
    for (const [name, given] of [
      ["random-label", {}],
      ["universal", { p: "100", "parameter-lipschitz": "10" }],
      ["deep", { p: "100", depth: "3" }],
      ["rademacher", { "log-size": "10" }],
    ] as const) {
      const { bounds } = found(name, text, { given, network: name === "random-label" });
      const [{ kind, value, hypotheses }] = bounds;
      assert.equal(value, kind === "lower" ? 0 : Number.POSITIVE_INFINITY, `${name} ${text}`);
      assert.ok(
        hypotheses.some(({ name: what, ok }) => !ok && what.includes("isoperimetry")),
        name,
      );
      const own = found(name, text, { given: { ...given, c: "2" }, network: name === "random-label" });
      assert.ok(own.bounds[0].hypotheses.some(({ ok, right }) => !ok && right === 2));
    }
  }
});

test("clusters are as many components as they are, of the c of each", () => {
  const { bounds } = found("universal", "clusters:4", { given: { p: "100", "parameter-lipschitz": "10" } });
  const [theorem3] = bounds;
  assert.match(theorem3.hypotheses.map(({ name }) => name).join(), /K ln\(8K\/delta\)/);
  const K = theorem3.hypotheses.find(({ name }) => name.startsWith("components"));
  assert.deepEqual([K?.left, K?.right, K?.ok], [4, 4, true]);
});

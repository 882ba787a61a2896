import assert from "node:assert/strict";
import test from "node:test";
import { parameterValues, parseLaw } from "../../src/theory/asking.ts";
import { laws } from "../../src/theory/laws.ts";

test("a law is a name with parameters, in one spelling", () => {
  const { law, given, text } = parseLaw(" undercomplete , pairing = matching,k=3 ");
  assert.equal(law.name, "undercomplete");
  assert.deepEqual(given, { pairing: "matching", k: "3" });
  assert.equal(text, "undercomplete,pairing=matching,k=3");
  for (const { name } of laws) assert.equal(parseLaw(name).text, name);
});

for (const [text, message] of [
  ["gravity", /^"gravity" is no law, there are floor, linear, /],
  ["", /^"" is no law/],
  ["tensor-norm,power=3", /^tensor-norm has no parameter power, its parameters are degree, n, d$/],
  ["tensor-norm,degree=three", /^degree: "three" is no number$/],
  ["tensor-norm,degree=", /^degree: "" is no number$/],
  ["tensor-norm,degree", /^tensor-norm: "degree" is no parameter=value, or comes twice$/],
  ["tensor-norm,degree=2,degree=3", /^tensor-norm: "degree=3" is no parameter=value, or comes twice$/],
  ["undercomplete,pairing=best", /^pairing: "best" is none of random, matching, order$/],
] as const) {
  test(`"${text}" is no law to ask`, () => {
    assert.throws(() => parseLaw(text), { name: "ParameterError", message });
  });
}

test("parameters left out have their defaults, or none", () => {
  const { law } = parseLaw("undercomplete");
  assert.deepEqual(parameterValues(law, { k: "4" }), {
    numbers: { k: 4, n: undefined, d: undefined },
    choices: { pairing: "random" },
  });
});

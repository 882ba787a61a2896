import assert from "node:assert/strict";
import test from "node:test";
import { MissingError } from "../../src/theory/law.ts";
import { laws } from "../../src/theory/laws.ts";
import { ask } from "./ask.ts";

test("every law has a name of its own, an example of flags that it has, and says what it lacks", () => {
  assert.equal(new Set(laws.map(({ name }) => name)).size, laws.length);
  for (const law of laws) {
    const known = [
      ...Object.keys(law.parameters),
      ...law.takes,
      ...(law.takes.includes("data") ? ["n", "d"] : []),
    ];
    for (const [, flag] of law.example.matchAll(/--([a-z-]+)/g)) {
      assert.ok(known.includes(flag), `${law.name}: --${flag}`);
    }
    for (const name of Object.keys(law.parameters)) assert.match(name, /^[a-z]+(-[a-z]+)*$/, law.name);
    assert.throws(
      () => ask(law, {}),
      (error: Error) => error instanceof MissingError && error.message.startsWith(`${law.name}: give --`),
    );
  }
});

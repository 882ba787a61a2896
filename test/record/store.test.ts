import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { type Cell, lawColumns, timingColumns, trialColumns } from "../../src/record/columns.ts";
import { openStore } from "../../src/record/store.ts";
import { headerLine, line } from "../../src/record/table.ts";

/** A folder that is gone after the test. */
function folder(context: TestContext): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), "lawrob-store-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const read = (directory: string, name = "trials.csv") => readFileSync(path.join(directory, name), "utf8");

/** A row of the trial with the given steps and outcome. */
function trialRow(id: string, steps: number, outcome = "kept"): Cell[] {
  const values: Record<string, Cell> = { trial_id: id, steps, outcome };
  return trialColumns.map(({ name }) => values[name] ?? null);
}

const timingRow = (id: string): Cell[] => timingColumns.map(({ name }) => (name === "trial_id" ? id : null));

function append(store: ReturnType<typeof openStore>, id: string, steps: number, outcome?: string): void {
  store.append({ trial: trialRow(id, steps, outcome), timing: timingRow(id) });
}

test("opening a folder writes nothing", (context) => {
  const directory = folder(context);
  assert.equal(openStore(directory).rows.size, 0);
  assert.deepEqual(readdirSync(directory), []);
});

test("a trial is on disk as soon as it is appended, and a later run finds it", (context) => {
  const directory = folder(context);
  const store = openStore(directory);
  append(store, "b", 2);
  append(store, "a", 1);
  assert.equal(read(directory), headerLine(trialColumns) + line(trialRow("b", 2)) + line(trialRow("a", 1)));
  assert.equal(
    read(directory, "timings.csv"),
    headerLine(timingColumns) + line(timingRow("b")) + line(timingRow("a")),
  );
  assert.deepEqual([...openStore(directory).rows.keys()], ["b", "a"]);
  assert.equal(openStore(directory).rows.get("b")?.steps, 2);
});

test("finishing sorts by the plan, drops strangers, and gives the same bytes in any order of appending", (context) => {
  const order = ["a", "b", "c", "not yet run"];
  const contents = [
    ["a", "b", "c"],
    ["c", "stranger", "a", "b"],
  ].map((ids) => {
    const directory = folder(context);
    const store = openStore(directory);
    for (const id of ids) append(store, id, id.charCodeAt(0));
    store.finish(order);
    return [read(directory), read(directory, "timings.csv")];
  });
  assert.deepEqual(contents[0], contents[1]);
  assert.equal(
    contents[0][0],
    headerLine(trialColumns) + ["a", "b", "c"].map((id) => line(trialRow(id, id.charCodeAt(0)))).join(""),
  );
});

test("finishing an empty run leaves tables with a header", (context) => {
  const directory = folder(context);
  openStore(directory).finish(["a"]);
  assert.equal(read(directory), headerLine(trialColumns));
  assert.equal(read(directory, "timings.csv"), headerLine(timingColumns));
});

test("a run that goes on after finishing appends to what is there", (context) => {
  const directory = folder(context);
  const first = openStore(directory);
  append(first, "b", 2);
  first.finish(["a", "b"]);
  const second = openStore(directory);
  append(second, "a", 1);
  second.finish(["a", "b"]);
  assert.equal(read(directory), headerLine(trialColumns) + line(trialRow("a", 1)) + line(trialRow("b", 2)));
});

test("a last line torn anywhere is forgotten, and the next one starts on a line of its own", (context) => {
  const directory = folder(context);
  const file = path.join(directory, "trials.csv");
  const torn = line(trialRow("b", 2));
  for (let length = 1; length < torn.length; length++) {
    writeFileSync(file, headerLine(trialColumns) + line(trialRow("a", 1)) + torn.slice(0, length));
    const store = openStore(directory);
    assert.deepEqual([...store.rows.keys()], ["a"]);
    append(store, "c", 3);
    assert.equal(read(directory), headerLine(trialColumns) + line(trialRow("a", 1)) + line(trialRow("c", 3)));
  }
});

test("of two lines of one trial the later one counts", (context) => {
  const directory = folder(context);
  const store = openStore(directory);
  append(store, "a", 1);
  append(store, "b", 5);
  append(store, "a", 2);
  assert.equal(openStore(directory).rows.get("a")?.steps, 2);
  store.finish(["a", "b"]);
  assert.equal(read(directory), headerLine(trialColumns) + line(trialRow("a", 2)) + line(trialRow("b", 5)));
});

test("a trial that is to be run again is forgotten, and its old line stays until the new one is there", (context) => {
  const directory = folder(context);
  const store = openStore(directory);
  append(store, "a", 1, "error");
  append(store, "b", 2);
  const again = openStore(directory, { forget: (row) => row.outcome === "error" });
  assert.deepEqual([...again.rows.keys()], ["b"]);
  assert.deepEqual([...openStore(directory).rows.keys()], ["a", "b"]);
  append(again, "a", 7);
  again.finish(["a", "b"]);
  assert.equal(openStore(directory).rows.get("a")?.outcome, "kept");
});

for (const name of ["trials.csv", "timings.csv"]) {
  test(`${name} with other columns is refused in one line and left as it is`, (context) => {
    const directory = folder(context);
    const file = path.join(directory, name);
    const header = headerLine(name === "trials.csv" ? trialColumns : timingColumns);
    for (const content of [
      "trial_id,steps\nabc,5\n",
      header.replace("\n", ",more\n"),
      header.replace("trial_id", "id"),
      "no newline",
      "\n",
    ]) {
      writeFileSync(file, content);
      assert.throws(() => openStore(directory), {
        name: "TableError",
        message: `${file}: has other columns than this version writes, choose another folder`,
      });
      assert.equal(readFileSync(file, "utf8"), content);
    }
  });
}

test("an empty table, as a full disk leaves it, is a new one", (context) => {
  const directory = folder(context);
  writeFileSync(path.join(directory, "trials.csv"), "");
  const store = openStore(directory);
  append(store, "a", 1);
  assert.equal(read(directory), headerLine(trialColumns) + line(trialRow("a", 1)));
});

test("a broken line in the middle is refused with its place, not skipped", (context) => {
  const directory = folder(context);
  append(openStore(directory), "a", 1);
  appendFileSync(path.join(directory, "trials.csv"), `half,a,row\n${line(trialRow("b", 2))}`);
  assert.throws(() => openStore(directory), /^TableError: .*trials\.csv: not a CSV table: .*line 3/);
});

const lawRow = (id: string, place: number, value: number): Cell[] =>
  lawColumns.map(({ name }) => ({ trial_id: id, line: place, law: "floor", value })[name] ?? null);
const laws = (id: string, ...values: number[]) => values.map((value, i) => lawRow(id, i + 1, value));

test("the laws of a trial are several lines, sorted with the rest; without laws there is no such file", (context) => {
  const directory = folder(context);
  const store = openStore(directory, { withLaws: true });
  for (const id of ["b", "a"])
    store.append({ trial: trialRow(id, 1), timing: timingRow(id), laws: laws(id, 1, 2) });
  store.finish(["a", "b"]);
  const sorted = [...laws("a", 1, 2), ...laws("b", 1, 2)].map(line).join("");
  assert.equal(read(directory, "laws.csv"), headerLine(lawColumns) + sorted);
  assert.equal(openStore(directory, { withLaws: true }).lawsOf("b").length, 2);
  const bare = folder(context);
  append(openStore(bare), "a", 1);
  assert.ok(!readdirSync(bare).includes("laws.csv"));
});

test("laws torn anywhere leave their trial unfinished, and its lines come once", (context) => {
  const all = laws("b", 1, 2, 3).map(line).join("");
  for (let length = 0; length <= all.length; length++) {
    const directory = folder(context);
    const first = openStore(directory, { withLaws: true });
    first.append({ trial: trialRow("a", 1), timing: timingRow("a"), laws: laws("a", 7) });
    appendFileSync(path.join(directory, "laws.csv"), all.slice(0, length));
    const store = openStore(directory, { withLaws: true });
    assert.deepEqual([...store.rows.keys()], ["a"]);
    store.append({ trial: trialRow("b", 2), timing: timingRow("b"), laws: laws("b", 1, 2, 3) });
    const again = openStore(directory, { withLaws: true });
    again.finish(["a", "b"]);
    assert.equal(read(directory, "laws.csv"), headerLine(lawColumns) + laws("a", 7).map(line).join("") + all);
  }
});

test("a trial whose laws are gone is run again, one that failed has none", (context) => {
  const directory = folder(context);
  const store = openStore(directory, { withLaws: true });
  append(store, "a", 1);
  append(store, "b", 1, "error");
  assert.deepEqual([...openStore(directory, { withLaws: true }).rows.keys()], ["b"]);
  assert.deepEqual([...openStore(directory).rows.keys()], ["a", "b"]);
});

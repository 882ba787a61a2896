// Runs the test files it is given, as many at once as there are cores: Node itself leaves one core free, of two a half.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const args = ["--import", "tsx", "--test", `--test-concurrency=${availableParallelism()}`];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);

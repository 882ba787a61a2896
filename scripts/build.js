// Builds what `npm ci` must leave ready: the WebAssembly kernels and the font in assets/, the JavaScript in dist/.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
process.chdir(root);
rmSync("dist", { recursive: true, force: true });
mkdirSync("assets", { recursive: true });

const { error, stderr } = await asc.main([
  "src/numeric/kernels/assembly/index.ts",
  "--outFile=assets/kernels.wasm",
  "--optimizeLevel=3",
  "--shrinkLevel=0",
  "--noAssert",
  "--runtime=stub",
  "--importMemory",
  "--enable=simd",
]);
if (error) {
  console.error(stderr.toString() || error.message);
  process.exit(1);
}

copyFileSync(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"), "assets/DejaVuSans.ttf");
copyFileSync(require.resolve("dejavu-fonts-ttf/LICENSE"), "assets/DejaVuSans.LICENSE.txt");

const tsc = require.resolve("typescript/package.json").replace(/package\.json$/, "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
chmodSync("dist/cli/main.js", 0o755);

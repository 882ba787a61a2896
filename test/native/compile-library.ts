/** Small libraries compiled for the tests. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const compiler = process.env.CXX || "g++";

/** Why no library can be compiled here, or false. Under CI one has to be. */
export const noCompiler = missing(compiler);

function missing(program: string): string | false {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return false;
  } catch {
    if (process.env.CI === "true") throw new Error(`${program} is missing`);
    return `there is no ${program} here`;
  }
}

/** Compiles C++ to a shared library. @returns its path */
export function compileLibrary(path: string, source: string): string {
  writeFileSync(`${path}.cc`, source);
  execFileSync(compiler, ["-shared", "-fPIC", "-O1", "-o", path, `${path}.cc`]);
  return path;
}

/** C++ of sdot and sgemm for integers of one type, their names carrying affixes. */
export function blasSource(int = "int32_t", prefix = "", suffix = ""): string {
  return `#include <cstdint>
    extern "C" float ${prefix}cblas_sdot${suffix}(${int} n, const float *x, ${int} incx, const float *y, ${int} incy) {
      float sum = 0;
      for (${int} i = 0; i < n; i++) sum += x[i * incx] * y[i * incy];
      return sum;
    }
    extern "C" void ${prefix}cblas_sgemm${suffix}(int, int, int, ${int} m, ${int} n, ${int} k, float alpha,
        const float *a, ${int} lda, const float *b, ${int} ldb, float beta, float *c, ${int} ldc) {
      for (${int} i = 0; i < m; i++)
        for (${int} j = 0; j < n; j++) {
          float sum = 0;
          for (${int} p = 0; p < k; p++) sum += a[i * lda + p] * b[p * ldb + j];
          c[i * ldc + j] = alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j]);
        }
    }`;
}

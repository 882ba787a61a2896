/** Which builds make up the copy of tfjs-node that lawrob installs: exact versions, and hashes of the wheels. */

import { EngineUnavailableError } from "../errors.ts";
import type { Platform } from "../platform.ts";
import type { Wheel } from "../wheel.ts";

/** npm packages, exact versions. */
export const tfjsVersion = "4.22.0";
export const nodeApiHeadersVersion = "1.9.0";

/** Version of libtensorflow, from the wheel. */
export const tensorflowVersion = "2.21.0";

const wheels: Readonly<Record<string, Wheel>> = {
  x64: {
    project: "tensorflow-cpu",
    version: tensorflowVersion,
    python: "cp311",
    abi: "cp311",
    platform: "manylinux_2_27_x86_64",
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
  },
  // On arm64 the project "tensorflow" is itself the CPU build.
  arm64: {
    project: "tensorflow",
    version: tensorflowVersion,
    python: "cp311",
    abi: "cp311",
    platform: "manylinux_2_27_aarch64",
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
  },
};

/**
 * The wheel that carries libtensorflow for a machine.
 * @throws EngineUnavailableError when there is none: Linux on x64 or arm64 with glibc 2.27 or later is needed.
 */
export function tensorflowWheel({ os, cpu, glibc }: Platform): Wheel {
  const wheel = os === "linux" ? wheels[cpu] : undefined;
  const remedy =
    "use the wasm engine, or install @tensorflow/tfjs-node with npm where it supports this system";
  if (wheel === undefined)
    throw new EngineUnavailableError(
      `lawrob installs TensorFlow on Linux x64 and arm64 only; this is ${os} ${cpu}`,
      remedy,
    );
  const [major = 0, minor = 0] = (glibc ?? "").split(".").map(Number);
  if (major * 1000 + minor < 2027)
    throw new EngineUnavailableError(
      `TensorFlow ${tensorflowVersion} needs glibc 2.27 or later; this system has ${glibc ?? "another C library"}`,
      remedy,
    );
  return wheel;
}

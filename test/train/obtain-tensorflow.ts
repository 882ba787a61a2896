import { installTensorflow, loadTensorflow, type Tensorflow } from "../../src/native/tensorflow.ts";

/** TensorFlow, installed first if it is missing; or why it cannot be had. Under CI it has to be there. */
export async function obtainTensorflow(): Promise<Tensorflow | string> {
  try {
    return loadTensorflow();
  } catch {
    try {
      await installTensorflow();
      return loadTensorflow();
    } catch (error) {
      if (process.env.CI === "true") throw error;
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** TensorFlow through tfjs-node: where it is, how it gets here, how it is loaded. */

export { type InstallOptions, installTensorflow, uninstallTensorflow } from "./tensorflow/install.ts";
export {
  describeTensorflow,
  loadTensorflow,
  type Tensorflow,
  type TensorflowDescription,
  type TensorflowModule,
} from "./tensorflow/load.ts";
export { locateTensorflow, type TensorflowLocation, tensorflowFolder } from "./tensorflow/locate.ts";

/** The Lipschitz constant that data need anyway: a lower bound below it says nothing. */
import type { Dataset } from "../data/dataset.ts";
import { interpolationFloor } from "./floor.ts";

/** About the floor of generic points, two labels apart, in the dimensions where experiments are made (1.5 to 2). */
const genericFloor = 1.5;

/** The floor of the data, or of generic ones where there are none. */
export function neededConstant(data: Dataset | undefined): number {
  return data ? interpolationFloor(data).value : genericFloor;
}

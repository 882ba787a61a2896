/** A thread of a team: computes slabs of products until its process ends. */
import { parentPort, workerData } from "node:worker_threads";
import { loadBlas } from "../../native/blas.ts";
import { Board, type TeamData } from "./team.ts";

const { buffer, description } = workerData as TeamData;
const blas = loadBlas();
if (blas.description === description) {
  const board = new Board(buffer);
  parentPort?.postMessage("ready");
  for (;;) {
    board.waitForOffer();
    board.help(blas.sgemm);
  }
}

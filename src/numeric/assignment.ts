/** The linear assignment problem: who goes with whom at the least total cost. */

/**
 * The column of each row, all different, with the least sum of costs: shortest augmenting paths with potentials (Jonker and
 * Volgenant, Computing 38, 1987), rows² · columns operations.
 * @param cost rows × columns, row-major, finite
 * @throws RangeError if rows > columns or the length does not agree
 */
export function cheapestAssignment(cost: Float64Array, rows: number, columns: number): Int32Array {
  if (cost.length !== rows * columns) {
    throw new RangeError(`cost must have ${rows} × ${columns} entries, got ${cost.length}`);
  }
  if (rows > columns) throw new RangeError(`${rows} rows cannot have different ones of ${columns} columns`);
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns);
  const columnOf = new Int32Array(rows).fill(-1);
  const rowOf = new Int32Array(columns).fill(-1);
  const distance = new Float64Array(columns);
  const before = new Int32Array(columns);
  const reached = new Uint8Array(columns);
  for (let start = 0; start < rows; start++) {
    distance.fill(Number.POSITIVE_INFINITY);
    reached.fill(0);
    let row = start;
    let [shortest, end] = [0, -1];
    while (end < 0) {
      let nearest = -1;
      for (let j = 0; j < columns; j++) {
        if (reached[j]) continue;
        const through = shortest + cost[row * columns + j] - rowPrice[row] - columnPrice[j];
        if (through < distance[j]) {
          distance[j] = through;
          before[j] = row;
        }
        if (nearest < 0 || distance[j] < distance[nearest]) nearest = j;
      }
      reached[nearest] = 1;
      shortest = distance[nearest];
      if (rowOf[nearest] < 0) end = nearest;
      else row = rowOf[nearest];
    }
    // Prices keep every reduced cost at 0 or above, and those of the assignment at 0.
    rowPrice[start] += shortest;
    for (let j = 0; j < columns; j++) {
      if (!reached[j] || j === end) continue;
      rowPrice[rowOf[j]] += shortest - distance[j];
      columnPrice[j] -= shortest - distance[j];
    }
    for (let j = end; j >= 0; ) {
      const other = before[j];
      const previous = columnOf[other];
      rowOf[j] = other;
      columnOf[other] = j;
      j = other === start ? -1 : previous;
    }
  }
  return columnOf;
}

/** The Cholesky factor of a principal part of a symmetric matrix, as rows and columns come and go. In f64. */

/** A new member is refused where it leaves less than this part of its diagonal entry: it depends on the others. */
const leastPivot = 1e-13;

/** L Lᵀ = A restricted to some places; adding or removing one costs about the square of their number. */
export class UpdatedCholesky {
  /** The places, in the order of the rows of L. */
  readonly members: number[] = [];
  readonly #most: number;
  readonly #isMember: Uint8Array;
  /** Row-major, `most` numbers a row. */
  readonly #L: Float64Array;

  /**
   * @param n rows of the matrix A, symmetric positive semidefinite
   * @param most members there can be, at least the rank of A to be of use
   */
  constructor(n: number, most: number) {
    this.#most = most;
    this.#isMember = new Uint8Array(n);
    this.#L = new Float64Array(most * most);
  }

  has(j: number): boolean {
    return this.#isMember[j] === 1;
  }

  /**
   * @param row of A at j
   * @returns whether it could be added: not where it depends on the members
   */
  add(j: number, row: Float64Array): boolean {
    const p = this.members.length;
    if (p === this.#most) return false;
    const [L, stride] = [this.#L, this.#most];
    const own = p * stride;
    let pivot = row[j];
    for (let i = 0; i < p; i++) {
      const other = i * stride;
      let s0 = row[this.members[i]];
      let s1 = 0;
      let q = 0;
      for (; q + 1 < i; q += 2) {
        s0 -= L[own + q] * L[other + q];
        s1 -= L[own + q + 1] * L[other + q + 1];
      }
      if (q < i) s0 -= L[own + q] * L[other + q];
      const value = (s0 + s1) / L[other + i];
      L[own + i] = value;
      pivot -= value * value;
    }
    if (!(pivot > leastPivot * row[j])) return false;
    L[own + p] = Math.sqrt(pivot);
    this.members.push(j);
    this.#isMember[j] = 1;
    return true;
  }

  /** Removes the member of a row. */
  remove(at: number): void {
    const [L, stride] = [this.#L, this.#most];
    this.#isMember[this.members[at]] = 0;
    this.members.splice(at, 1);
    const p = this.members.length;
    for (let i = at; i < p; i++) {
      L.copyWithin(i * stride, (i + 1) * stride, (i + 1) * stride + i + 2);
    }
    // Row i now ends one place after the diagonal; rotations of columns i and i + 1 take that away.
    for (let i = at; i < p; i++) {
      const diagonal = i * stride + i;
      const length = Math.hypot(L[diagonal], L[diagonal + 1]);
      const cosine = L[diagonal] / length;
      const sine = L[diagonal + 1] / length;
      L[diagonal] = length;
      for (let r = i + 1, place = diagonal + stride; r < p; r++, place += stride) {
        const [left, right] = [L[place], L[place + 1]];
        L[place] = cosine * left + sine * right;
        L[place + 1] = cosine * right - sine * left;
      }
    }
  }

  /** z with L Lᵀ z = y, as many numbers as members. */
  solve(y: readonly number[]): Float64Array {
    const [L, stride] = [this.#L, this.#most];
    const z = Float64Array.from(y);
    const p = z.length;
    for (let i = 0; i < p; i++) {
      let rest = z[i];
      for (let q = 0, place = i * stride; q < i; q++, place++) rest -= L[place] * z[q];
      z[i] = rest / L[i * stride + i];
    }
    for (let i = p - 1; i >= 0; i--) {
      const value = z[i] / L[i * stride + i];
      z[i] = value;
      for (let q = 0, place = i * stride; q < i; q++, place++) z[q] -= L[place] * value;
    }
    return z;
  }
}

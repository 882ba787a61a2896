/** Which of very many points a figure draws: marks beyond some thousands only cover each other, in files that nothing opens. */

/** Marked points of a figure: with the four marks of each interval below 3 MB as SVG and as a specification. */
export const MOST_POINTS = 2000;

/** Turns of the golden ratio come near no fraction, so they follow no period of the plan such as that of replicates or k. */
const turn = (Math.sqrt(5) - 1) / 2;

/**
 * At most `most` of the points, in their order: one of each of equal runs of neighbours, and for every field of numbers
 * the points with its least and largest value, so that no outlier is lost. All of them where they are not more.
 */
export function thinned<Point extends object>(
  points: readonly Point[],
  most = MOST_POINTS,
): readonly Point[] {
  if (points.length <= most) return points;
  const chosen = extremes(points);
  const runs = Math.max(1, most - chosen.size);
  for (let run = 0; run < runs; run++) {
    const [from, to] = [run, run + 1].map((end) => Math.floor((end * points.length) / runs));
    chosen.add(from + Math.floor((to - from) * ((run * turn) % 1)));
  }
  return points.filter((_, i) => chosen.has(i));
}

/** For a subtitle; none where all are drawn. */
export function thinnedNote(drawn: number, all: number): string[] {
  if (drawn === all) return [];
  return [
    `drawn: ${drawn} of ${all} points, spread evenly, with the extremes; counts and fits are of all points`,
  ];
}

/** Of more things than `most`, such as panels, so many from the first to the last. */
export function spread<Thing>(things: readonly Thing[], most: number): readonly Thing[] {
  if (things.length <= most) return things;
  return Array.from({ length: most }, (_, i) => things[Math.round((i * (things.length - 1)) / (most - 1))]);
}

/** Places of the least and the largest value of each field that holds numbers. */
function extremes(points: readonly object[]): Set<number> {
  const places = new Map<string, { value: number; at: number }>();
  points.forEach((point, at) => {
    for (const [field, value] of Object.entries(point)) {
      if (typeof value !== "number") continue;
      for (const sign of [-1, 1]) {
        const key = `${sign} ${field}`;
        const best = places.get(key);
        if (!best || sign * value > best.value) places.set(key, { value: sign * value, at });
      }
    }
  });
  return new Set([...places.values()].map(({ at }) => at));
}

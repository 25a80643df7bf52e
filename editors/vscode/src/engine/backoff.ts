/** When an engine that has ended is started again. Pure; `engine.ts` keeps the time. */

/** Milliseconds before the first, the second, … start in a row. After the last one nothing is tried by itself. */
const delays = [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** A program that has never answered is not likely to: so many starts of it are enough. */
const trials = 3;

/** One that has run this long has not failed at its start. */
const settledAfter = 60_000;

export interface Backoff {
  readonly attempt: number;
  /** Undefined: enough has been tried. */
  readonly delay: number | undefined;
}

/**
 * After an end: `attempt` is how many starts in a row came to nothing before, `ranFor` in ms how long the last one held,
 * `proven` whether this program has ever answered.
 */
export function next(attempt: number, ranFor: number, proven: boolean): Backoff {
  const failures = ranFor >= settledAfter ? 0 : attempt;
  return { attempt: failures + 1, delay: proven || failures < trials ? delays[failures] : undefined };
}

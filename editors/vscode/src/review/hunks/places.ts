/** Where hunks are: the lines at which they are drawn, and the way from one to the next around all files. Pure. */
import { type Hunk, type Lines, textsOf } from "./lines.ts";

export interface Spot {
  readonly path: string;
  /** From 0. */
  readonly line: number;
}

/** A hunk of a file, as it is now, at the line where its lens stands. */
export interface Place extends Spot {
  readonly hunk: Hunk;
  readonly index: number;
}

/** In their order. */
export function placesOf(path: string, { lines, hunks }: { lines: Lines; hunks: readonly Hunk[] }): Place[] {
  const count = textsOf(lines).length;
  return hunks.map((hunk, index) => ({ path, hunk, index, line: firstLineOf(hunk, count) }));
}

/** What was taken away at the end of a file has no line behind it: it is drawn at the last one. */
export function firstLineOf({ start }: Hunk, lineCount: number): number {
  return Math.max(0, Math.min(start, lineCount - 1));
}

/** Whether the hunk is drawn at this line of the file: where all its lines are gone, at the one behind. */
export function isAt({ line, hunk }: Place, cursor: number): boolean {
  return line <= cursor && cursor < line + Math.max(hunk.length, 1);
}

/** All of them from the next one on, or from the one before backwards; `from` is one of them, or where the cursor is. */
export function wayFrom(places: readonly Place[], from: Place | Spot | undefined, by: 1 | -1): Place[] {
  const known = places.findIndex((place) => place === from);
  const first = known < 0 ? nextTo(places, from, by) : known + by;
  return places.flatMap((_, step) => places.at((first + by * step) % places.length) ?? []);
}

function nextTo(places: readonly Place[], from: Spot | undefined, by: 1 | -1): number {
  const { path, line } = from ?? { path: "", line: 0 };
  const isBehind = (place: Place): boolean => place.path > path || (place.path === path && place.line > line);
  const isAhead = (place: Place): boolean => place.path < path || (place.path === path && place.line < line);
  return by > 0 ? Math.max(0, places.findIndex(isBehind)) : places.findLastIndex(isAhead);
}

/**
 * A file that is followed: its lines under review, from what it says now and what the agent says that it has done. Pure.
 *
 * Both come late and in any order: a diff may be told when the file says later ones already, or does not say it yet. So the lines
 * are worked out each time from those before the first diff, from all diffs since, and from the text: whatever was seen on the way.
 */
import { beforeDiffs, isReadable } from "../../diffs/unified.ts";
import { linesOf } from "./changes.ts";
import { changedByAgent, changedByUser, type Lines, reviewed, textsBefore } from "./lines.ts";

export interface Followed {
  readonly lines: Lines;
  /** Before the diffs; undefined where the first of them is the first that is known of the file. */
  readonly base: Lines | undefined;
  /** What was told since, in its order. */
  readonly diffs: readonly string[];
}

/** After so many the lines as they are become the base. */
const most = 50;

/** Nobody doubts whose these lines are: the agent's edit has just been made in its document, its user types or has reviewed. */
export function certain(lines: Lines): Followed {
  return { lines, base: lines, diffs: [] };
}

/** The file says this. What no diff explains is the user's. */
export function seen(file: Followed, text: string): Followed {
  const lines = explained(file.base, file.diffs, text) ?? changedByUser(file.lines, text);
  return file.diffs.length ? { ...file, lines } : certain(lines);
}

/** The agent has made this diff, and the file says this, before it or after it. */
export function told(file: Followed | undefined, diff: string, text: string): Followed {
  const known = file ?? { lines: reviewed(text), base: undefined, diffs: [] };
  if (!isReadable(diff)) return seen(known, text);
  const diffs = [...known.diffs, diff];
  const lines = explained(known.base, diffs, text);
  if (lines) return diffs.length < most ? { lines, base: known.base, diffs } : certain(lines);
  const nearly = explained(file?.lines, [diff], text) ?? changedByUser(known.lines, text);
  return { lines: nearly, base: known.base, diffs: diffs.slice(-most) };
}

/** The agent has made this text of that one, in whatever way, and some of it may be known. */
export function made(lines: Lines | undefined, before: string, text: string): Lines {
  if (!lines) return changedByAgent(reviewed(before), text);
  const known = textsBefore(lines).join("\n") === linesOf(before).join("\n");
  return changedByAgent(known ? lines : changedByUser(lines, before), text);
}

function explained(lines: Lines | undefined, diffs: readonly string[], text: string): Lines | undefined {
  const before = diffs.length ? beforeDiffs(text, diffs) : undefined;
  return before === undefined ? undefined : made(lines, before, text);
}

/** What a turn has changed in each file: both sides, from the diffs in the log and the text that the file has now. Pure. */
import type { Message } from "sessiond-protocol";
import { changesOf, pathsOf } from "../../diffs/calls.ts";
import { beforeDiffs, shown } from "../../diffs/unified.ts";

/** The changes of one file: those of the turn, and those that came after it. */
export interface FileOfTurn {
  readonly path: string;
  readonly diffs: readonly string[];
  readonly later: readonly string[];
}

export interface Sides {
  readonly before: string;
  /** Undefined: the file as it is now. */
  readonly after: string | undefined;
}

export interface FileSides extends Sides {
  readonly path: string;
}

/** In the order in which the turn changed them. */
export function filesOfTurn(messages: readonly Message[], turnId: string): FileOfTurn[] {
  const files = new Map<string, { diffs: string[]; later: string[] }>();
  let begun = false;
  for (const message of messages) {
    const ours = message.turnId === turnId;
    begun ||= ours;
    if (!begun) continue;
    for (const { path, diff } of message.parts.flatMap(changesOf)) {
      const file = files.get(path) ?? { diffs: [], later: [] };
      (ours ? file.diffs : file.later).push(diff);
      files.set(path, file);
    }
  }
  return [...files].filter(([, { diffs }]) => diffs.length).map(([path, file]) => ({ path, ...file }));
}

/** The last turn that has changed a file. */
export function lastTurn(messages: readonly Message[]): string | undefined {
  return messages.findLast(({ parts }) => parts.some((part) => pathsOf(part).length > 0))?.turnId;
}

/** Whole files as long as nobody has changed what the turn did; else what its diffs show. */
export function sidesOf({ diffs, later }: FileOfTurn, now: string): Sides {
  const after = beforeDiffs(now, later);
  const before = after === undefined ? undefined : beforeDiffs(after, diffs);
  if (before !== undefined) return { before, after: later.length ? after : undefined };
  const parts = diffs.map(shown);
  return {
    before: parts.map((part) => part.before).join("\n"),
    after: parts.map((part) => part.after).join("\n"),
  };
}

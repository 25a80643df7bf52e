/**
 * A file under review: its lines, each with whose it is, and in their places those that the agent has taken away. Pure.
 *
 * A hunk is what lies together and is not reviewed. To accept it forgets what was taken away; to reject it takes the agent's
 * lines out and puts the others back. The user's own lines stay in both cases, wherever they were written.
 */
import { createHash } from "node:crypto";
import { changes, linesOf } from "./changes.ts";

export interface Line {
  readonly text: string;
  /** `removed`: not in the file any more, and not the agent's own. */
  readonly owner: "reviewed" | "agent" | "user" | "removed";
}

export type Lines = readonly Line[];

export interface Hunk {
  /** Of its first line in the file, from 0; of the line behind it where it only takes lines away. */
  readonly start: number;
  /** How many lines it has in the file. */
  readonly length: number;
  /** Numbers of those that are the agent's. */
  readonly added: readonly number[];
  /** The texts that the agent has taken away. */
  readonly removed: readonly string[];
  /** What it says, to find it again when the file has changed elsewhere. */
  readonly key: string;
  /** Where it stands in the lines: from the first to before the second. */
  readonly span: readonly [number, number];
}

export function reviewed(text: string): Lines {
  return linesOf(text).map((line) => ({ text: line, owner: "reviewed" }));
}

/** As the file has them. */
export function textsOf(lines: Lines): string[] {
  return lines.filter(inFile).map(({ text }) => text);
}

/** What the file would be if all were rejected. */
export function before(lines: Lines): Lines {
  return lines.filter(({ owner }) => owner !== "agent").map(({ text }) => ({ text, owner: "reviewed" }));
}

/** What it takes away of others is kept in its place; what it takes away of its own is gone. */
export function changedByAgent(lines: Lines, text: string): Lines {
  return settled(
    rewritten(lines, text, (dropped, added) => [
      ...dropped.flatMap(({ text, owner }): Line[] => (owner === "agent" ? [] : [{ text, owner: "removed" }])),
      ...added.map((text): Line => ({ text, owner: "agent" })),
    ]),
  );
}

/** By a person, or by anything else that is not the agent. A formatter's lines stay whose they were. */
export function changedByUser(lines: Lines, text: string): Lines {
  return settled(
    rewritten(lines, text, (dropped, added) => {
      const owners = inherited(dropped, added);
      return added.map((text, index): Line => ({ text, owner: owners[index] ?? "user" }));
    }),
  );
}

export function hunksOf(lines: Lines): Hunk[] {
  return spansOf(lines).map(([from, to]) => {
    const start = lines.slice(0, from).filter(inFile).length;
    const run = lines.slice(from, to);
    const shown = run.filter(inFile);
    const removed = run.filter(({ owner }) => owner === "removed").map(({ text }) => text);
    return {
      start,
      length: shown.length,
      added: shown.flatMap(({ owner }, index) => (owner === "agent" ? [start + index] : [])),
      removed,
      key: keyOf(run),
      span: [from, to],
    };
  });
}

export function accepted(lines: Lines, { span: [from, to] }: Hunk): Lines {
  return [...lines.slice(0, from), ...asReviewed(lines.slice(from, to).filter(inFile)), ...lines.slice(to)];
}

export function rejected(lines: Lines, { span: [from, to] }: Hunk): Lines {
  return [...lines.slice(0, from), ...before(lines.slice(from, to)), ...lines.slice(to)];
}

function keyOf(run: Lines): string {
  const said = run.map(({ text, owner }) => `${owner} ${text}`).join("\n");
  return createHash("sha256").update(said).digest("base64url").slice(0, 16);
}

type Replace = (dropped: Lines, added: readonly string[]) => Lines;

/** The lines of the new text; what was removed keeps its place among them. */
function rewritten(lines: Lines, text: string, replace: Replace): Lines {
  const result: Line[] = [];
  let at = 0;
  /** The next ones that are in the file; what was removed before them is passed on as it is. */
  const next = (count: number, take: (line: Line) => void): void => {
    for (let left = count; left > 0; at += 1) {
      const line = lines[at];
      if (!line) return;
      if (inFile(line)) left -= 1;
      take(line);
    }
  };
  for (const change of changes(textsOf(lines), linesOf(text))) {
    if ("kept" in change) {
      next(change.kept, (line) => result.push(line));
      continue;
    }
    let dropped: Line[] = [];
    next(change.dropped, (line) => {
      if (inFile(line)) return void dropped.push(line);
      result.push(...replace(dropped, []), line);
      dropped = [];
    });
    result.push(...replace(dropped, change.added));
  }
  return [...result, ...lines.slice(at)];
}

/** What is back as it was before counts as reviewed, and so does what the user has written outside of any hunk. */
function settled(lines: Lines): Lines {
  const result: Line[] = [];
  let at = 0;
  for (const [from, to] of spansOf(lines)) {
    result.push(...lines.slice(at, from), ...withoutEdges(withoutReturned(lines.slice(from, to))));
    at = to;
  }
  return [...result, ...lines.slice(at)];
}

function withoutReturned(run: Lines): Lines {
  const removed = run.filter(({ owner }) => owner === "removed");
  const shown = run.filter(inFile);
  const found = changes(
    removed.map(({ text }) => text),
    shown.map(({ text }) => text),
  );
  if (!found.some((change) => "kept" in change)) return run;
  let [lost, here] = [0, 0];
  return found.flatMap((change) => {
    if ("kept" in change) {
      lost += change.kept;
      return asReviewed(shown.slice(here, (here += change.kept)));
    }
    return [...removed.slice(lost, (lost += change.dropped)), ...shown.slice(here, (here += change.added.length))];
  });
}

/** Lines of the user that no line of the agent's or a removed one follows, or goes before, stand beside a hunk and not in it. */
function withoutEdges(lines: Lines): Lines {
  const result = [...lines];
  for (const [from, to] of spansOf(lines)) {
    const run = lines.slice(from, to);
    const first = run.findIndex(({ owner }) => owner !== "user");
    const last = run.findLastIndex(({ owner }) => owner !== "user");
    run.forEach((line, index) => {
      if (first < 0 || index < first || index > last) result[from + index] = { ...line, owner: "reviewed" };
    });
  }
  return result;
}

/** Maximal runs of what is not reviewed. */
function spansOf(lines: Lines): [number, number][] {
  const spans: [number, number][] = [];
  lines.forEach(({ owner }, index) => {
    if (owner === "reviewed") return;
    const last = spans.at(-1);
    if (last?.[1] === index) last[1] = index + 1;
    else spans.push([index, index + 1]);
  });
  return spans;
}

/** Whose new lines are that say the same as the ones they stand for, but for white space, commas, semicolons and quotes. */
function inherited(dropped: Lines, added: readonly string[]): (Line["owner"] | undefined)[] {
  const bare = (text: string): string => text.replace(/[\s,;'"`]/g, "");
  if (dropped.length === added.length)
    return dropped.map(({ text, owner }, index) => (bare(text) === bare(added[index] ?? "") ? owner : undefined));
  const all = dropped.length > 0 && dropped.every(({ owner }) => owner === "agent");
  const same = bare(dropped.map(({ text }) => text).join("")) === bare(added.join(""));
  return added.map(() => (all && same ? "agent" : undefined));
}

function asReviewed(lines: Lines): Lines {
  return lines.map(({ text }) => ({ text, owner: "reviewed" }));
}

function inFile({ owner }: Line): boolean {
  return owner !== "removed";
}

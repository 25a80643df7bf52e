/**
 * A file under review: the lines that it has, each with whose it is, and in their places those that the agent has taken away. Pure.
 *
 * Two texts say all of it: the file without what of the agent's is not reviewed, and the file as it is. Hunks are the difference of
 * both and of nothing else, so it is the same in how many steps a change came, and who was looking. To accept a hunk changes the first
 * text, to reject it the second; what the user writes goes into both.
 */
import { createHash } from "node:crypto";
import { changes, linesOf } from "./changes.ts";

export interface Line {
  readonly text: string;
  /** `removed`: not in the file any more, and not the agent's own. */
  readonly owner: "reviewed" | "agent" | "removed";
}

export type Lines = readonly Line[];

export interface Hunk {
  /** Of its first line in the file, from 0; of the line behind it where it only takes lines away. */
  readonly start: number;
  /** How many lines it has in the file, all of them the agent's. */
  readonly length: number;
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

/** As the file would have them if all were rejected. */
export function textsBefore(lines: Lines): string[] {
  return lines.filter(({ owner }) => owner !== "agent").map(({ text }) => text);
}

export function changedByAgent(lines: Lines, text: string): Lines {
  return between(textsBefore(lines), linesOf(text));
}

/** By a person, or by anything else that is not the agent. A formatter's lines stay whose they were. */
export function changedByUser(lines: Lines, text: string): Lines {
  return settled(
    withoutReturned(
      rewritten(lines, text, (dropped, added) => {
        const owners = inherited(dropped, added);
        return added.map((text, index) => ({ text, owner: owners[index] ?? "user" }));
      }),
    ),
  );
}

export function hunksOf(lines: Lines): Hunk[] {
  return spansOf(lines).map(([from, to]) => {
    const run = lines.slice(from, to);
    return {
      start: lines.slice(0, from).filter(inFile).length,
      length: run.filter(inFile).length,
      removed: textsBefore(run),
      key: keyOf(run),
      span: [from, to],
    };
  });
}

/** Those of a file's hunks in the file as it is now; what says the same several times is told apart by its order. */
export function foundAgain(wanted: readonly Hunk[], before: readonly Hunk[], now: readonly Hunk[]): Hunk[] {
  const like = ({ key }: Hunk, all: readonly Hunk[]): Hunk[] => all.filter((hunk) => hunk.key === key);
  return now.filter((hunk) => {
    const was = like(hunk, before)[like(hunk, now).indexOf(hunk)];
    return was !== undefined && wanted.includes(was);
  });
}

export function accepted(lines: Lines, hunks: readonly Hunk[]): Lines {
  return without(lines, hunks, (run) => run.filter(inFile));
}

export function rejected(lines: Lines, hunks: readonly Hunk[]): Lines {
  return without(lines, hunks, (run) => run.filter(({ owner }) => owner === "removed"));
}

/** What is left of the runs of hunks counts as reviewed. */
function without(lines: Lines, hunks: readonly Hunk[], left: (run: Lines) => Lines): Lines {
  const result: Line[] = [];
  let at = 0;
  for (const { span } of hunks) {
    result.push(...lines.slice(at, span[0]));
    for (const { text } of left(lines.slice(...span))) result.push({ text, owner: "reviewed" });
    at = span[1];
  }
  return settled([...result, ...lines.slice(at)]);
}

/** The one form in which two texts are under review. */
function between(before: readonly string[], now: readonly string[]): Lines {
  let [old, fresh] = [0, 0];
  return changes(before, now).flatMap((change): Line[] => {
    if ("kept" in change) {
      old += change.kept;
      return now.slice(fresh, (fresh += change.kept)).map((text) => ({ text, owner: "reviewed" }));
    }
    fresh += change.added.length;
    return [
      ...before.slice(old, (old += change.dropped)).map((text): Line => ({ text, owner: "removed" })),
      ...change.added.map((text): Line => ({ text, owner: "agent" })),
    ];
  });
}

function settled(lines: Lines): Lines {
  return between(textsBefore(lines), textsOf(lines));
}

function keyOf(run: Lines): string {
  const said = run.map(({ text, owner }) => `${owner} ${text}`).join("\n");
  return createHash("sha256").update(said).digest("base64url").slice(0, 16);
}

/** While a user's change is taken in, what they have just written is known as theirs. */
interface Fresh {
  readonly text: string;
  readonly owner: Line["owner"] | "user";
}

type Replace = (dropped: Lines, added: readonly string[]) => readonly Fresh[];

/** The lines of the new text; what was removed keeps its place among them. */
function rewritten(lines: Lines, text: string, replace: Replace): Fresh[] {
  const result: Fresh[] = [];
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
    const dropped: Line[] = [];
    next(change.dropped, (line) => (inFile(line) ? dropped : result).push(line));
    result.push(...replace(dropped, change.added));
  }
  return [...result, ...lines.slice(at)];
}

/** What the user writes as it was before is what the agent has taken away, and there once. */
function withoutReturned(lines: readonly Fresh[]): Lines {
  const result = lines.map(({ text, owner }): Line => ({ text, owner: owner === "user" ? "reviewed" : owner }));
  const back = new Set<number>();
  for (const [from, to] of spansOf(lines)) {
    const indexes = (wanted: Fresh["owner"]): number[] =>
      lines.slice(from, to).flatMap(({ owner }, index) => (owner === wanted ? [from + index] : []));
    const [lost, written] = [indexes("removed"), indexes("user")];
    let at = 0;
    const textAt = (index: number): string => lines[index]?.text ?? "";
    for (const change of changes(lost.map(textAt), written.map(textAt))) {
      if ("kept" in change) for (const index of lost.slice(at, at + change.kept)) back.add(index);
      at += "kept" in change ? change.kept : change.dropped;
    }
  }
  return result.filter((_, index) => !back.has(index));
}

/** Maximal runs of what is not reviewed. */
function spansOf(lines: readonly Fresh[]): [number, number][] {
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

function inFile({ owner }: Line): boolean {
  return owner !== "removed";
}

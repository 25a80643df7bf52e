/** Unified diffs of the engine, and the texts on both of their sides. Pure. */
import { applyPatch, parsePatch, reversePatch } from "diff";

export interface Sides {
  readonly before: string;
  readonly after: string;
  /** Whether they are whole files; else only what the diff shows of them. */
  readonly whole: boolean;
}

/** Of a change that has been made: the file is as it became, or somebody has changed it further. */
export function sidesOfMade(diff: string, now: string): Sides {
  const before = beforeDiffs(now, [diff]);
  return before === undefined ? shown(diff) : { before, after: now, whole: true };
}

/** Of a change that is proposed: the file is as it was. */
export function sidesOfProposed(diff: string, now: string): Sides {
  const after = afterDiff(now, diff);
  return after === undefined ? shown(diff) : { before: now, after, whole: true };
}

/** The text before these diffs were made, in their order; undefined where they do not lead to this text. */
export function beforeDiffs(text: string, diffs: readonly string[]): string | undefined {
  return diffs.reduceRight<string | undefined>(
    (now, diff) => (now === undefined ? now : turned(now, diff, true)),
    text,
  );
}

/** The text after a diff; undefined where it does not fit. */
export function afterDiff(text: string, diff: string): string | undefined {
  return turned(text, diff, false);
}

export interface FileDiff {
  /** As the diff has it: relative to the project. */
  readonly name: string;
  readonly diff: string;
}

/** A diff of several files, by file. */
export function byFile(diff: string): FileDiff[] {
  const parts: string[][] = [];
  const lines = linesIn(diff);
  lines.forEach(({ text, isHead }, index) => {
    const begins = isHead && text.startsWith("--- ") && lines[index + 1]?.text.startsWith("+++ ");
    if (begins) parts.push([text]);
    else parts.at(-1)?.push(text);
  });
  return parts.map((part) => part.join("")).map((part) => ({ name: nameOf(part), diff: part }));
}

/** The part of a diff of several files that is about this one. */
export function diffOf(diff: string, path: string): string | undefined {
  const plain = path.replaceAll("\\", "/");
  return byFile(diff).find(({ name }) => plain === name || plain.endsWith(`/${name}`))?.diff;
}

/** What a diff itself shows of both sides, for a file that has become something else. */
export function shown(diff: string): Sides {
  const lines = linesIn(diff).filter(({ text, isHead }) => !isHead || text.startsWith("@@"));
  const side = (other: "+" | "-"): string =>
    lines
      .filter(({ text, isHead }) => isHead || !text.startsWith(other))
      .map(({ text, isHead }) => (isHead ? text : text.slice(1)))
      .join("");
  return { before: side("+"), after: side("-"), whole: false };
}

/** Of a file that is not there any more. */
export function isGone(diff: string): boolean {
  return diff.split("\n", 2)[1] === "+++ /dev/null";
}

/** Of a file that was not there before. */
export function isNew(diff: string): boolean {
  return diff.startsWith("--- /dev/null\n");
}

/** One that was cut short leads nowhere. */
export function isReadable(diff: string): boolean {
  return parsed(diff) !== undefined;
}

interface DiffLine {
  /** With its end. */
  readonly text: string;
  /** Whether it is about files and hunks; else it is a line of theirs, whatever that looks like. */
  readonly isHead: boolean;
}

/** Each hunk is as long as its head says, or as far as its lines go. */
function linesIn(diff: string): DiffLine[] {
  let [old, fresh] = [0, 0];
  return diff.split(/(?<=\n)/).map((text) => {
    const isHead = (old <= 0 && fresh <= 0) || !/^[-+ \r\n]/.test(text);
    const head = isHead ? /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(text) : undefined;
    if (head) [old, fresh] = [Number(head[1] ?? 1), Number(head[2] ?? 1)];
    else if (isHead && !text.startsWith("\\")) [old, fresh] = [0, 0];
    else if (!isHead) [old, fresh] = [old - Number(!text.startsWith("+")), fresh - Number(!text.startsWith("-"))];
    return { text, isHead };
  });
}

function turned(text: string, diff: string, back: boolean): string | undefined {
  const patch = parsed(diff);
  const way = patch && back ? reversePatch(patch) : patch;
  if (!way || (way.oldFileName === "/dev/null" && text !== "")) return undefined;
  // The engine's diffs are of plain lines: where ends are mixed, only the plain text fits.
  return patched(text, way) ?? (text.includes("\r\n") ? patched(text.replaceAll("\r\n", "\n"), way) : undefined);
}

function patched(text: string, patch: Patch): string | undefined {
  const result = applyPatch(text, patch);
  return result === false ? undefined : result;
}

type Patch = ReturnType<typeof parsePatch>[number];

function parsed(diff: string): Patch | undefined {
  try {
    return parsePatch(diff)[0];
  } catch {
    return undefined;
  }
}

function nameOf(diff: string): string {
  const [old = "", fresh = ""] = diff.split("\n", 2).map((line) => line.slice(4).split("\t")[0] ?? "");
  return (fresh === "/dev/null" ? old : fresh).replace(/^[ab]\//, "");
}

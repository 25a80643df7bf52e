/** Unified diffs of the engine, and the texts on both of their sides. Pure. */
import { applyPatch, parsePatch, reversePatch } from "diff";

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
  return diff
    .split(/^(?=--- .*\n\+\+\+ )/m)
    .filter((part) => part.startsWith("--- "))
    .map((part) => ({ name: nameOf(part), diff: part }));
}

/** What a diff itself shows of both sides, for a file that has become something else. */
export function shown(diff: string): { before: string; after: string } {
  const lines = diff.split("\n").filter((line) => !/^(---|\+\+\+|diff |index |\\)/.test(line));
  const side = (other: "+" | "-"): string =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => (line.startsWith("@@") ? line : line.slice(1)))
      .join("\n");
  return { before: side("+"), after: side("-") };
}

/** A diff that was cut short is none that can be read. */
function turned(text: string, diff: string, back: boolean): string | undefined {
  try {
    const [patch] = parsePatch(diff);
    const result = patch ? applyPatch(text, back ? reversePatch(patch) : patch) : false;
    return result === false ? undefined : result;
  } catch {
    return undefined;
  }
}

/** Of a file that was not there before. */
export function isNew(diff: string): boolean {
  return diff.startsWith("--- /dev/null\n");
}

function nameOf(diff: string): string {
  const [old = "", fresh = ""] = diff.split("\n", 2).map((line) => line.slice(4).split("\t")[0] ?? "");
  return (fresh === "/dev/null" ? old : fresh).replace(/^[ab]\//, "");
}

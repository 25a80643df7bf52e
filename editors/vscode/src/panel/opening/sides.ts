/** Both sides of a unified diff, from the text that the file has now. Pure. */
import { applyPatch, parsePatch, reversePatch } from "diff";

export interface Sides {
  readonly before: string;
  readonly after: string;
  /** Whether they are whole files; else only what the diff shows of them. */
  readonly whole: boolean;
}

/** Of a change that has been made: the file is as it became, or somebody has changed it further. */
export function sidesOfMade(diff: string, now: string): Sides {
  const [patch] = parsePatch(diff);
  const before = patch ? applyPatch(now, reversePatch(patch)) : false;
  return before === false ? shownSides(diff) : { before, after: now, whole: true };
}

/** Of a change that is proposed: the file is as it was. */
export function sidesOfProposed(diff: string, now: string): Sides {
  const [patch] = parsePatch(diff);
  const after = patch ? applyPatch(now, patch) : false;
  return after === false ? shownSides(diff) : { before: now, after, whole: true };
}

/** The part of a diff that is about one path, in a diff of several files. */
export function diffOf(diff: string, path: string): string {
  const files = diff.split(/^(?=--- )/m).filter((file) => file.startsWith("--- "));
  return (
    files.find((file) =>
      file.split("\n", 2).some((line) =>
        path.endsWith(
          line
            .slice(4)
            .split("\t")[0]
            ?.replace(/^[ab]\//, "") ?? "\0",
        ),
      ),
    ) ?? diff
  );
}

function shownSides(diff: string): Sides {
  const lines = diff.split("\n").filter((line) => !/^(---|\+\+\+|diff |index |\\)/.test(line));
  const side = (other: "+" | "-"): string =>
    lines
      .filter((line) => !line.startsWith(other))
      .map((line) => (line.startsWith("@@") ? line : line.slice(1)))
      .join("\n");
  return { before: side("+"), after: side("-"), whole: false };
}

/** Keeps what is to be reviewed over a reload of the window; what has changed in between counts as the user's. */
import type * as vscode from "vscode";
import type { Memory } from "../../contract.ts";
import type { Form } from "../hunks/form.ts";
import type { Line, Lines } from "../hunks/lines.ts";
import type { Files } from "./files.ts";

const key = "sessiond.reviewed";
/** Characters of all files together; the rest is not kept. */
const most = 2_000_000;

const letters = { reviewed: " ", agent: "+", removed: "-" } as const;
const owners = new Map(Object.entries(letters).map(([owner, letter]) => [letter as string, owner as Line["owner"]]));

/** By path, each line behind the letter of its owner. */
type Kept = Record<
  string,
  { readonly lines: readonly string[]; readonly made: boolean; readonly form?: Form | undefined }
>;

export function remember(files: Files, memory: Memory): vscode.Disposable {
  for (const [path, { lines, made, form }] of Object.entries(memory.get<Kept>(key, {}))) {
    files.set(path, lines.map(asLine), { made, form });
    void files.catchUp(path);
  }
  let known = "";
  return files.onDidChange(() => {
    const now = hunksIn(files);
    if (now === known) return;
    known = now;
    void memory.update(key, kept(files));
  });
}

/** What is to be reviewed, in short: what a user types elsewhere is found when the window is there again. */
function hunksIn(files: Files): string {
  return files.paths.flatMap((path) => [path, ...(files.get(path)?.hunks ?? []).map(({ key }) => key)]).join("\n");
}

function kept(files: Files): Kept {
  let left = most;
  const result: Kept = {};
  for (const path of files.paths) {
    const file = files.get(path);
    if (!file) continue;
    const lines = asTexts(file.lines);
    left -= lines.reduce((sum, line) => sum + line.length + 3, 0);
    if (left < 0) break;
    result[path] = { lines, made: file.made, form: file.form };
  }
  return result;
}

function asTexts(lines: Lines): string[] {
  return lines.map(({ text, owner }) => letters[owner] + text);
}

function asLine(line: string): Line {
  return { text: line.slice(1), owner: owners.get(line[0] ?? "") ?? "reviewed" };
}

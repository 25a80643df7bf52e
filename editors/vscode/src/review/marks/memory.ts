/** Keeps what is to be reviewed over a reload of the window; what has changed in between counts as the user's. */
import * as vscode from "vscode";
import type { Line, Lines } from "../hunks/lines.ts";
import type { Files } from "./files.ts";

const key = "sessiond.review";
/** Characters of all files together; the rest is not kept. */
const most = 2_000_000;
const afterMilliseconds = 500;

const letters = { reviewed: " ", agent: "+", removed: "-" } as const;
const owners = new Map(Object.entries(letters).map(([owner, letter]) => [letter as string, owner as Line["owner"]]));

/** By path, each line behind the letter of its owner. */
type Kept = Record<string, readonly string[]>;

export function remember(files: Files, memory: vscode.Memento): vscode.Disposable {
  for (const [path, lines] of Object.entries(memory.get<Kept>(key, {}))) {
    files.set(path, lines.map(asLine));
    void files.catchUp(path);
  }
  let timer: NodeJS.Timeout | undefined;
  const keep = (): void => void memory.update(key, kept(files));
  const listening = files.onDidChange(() => {
    clearTimeout(timer);
    timer = setTimeout(keep, afterMilliseconds);
  });
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    listening.dispose();
    keep();
  });
}

function kept(files: Files): Kept {
  let left = most;
  const result: Record<string, readonly string[]> = {};
  for (const path of files.paths) {
    const lines = asTexts(files.get(path)?.lines ?? []);
    left -= lines.reduce((sum, line) => sum + line.length + 3, 0);
    if (left < 0) break;
    result[path] = lines;
  }
  return result;
}

function asTexts(lines: Lines): string[] {
  return lines.map(({ text, owner }) => letters[owner] + text);
}

function asLine(line: string): Line {
  return { text: line.slice(1), owner: owners.get(line[0] ?? "") ?? "reviewed" };
}

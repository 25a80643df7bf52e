/**
 * Files that come or go with a rejection. The workbench is not asked to: in the history of such a file its undo would delete or
 * overwrite, behind what the user has typed there since, and of one that has gone there is none.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { linesOf } from "../hunks/changes.ts";
import { type Form, stored } from "../hunks/form.ts";
import { type FileInReview, type Files, textNow } from "./files.ts";

export interface Undo {
  readonly path: string;
  /** What has become of the file. */
  readonly what: string;
  /** The file is as it was before, and under review as it was. False: somebody has changed it since, and it stays as it is. */
  run(): Promise<boolean>;
}

/** A deleted file, with this text. */
export async function bringBack(
  path: string,
  file: FileInReview,
  lines: readonly string[],
  usualEnd: Form["end"],
  files: Files,
): Promise<Undo | "failed"> {
  const text = stored(lines, file.form ?? { mark: false, end: usualEnd });
  if (!(await create(path, text))) return "failed";
  files.forget(path);
  return {
    path,
    what: "there again, as it was before it was deleted",
    run: async () => {
      const now = await textNow(path);
      if (now === undefined || !sameText(now, text) || !(await remove(path))) return false;
      files.set(path, file.lines, file);
      return true;
    },
  };
}

/** A file of which nothing is left. */
export async function takeAway(
  document: vscode.TextDocument,
  { lines, ...origin }: FileInReview,
  files: Files,
): Promise<Undo | "failed"> {
  const path = document.uri.fsPath;
  // A tab with unsaved text would stay, or ask.
  if (document.isDirty && !(await document.save())) return "failed";
  const content = await readFile(path).catch(() => document.getText());
  if (!(await remove(path))) return "failed";
  files.forget(path);
  return {
    path,
    what: "deleted, as there was no such file before",
    run: async () => {
      if (!(await create(path, content))) return false;
      files.set(path, lines, origin);
      return true;
    },
  };
}

/** Never over one that is there. */
async function create(path: string, content: string | Uint8Array): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

async function remove(path: string): Promise<boolean> {
  try {
    await vscode.window.tabGroups.close(tabsOf(path));
    await rm(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

function tabsOf(path: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === "file" && input.uri.fsPath === path,
    );
}

/** An editor shows no mark, and one kind of ends. */
function sameText(one: string, other: string): boolean {
  const [ours, theirs] = [one, other].map((text) => linesOf(text.replace(/^\ufeff/, "")).join("\n"));
  return ours === theirs;
}

/** Rejects hunks of files, and says what cannot be seen: what has failed, and which files have gone or come back, to be undone. */
import * as vscode from "vscode";
import type { Hunk } from "../hunks/lines.ts";
import type { Files } from "./files.ts";
import { reject } from "./rejection.ts";
import type { Undo } from "./whole_files.ts";

export interface Wish {
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

export async function rejectAndTell(wishes: readonly Wish[], files: Files): Promise<void> {
  const undos: Undo[] = [];
  for (const { path, hunks } of wishes) {
    const outcome = await reject(path, hunks, files);
    if (outcome === "failed") warn(path, "has changed in the meantime, or cannot be changed; nothing was rejected");
    else if (outcome !== "done") undos.push(outcome);
  }
  void offer(undos);
}

/** Of a file that has gone or has come the workbench can undo nothing. */
async function offer(undos: readonly Undo[]): Promise<void> {
  const [first, ...others] = undos;
  if (!first) return;
  const said = others.length
    ? `${undos.length} files are as they were before: deleted, or there again.`
    : `${vscode.workspace.asRelativePath(first.path)} is ${first.what}.`;
  if ((await vscode.window.showInformationMessage(said, "Undo")) === undefined) return;
  for (const undo of undos) if (!(await undo.run())) warn(undo.path, "has changed in the meantime; nothing was undone");
}

function warn(path: string, what: string): void {
  void vscode.window.showWarningMessage(`${vscode.workspace.asRelativePath(path)} ${what}.`);
}

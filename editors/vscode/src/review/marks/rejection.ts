/** Takes hunks of a file back, as one step to undo. A file that the agent has made, or has deleted, goes or comes with it. */
import { EOL } from "node:os";
import * as vscode from "vscode";
import { linesOf } from "../hunks/changes.ts";
import { foundAgain, type Hunk, type Lines, rejected, textsOf } from "../hunks/lines.ts";
import { type Files, openDocument, textOnDisk } from "./files.ts";
import { bringBack, takeAway, type Undo } from "./whole_files.ts";

/**
 * `failed`: nothing was taken back, as the hunks are not there any more as they were seen, or the editor did not take the edit.
 * `done` is what the workbench can undo; of whole files it cannot.
 */
export async function reject(path: string, hunks: readonly Hunk[], files: Files): Promise<Undo | "done" | "failed"> {
  const seen = files.get(path)?.hunks ?? [];
  const document = await documentAt(path);
  await files.catchUp(path);
  const file = files.get(path);
  if (!file) return "done";
  const there = foundAgain(hunks, seen, file.hunks);
  if (there.length < hunks.length) return "failed";
  const after = rejected(file.lines, there);
  if (!document) return bringBack(path, file, textsOf(after), usualLineEnd(path), files);
  if (!saysTheSame(file.lines, document)) return "failed";
  if (file.made && textsOf(after).join("\n") === "") return takeAway(document, file, files);
  return (await takeBack(document, there, after, files)) ? "done" : "failed";
}

async function documentAt(path: string): Promise<vscode.TextDocument | undefined> {
  const isThere = openDocument(path) !== undefined || (await textOnDisk(path)) !== undefined;
  return isThere ? vscode.workspace.openTextDocument(vscode.Uri.file(path)) : undefined;
}

function saysTheSame(lines: Lines, document: vscode.TextDocument): boolean {
  return textsOf(lines).join("\n") === linesOf(document.getText()).join("\n");
}

async function takeBack(
  document: vscode.TextDocument,
  hunks: readonly Hunk[],
  after: Lines,
  files: Files,
): Promise<boolean> {
  const { uri, isDirty } = document;
  const edit = new vscode.WorkspaceEdit();
  edit.set(
    uri,
    hunks.map((hunk) => takingBack(document, hunk)),
  );
  const expected = files.expect(uri.fsPath, after.length ? after : [{ text: "", owner: "reviewed" }]);
  const applied = await vscode.workspace.applyEdit(edit);
  expected.over(applied);
  if (applied && !isDirty) await document.save();
  return applied;
}

function takingBack(document: vscode.TextDocument, { start, length, removed }: Hunk): vscode.TextEdit {
  const eol = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  const end = start + length;
  if (end < document.lineCount)
    return vscode.TextEdit.replace(new vscode.Range(start, 0, end, 0), removed.map((text) => text + eol).join(""));
  const last = document.lineAt(document.lineCount - 1).range.end;
  if (start === 0) return vscode.TextEdit.replace(new vscode.Range(0, 0, last.line, last.character), removed.join(eol));
  return vscode.TextEdit.replace(
    new vscode.Range(document.lineAt(start - 1).range.end, last),
    removed.map((text) => eol + text).join(""),
  );
}

/** Of a new file there. */
function usualLineEnd(path: string): "\n" | "\r\n" {
  const chosen = vscode.workspace.getConfiguration("files", vscode.Uri.file(path)).get<string>("eol", "auto");
  return (chosen === "auto" ? EOL : chosen) === "\r\n" ? "\r\n" : "\n";
}

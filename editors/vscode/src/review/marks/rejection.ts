/** Takes hunks of a file back, as one step to undo. A file that the agent has made, or has deleted, goes or comes with it. */
import { EOL } from "node:os";
import * as vscode from "vscode";
import { type LineEnd, linesOf } from "../hunks/changes.ts";
import { foundAgain, type Hunk, type Lines, rejected, textsOf } from "../hunks/lines.ts";
import { type Files, openDocument, textOnDisk } from "./files.ts";

/** False where nothing was taken back: the hunks are not there any more as they were seen, or the editor did not take the edit. */
export async function reject(path: string, hunks: readonly Hunk[], files: Files): Promise<boolean> {
  const seen = files.get(path)?.hunks ?? [];
  const document = await documentAt(path);
  await files.catchUp(path);
  const file = files.get(path);
  if (!file) return true;
  const there = foundAgain(hunks, seen, file.hunks);
  if (there.length < hunks.length) return false;
  const after = rejected(file.lines, there);
  if (!document) return create(vscode.Uri.file(path), after, file.lineEnd, files);
  if (!saysTheSame(file.lines, document)) return false;
  return takeBack(document, there, after, file.made, files);
}

/** Undefined for no file. */
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
  isMade: boolean,
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
  if (applied && isMade && document.getText() === "") await remove(uri, files);
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

async function create(uri: vscode.Uri, lines: Lines, end: LineEnd | undefined, files: Files): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents: Buffer.from(textsOf(lines).join(end ?? usualLineEnd(uri))) });
  const applied = await vscode.workspace.applyEdit(edit);
  if (applied) files.forget(uri.fsPath);
  return applied;
}

/** Of a new file there. */
function usualLineEnd(uri: vscode.Uri): string {
  const chosen = vscode.workspace.getConfiguration("files", uri).get<string>("eol", "auto");
  return chosen === "auto" ? EOL : chosen;
}

async function remove(uri: vscode.Uri, files: Files): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri, { ignoreIfNotExists: true });
  if (await vscode.workspace.applyEdit(edit)) files.forget(uri.fsPath);
}

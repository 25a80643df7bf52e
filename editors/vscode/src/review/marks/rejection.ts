/** Takes hunks of a file back, as one step to undo. A file that the agent has made, or has deleted, goes or comes with it. */
import * as vscode from "vscode";
import { type Hunk, type Lines, rejected, textsOf } from "../hunks/lines.ts";
import { type Files, openDocument, textOnDisk } from "./files.ts";

/** False where the editor did not take it. */
export async function reject(path: string, hunks: readonly Hunk[], files: Files): Promise<boolean> {
  const file = files.get(path);
  if (!file) return true;
  const after = rejected(file.lines, hunks);
  const uri = vscode.Uri.file(path);
  if (!openDocument(path) && (await textOnDisk(path)) === undefined) return create(uri, after, files);
  const document = await vscode.workspace.openTextDocument(uri);
  const clean = !document.isDirty;
  const edit = new vscode.WorkspaceEdit();
  edit.set(
    uri,
    hunks.map((hunk) => takingBack(document, hunk)),
  );
  const expected = files.expect(path, after.length ? after : [{ text: "", owner: "reviewed" }]);
  const applied = await vscode.workspace.applyEdit(edit);
  expected.over();
  if (applied && clean) await document.save();
  if (applied && file.made && document.getText() === "") await remove(uri, files);
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

async function create(uri: vscode.Uri, lines: Lines, files: Files): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { contents: Buffer.from(textsOf(lines).join("\n")) });
  const applied = await vscode.workspace.applyEdit(edit);
  if (applied) files.forget(uri.fsPath);
  return applied;
}

async function remove(uri: vscode.Uri, files: Files): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri, { ignoreIfNotExists: true });
  if (await vscode.workspace.applyEdit(edit)) files.forget(uri.fsPath);
}

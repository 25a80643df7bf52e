/** What the buttons above a block of code do: copy, insert at the cursor, or show as a diff that can be applied. */
import * as vscode from "vscode";
import type { Texts } from "../../diffs/texts.ts";
import { proposed } from "./proposal.ts";

export async function takeCode(action: "copy" | "insert" | "apply", code: string, texts: Texts): Promise<void> {
  if (action === "copy") return vscode.env.clipboard.writeText(code);
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (!editor) return void vscode.window.showInformationMessage("Open the file that the code is for first.");
  if (action === "insert") return insert(editor, code);
  return apply(editor, code, texts);
}

async function insert(editor: vscode.TextEditor, code: string): Promise<void> {
  await editor.edit((edit) => editor.selections.forEach((selection) => edit.replace(selection, code)));
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

async function apply({ document, selection }: vscode.TextEditor, code: string, texts: Texts): Promise<void> {
  const { version } = document;
  const span = { start: document.offsetAt(selection.start), end: document.offsetAt(selection.end) };
  const after = proposed(
    document.getText(),
    code.replaceAll("\n", document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n"),
    span,
  );
  const name = vscode.workspace.asRelativePath(document.uri);
  const fresh = texts.add(document.uri.path, after);
  await vscode.commands.executeCommand("vscode.diff", document.uri, fresh, `${name} (as it is ↔ with the code)`, {
    preview: true,
  });
  const chosen = await vscode.window.showInformationMessage(`Apply the code to ${name}?`, "Apply", "Discard");
  await closeDiffWith(fresh);
  if (chosen !== "Apply") return;
  if (document.version !== version)
    return void vscode.window.showWarningMessage(`${name} has changed in the meantime; nothing was applied.`);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(
    document.uri,
    new vscode.Range(document.positionAt(0), document.positionAt(document.getText().length)),
    after,
  );
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

/** Something else may be in front by now, and the diff may be closed. */
async function closeDiffWith(fresh: vscode.Uri): Promise<void> {
  const isIts = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputTextDiff && input.modified.toString() === fresh.toString();
  await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isIts)));
}

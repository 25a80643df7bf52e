/** What the buttons above a block of code do: copy, insert at the cursor, or show as a diff that can be applied. */
import * as vscode from "vscode";
import type { Texts } from "../../diffs/texts.ts";
import { proposed, replaced } from "./proposal.ts";

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
  const crlf = document.eol === vscode.EndOfLine.CRLF;
  const offset = (at: vscode.Position): number => document.offsetAt(at) - (crlf ? at.line : 0);
  const now = document.getText().replaceAll("\r\n", "\n");
  const replacements = proposed(now, code, { start: offset(selection.start), end: offset(selection.end) });
  const name = vscode.workspace.asRelativePath(document.uri);
  const fresh = texts.add(document.uri.path, replaced(now, replacements));
  await vscode.commands.executeCommand("vscode.diff", document.uri, fresh, `${name} (as it is ↔ with the code)`, {
    preview: true,
  });
  const chosen = await vscode.window.showInformationMessage(`Apply the code to ${name}?`, "Apply", "Discard");
  await closeDiffWith(fresh);
  if (chosen !== "Apply") return;
  if (document.version !== version)
    return void vscode.window.showWarningMessage(`${name} has changed in the meantime; nothing was applied.`);
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text } of replacements)
    edit.replace(document.uri, new vscode.Range(positionIn(now, start), positionIn(now, end)), text);
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(document);
}

function positionIn(text: string, offset: number): vscode.Position {
  const lines = text.slice(0, offset).split("\n");
  return new vscode.Position(lines.length - 1, lines.at(-1)?.length ?? 0);
}

/** Something else may be in front by now, and the diff may be closed. */
async function closeDiffWith(fresh: vscode.Uri): Promise<void> {
  const isIts = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputTextDiff && input.modified.toString() === fresh.toString();
  await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isIts)));
}

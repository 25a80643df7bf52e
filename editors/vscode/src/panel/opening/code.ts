/** What the buttons above a block of code do: copy, insert at the cursor, or show as a diff that can be applied. */
import * as vscode from "vscode";
import type { Proposals } from "./proposals.ts";

export async function takeCode(action: "copy" | "insert" | "apply", code: string, proposals: Proposals): Promise<void> {
  if (action === "copy") return vscode.env.clipboard.writeText(code);
  const editor = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors].find(isWritable);
  if (!editor) return void vscode.window.showInformationMessage("Open the file that the code is for first.");
  if (action === "insert") return insert(editor, code);
  return proposals.propose(editor, code);
}

/** Not the text of an output, and not the right side of a diff that proposes something. */
function isWritable(editor: vscode.TextEditor | undefined): editor is vscode.TextEditor {
  const scheme = editor?.document.uri.scheme ?? "";
  return scheme === "untitled" || vscode.workspace.fs.isWritableFileSystem(scheme) === true;
}

async function insert(editor: vscode.TextEditor, code: string): Promise<void> {
  await editor.edit((edit) => editor.selections.forEach((selection) => edit.replace(selection, code)));
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

/**
 * `workspace/applyEdit`: the agent's edits of open documents, made as one step to undo and marked for review.
 *
 * A document without unsaved changes is saved again, so that what the agent runs next sees the edit; other text of the user's is
 * never saved for them.
 */
import * as vscode from "vscode";
import { edited, type TextEdit } from "./hunks/edits.ts";
import type { Files } from "./marks/files.ts";

interface Asked {
  readonly label?: string;
  readonly edit?: {
    readonly documentChanges?: readonly {
      readonly textDocument: { readonly uri: string; readonly version?: number | null };
      readonly edits: readonly TextEdit[];
    }[];
  };
}

export interface Applied {
  readonly applied: boolean;
  readonly failureReason?: string;
}

export async function applyEdit({ edit }: Asked, files: Files): Promise<Applied> {
  const workspaceEdit = new vscode.WorkspaceEdit();
  const changes: { document: vscode.TextDocument; text: string; clean: boolean }[] = [];
  for (const { textDocument, edits } of edit?.documentChanges ?? []) {
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === textDocument.uri);
    if (!document) return refused(`${textDocument.uri} is not open.`);
    if (textDocument.version !== document.version) return refused(`${document.fileName} has changed in the meantime.`);
    workspaceEdit.set(document.uri, edits.map(asEdit));
    changes.push({ document, text: edited(document.getText(), edits), clean: !document.isDirty });
  }
  if (changes.length === 0) return refused("The edit names no document.");
  const expected = changes.map(({ document, text }) => files.expectAgent(document, text));
  const applied = await vscode.workspace.applyEdit(workspaceEdit);
  for (const each of expected) each.over(applied);
  if (!applied)
    return refused("The editor did not take the edit; the file may be read-only, or has just been changed.");
  for (const { document, clean } of changes) if (clean) void document.save();
  return { applied };
}

function asEdit({ range: { start, end }, newText }: TextEdit): vscode.TextEdit {
  return vscode.TextEdit.replace(new vscode.Range(start.line, start.character, end.line, end.character), newText);
}

function refused(failureReason: string): Applied {
  return { applied: false, failureReason };
}

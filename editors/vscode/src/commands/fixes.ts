/** The quick fix on problems of language servers: “Fix with sessiond”. */
import * as vscode from "vscode";

/** Problems go to the model as text: more of them would say no more. */
const most = 10;

export function openFixes(): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    { scheme: "file" },
    { provideCodeActions: fixes },
    {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    },
  );
}

function fixes(
  document: vscode.TextDocument,
  _: vscode.Range,
  { diagnostics }: vscode.CodeActionContext,
): vscode.CodeAction[] {
  if (!diagnostics.length) return [];
  const action = new vscode.CodeAction("Fix with sessiond", vscode.CodeActionKind.QuickFix);
  action.diagnostics = [...diagnostics];
  action.command = {
    command: "sessiond.fixProblem",
    title: "Fix with sessiond",
    arguments: [document.uri, diagnostics.slice(0, most)],
  };
  return [action];
}

/** Prompts about what the cursor is on: explain it, edit it, fix a problem of it. Each is sent at once, with the code. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import type { Chip } from "../panel/messages.ts";
import { codeChip, pathOf, problemOf } from "../chips/chips.ts";
import { problemLine } from "../chips/texts.ts";

export async function explainSelection(rooms: Rooms): Promise<void> {
  const code = await codeAtCursor();
  if (code) await ask(rooms, "Explain this code: what it does, and why it is written so.", code.chip);
}

export async function editSelection(rooms: Rooms): Promise<void> {
  const code = await codeAtCursor();
  if (!code) return;
  const wish = await vscode.window.showInputBox({
    title: `Edit ${code.chip.label}`,
    prompt: "What shall be changed?",
    placeHolder: "Handle an empty list, name it after what it returns, …",
  });
  if (wish?.trim()) await ask(rooms, `Change this code, and only what that needs: ${wish.trim()}`, code.chip);
}

/** Given by a code action; by the menu, what the editor shows where the cursor is. */
export async function fixProblem(rooms: Rooms, uri?: vscode.Uri, given?: readonly vscode.Diagnostic[]): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const document = uri && given ? await vscode.workspace.openTextDocument(uri) : editor?.document;
  const problems = given ?? (editor ? problemsAt(editor) : []);
  const [first] = problems;
  if (!document || !first) {
    void vscode.window.showInformationMessage("The editor shows no problem where the cursor is.");
    return;
  }
  const lines = problems.map((problem) => problemLine(pathOf(document.uri), problemOf(problem)));
  await ask(
    rooms,
    `Fix ${lines.length === 1 ? "this problem" : "these problems"}:\n${lines.join("\n")}`,
    around(document, first.range),
  );
}

/** What is not accepted, as without an engine, stands in the prompt box: nothing of it is lost. */
async function ask({ panel, actions }: Rooms, text: string, chip: Chip): Promise<void> {
  await panel.reveal();
  if (!(await actions.prompt({ text, parts: chip.parts }))) await panel.insert(text, [chip]);
}

/** The selection; without one the function or class around the cursor, else its line. */
async function codeAtCursor(): Promise<{ chip: Chip } | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return void vscode.window.showInformationMessage("Open a file first.");
  const { document, selection } = editor;
  const range = selection.isEmpty ? await symbolAround(document, selection.active) : selection;
  return { chip: codeChip(document, range ?? document.lineAt(selection.active.line).range) };
}

/** The innermost one that has more than its own line. */
async function symbolAround(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.Range | undefined> {
  const symbols = await vscode.commands.executeCommand<readonly vscode.DocumentSymbol[] | undefined>(
    "vscode.executeDocumentSymbolProvider",
    document.uri,
  );
  let found: vscode.Range | undefined;
  let inside = symbols ?? [];
  for (;;) {
    const next = inside.find(({ range }) => !range.isSingleLine && range.contains(position));
    if (!next) return found;
    found = next.range;
    inside = next.children;
  }
}

function problemsAt({ document, selection }: vscode.TextEditor): vscode.Diagnostic[] {
  const found = vscode.languages.getDiagnostics(document.uri);
  const exact = found.filter(({ range }) => range.intersection(selection));
  return exact.length ? exact : found.filter(({ range }) => range.start.line === selection.active.line);
}

/** A few lines on both sides say more than the place alone. */
function around(document: vscode.TextDocument, { start, end }: vscode.Range): Chip {
  const last = document.lineAt(Math.min(document.lineCount - 1, end.line + 5));
  return codeChip(document, new vscode.Range(Math.max(0, start.line - 5), 0, last.lineNumber, last.text.length));
}

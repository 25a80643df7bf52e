/** `editor/context`: what the user looks at. */
import * as vscode from "vscode";
import type { EditorContextResult, Selection } from "sessiond-protocol";

const longestSelection = 100_000;
const mostOpen = 200;

export function lookedAt(): EditorContextResult {
  const editor = vscode.window.activeTextEditor;
  return {
    selection: editor && isFile(editor.document.uri) ? selectionOf(editor) : null,
    visible: vscode.window.visibleTextEditors
      .map(({ document }) => document.uri)
      .filter(isFile)
      .map(String),
    open: openFiles().map(String),
  };
}

/** Of all tabs: the one that is shown first, then those beside it, then the rest. */
export function openFiles(): vscode.Uri[] {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const groups = [activeTabGroup, ...all.filter((group) => group !== activeTabGroup)];
  const tabs = groups.flatMap(({ tabs, activeTab }) => [...(activeTab ? [activeTab] : []), ...tabs]);
  const found = new Map(tabs.flatMap(({ input }) => uriOf(input)).map((uri) => [uri.toString(), uri]));
  return [...found.values()].slice(0, mostOpen);
}

/** Of a diff, the side that can be changed. */
function uriOf(input: unknown): vscode.Uri[] {
  const uri =
    input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook
      ? input.uri
      : input instanceof vscode.TabInputTextDiff
        ? input.modified
        : undefined;
  return uri && isFile(uri) ? [uri] : [];
}

function selectionOf({ document, selection }: vscode.TextEditor): Selection {
  const { start, end } = selection;
  return {
    uri: document.uri.toString(),
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
    text: selection.isEmpty ? null : document.getText(selection).slice(0, longestSelection),
  };
}

function isFile({ scheme }: vscode.Uri): boolean {
  return scheme === "file";
}

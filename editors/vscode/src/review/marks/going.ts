/** From hunk to hunk, around all files: from that of the lens that was clicked, else from where the cursor is. */
import * as vscode from "vscode";
import { type Place, placesOf, type Spot, wayFrom } from "../hunks/places.ts";
import { deletedIn, type Deletions } from "./deletions.ts";
import { type Files, isThere } from "./files.ts";

/** To the nearest one that can be shown. */
export async function go(files: Files, deletions: Deletions, from: Place | undefined, by: 1 | -1): Promise<void> {
  const all = files.paths.flatMap((path) => placesIn(files, path));
  const there = from && all.find(({ path, index }) => path === from.path && index === from.index);
  for (const place of wayFrom(all, there ?? cursor(), by)) if (await show(place, deletions)) return;
}

export function placesIn(files: Files, path: string): Place[] {
  const file = files.get(path);
  return file ? placesOf(path, file) : [];
}

/** In a file, or in the text of a deleted one, which is one place. */
export function cursor(): Spot | undefined {
  const deleted = deletedIn(vscode.window.tabGroups.activeTabGroup.activeTab);
  if (deleted !== undefined) return { path: deleted, line: 0 };
  const editor = vscode.window.activeTextEditor;
  const isFile = editor?.document.uri.scheme === "file";
  return isFile ? { path: editor.document.uri.fsPath, line: editor.selection.active.line } : undefined;
}

async function show({ path, line }: Place, deletions: Deletions): Promise<boolean> {
  try {
    const document = await vscode.workspace.openTextDocument(path);
    const position = new vscode.Position(Math.min(line, document.lineCount - 1), 0);
    const editor = await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
    editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    return true;
  } catch {
    if (await isThere(path)) return false;
    await deletions.show(path);
    return true;
  }
}

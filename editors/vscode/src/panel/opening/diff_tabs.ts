/** Tabs of diffs that the extension has opened, by the document on their right side. */
import * as vscode from "vscode";

export function rightSideOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  return tab?.input instanceof vscode.TabInputTextDiff ? tab.input.modified : undefined;
}

/** Something else may be in front by now, and the diff may be closed. */
export async function closeDiffWith(rightSide: vscode.Uri, preserveFocus = false): Promise<void> {
  const all = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
  await vscode.window.tabGroups.close(
    all.filter((tab) => rightSideOf(tab)?.toString() === rightSide.toString()),
    preserveFocus,
  );
}

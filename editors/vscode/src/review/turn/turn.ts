/** All changes of a turn at once, in the native multi-file diff editor; the right side is the file itself where it can be. */
import * as vscode from "vscode";
import type { Message } from "sessiond-protocol";
import { textNow } from "../marks/files.ts";
import type { Texts } from "../../diffs/texts.ts";
import { filesOfTurn, lastTurn, sidesOf } from "./sides.ts";

/** One file of a multi-file diff: what it is called by, and both sides. */
export type Resource = readonly [vscode.Uri, vscode.Uri, vscode.Uri];

export async function openTurn(messages: readonly Message[], turnId: string | undefined, texts: Texts): Promise<void> {
  const id = turnId ?? lastTurn(messages);
  const files = id ? filesOfTurn(messages, id) : [];
  if (files.length === 0) return void vscode.window.showInformationMessage("No turn here has changed a file.");
  const resources: Resource[] = await Promise.all(
    files.map(async (file) => {
      const { before, after } = sidesOf(file, (await textNow(file.path)) ?? "");
      const real = vscode.Uri.file(file.path);
      const there = after === undefined && (await exists(real));
      return [real, texts.add(file.path, before), there ? real : texts.add(file.path, after ?? "")] as const;
    }),
  );
  await openChanges("Changes of the turn", resources);
}

export async function openChanges(title: string, resources: readonly Resource[]): Promise<void> {
  await vscode.commands.executeCommand("vscode.changes", title, resources);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

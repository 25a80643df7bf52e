/** All changes of a turn at once, in the native multi-file diff editor; the right side is the file itself where it can be. */
import * as vscode from "vscode";
import type { Conversation, Rooms } from "../../contract.ts";
import { asFailure } from "../../engine/failures.ts";
import { textNow } from "../marks/files.ts";
import type { Texts } from "../../diffs/texts.ts";
import { type FileSides, filesOfTurn, lastTurn, sidesOf } from "./sides.ts";
import { untoldOfTurn } from "./untold.ts";

/** One file of a multi-file diff: what it is called by, and both sides. */
export type Resource = readonly [vscode.Uri, vscode.Uri, vscode.Uri];

export async function openTurn(turnId: string | undefined, rooms: Rooms, texts: Texts): Promise<void> {
  const conversation = rooms.sessions.current;
  const messages = conversation?.transcript.messages ?? [];
  const id = turnId ?? lastTurn(messages);
  const files = conversation && id ? await filesOf(conversation, id, rooms) : [];
  if (files.length === 0) return void vscode.window.showInformationMessage("No turn here has changed a file.");
  const resources = files.map(async ({ path, before, after }): Promise<Resource> => {
    const real = vscode.Uri.file(path);
    const there = after === undefined && (await exists(real));
    return [real, texts.add(path, before), there ? real : texts.add(path, after ?? "")];
  });
  await openChanges("Changes of the turn", await Promise.all(resources));
}

/** What calls tell by diffs, and what the engine knows of commands and tasks. */
async function filesOf(conversation: Conversation, turnId: string, { engine, log }: Rooms): Promise<FileSides[]> {
  const untold = await untoldOfTurn(conversation, turnId, engine, textOf).catch((error: unknown) => {
    log.info(`The changes of commands and tasks are not shown: ${asFailure(error).message}`);
    return [];
  });
  const told = filesOfTurn(conversation.transcript.messages, turnId)
    .filter((file) => untold.every(({ path }) => path !== file.path))
    .map(async (file) => ({ path: file.path, ...sidesOf(file, await textOf(file.path)) }));
  return [...(await Promise.all(told)), ...untold];
}

async function textOf(path: string): Promise<string> {
  return (await textNow(path)) ?? "";
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

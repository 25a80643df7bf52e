/** This room: what the agent changes in files: made as edits with undo, marked in the files to accept or reject, a turn's at once. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { Texts } from "../diffs/texts.ts";
import { applyEdit } from "./agent_edits.ts";
import { follow } from "./following.ts";
import { registerCommands } from "./marks/commands.ts";
import { Decorations } from "./marks/decorations.ts";
import { Files } from "./marks/files.ts";
import { Lenses } from "./marks/lenses.ts";
import { remember } from "./marks/memory.ts";
import { restoreTo, unrevert } from "./turn/restore.ts";
import { openTurn } from "./turn/turn.ts";

export function openReview(rooms: Rooms): vscode.Disposable {
  const { engine, panel, memory } = rooms;
  const files = new Files();
  const texts = new Texts("sessiond-review");
  const showTurn = (turnId?: string): unknown => openTurn(turnId, rooms, texts);
  const restore = (messageId?: string): unknown =>
    restoreTo(typeof messageId === "string" ? messageId : undefined, rooms, texts);
  return vscode.Disposable.from(
    engine.answer("workspace/applyEdit", (asked) => applyEdit(asked, files)),
    follow(rooms, files),
    remember(files, memory),
    new Decorations(files),
    new Lenses(files),
    registerCommands(files, texts),
    keepContextKeys(files),
    followRenames(files),
    vscode.commands.registerCommand("sessiond.review.openTurn", () => showTurn()),
    vscode.commands.registerCommand("sessiond.restoreTo", restore),
    vscode.commands.registerCommand("sessiond.unrevert", () => unrevert(rooms, texts)),
    panel.onRequest("reviewTurn", showTurn),
    panel.onRequest("restoreTo", restore),
    files,
    texts,
  );
}

/** Renamed in the workbench; what is renamed elsewhere is another file. */
function followRenames(files: Files): vscode.Disposable {
  const leaving = new Map<string, (to: string) => void>();
  return vscode.Disposable.from(
    vscode.workspace.onWillRenameFiles((renamed) => {
      for (const { oldUri } of renamed.files) leaving.set(oldUri.fsPath, files.takeAlong(oldUri.fsPath));
    }),
    vscode.workspace.onDidRenameFiles((renamed) => {
      for (const { oldUri, newUri } of renamed.files) leaving.get(oldUri.fsPath)?.(newUri.fsPath);
      leaving.clear();
    }),
  );
}

/** What menus and keybindings ask for. */
function keepContextKeys(files: Files): vscode.Disposable {
  let told = "";
  const tell = (): void => {
    const { paths } = files;
    if (paths.join("\0") === told) return;
    told = paths.join("\0");
    void vscode.commands.executeCommand("setContext", "sessiond.reviewing", paths.length > 0);
    void vscode.commands.executeCommand("setContext", "sessiond.reviewedFiles", paths);
  };
  tell();
  return files.onDidChange(tell);
}

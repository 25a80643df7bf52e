/** This room: the sessions of this workspace as a tree, kept true by the engine, and what can be done to each. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { openSessionCommands } from "./commands.ts";
import { SessionItems, type Item } from "./items.ts";
import { pickSession } from "./picking.ts";
import { WatchedSessions } from "./watching.ts";

export function openTree(rooms: Rooms): vscode.Disposable {
  const watched = new WatchedSessions(rooms);
  const items = new SessionItems(rooms, watched);
  const view = vscode.window.createTreeView<Item>("sessiond.sessions", {
    treeDataProvider: items,
    showCollapseAll: true,
  });
  const describe = (): void => {
    view.message = messageOf(watched, items);
    view.description = items.search === undefined ? undefined : `“${items.search}”`;
  };
  return vscode.Disposable.from(
    watched,
    items,
    view,
    items.onDidChangeTreeData(describe),
    openSessionCommands(rooms, watched, items, () => view.selection[0]),
    vscode.commands.registerCommand("sessiond.openSession", () => pickSession(rooms, watched)),
    rooms.panel.onRequest("showSessions", () => pickSession(rooms, watched)),
  );
}

/** Where the tree is empty and a welcome would be wrong. */
function messageOf({ failure }: WatchedSessions, { search, found }: SessionItems): string | undefined {
  if (failure) return failure;
  return search !== undefined && found?.length === 0 ? "No session has all of these words." : undefined;
}

/** This room: the sessions of this workspace as a tree, kept true by the engine, and what can be done to each. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { openSessionCommands } from "./commands.ts";
import { SessionItems, type Item } from "./items.ts";
import { pickSession } from "./picking.ts";
import type { WatchedSessions } from "./watching.ts";

/** `watched` is what the status bar knows of as well. */
export function openTree(rooms: Rooms, watched: WatchedSessions): vscode.Disposable {
  const items = new SessionItems(rooms, watched);
  const view = vscode.window.createTreeView<Item>("sessiond.sessions", {
    treeDataProvider: items,
    showCollapseAll: true,
  });
  const describe = (): void => {
    view.message = messageOf(watched, items);
    view.description = items.search === undefined ? undefined : `“${items.search}”`;
  };
  const count = (): void => {
    const { length } = watched.sessions;
    const tooltip = length === 1 ? "One session waits for you" : `${length} sessions wait for you`;
    view.badge = length ? { value: length, tooltip } : undefined;
  };
  return vscode.Disposable.from(
    watched,
    items,
    view,
    items.onDidChangeTreeData(describe),
    watched.onDidChange(count),
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

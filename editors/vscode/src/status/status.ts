/** This room: the item of the status bar, notifications while the chat cannot be seen, and pages about engine, cost and servers. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { asFailure } from "../engine/failures.ts";
import { openBar } from "./bar.ts";
import { showEngine, stopEngine } from "./engine_pick.ts";
import { openNotifications } from "./notifications.ts";
import { Pages } from "./pages.ts";
import { showServers } from "./servers_pick.ts";
import { showUsage } from "./usage.ts";

export function openStatus(rooms: Rooms): vscode.Disposable {
  const pages = new Pages();
  const usage = (): Promise<void> => shown(() => showUsage(rooms, pages));
  return vscode.Disposable.from(
    pages,
    openBar(rooms),
    openNotifications(rooms),
    vscode.commands.registerCommand("sessiond.showUsage", usage),
    vscode.commands.registerCommand("sessiond.showStatus", () => shown(() => showEngine(rooms))),
    vscode.commands.registerCommand("sessiond.stopEngine", () => shown(() => stopEngine(rooms))),
    vscode.commands.registerCommand("sessiond.showServers", () => shown(() => showServers(rooms, pages))),
    rooms.panel.onRequest("openUsage", usage),
  );
}

async function shown(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    void vscode.window.showErrorMessage(asFailure(error).message);
  }
}

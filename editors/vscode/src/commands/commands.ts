/** This room: what the palette, the context menu and code actions start. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";

export function openCommands(_: Rooms): vscode.Disposable {
  return vscode.Disposable.from();
}

/** This room: the item of the status bar, and notifications while the chat cannot be seen. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";

export function openStatus(_: Rooms): vscode.Disposable {
  return vscode.Disposable.from();
}

/** This room: the sessions of this workspace as a tree, kept true by the engine. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";

export function openTree(_: Rooms): vscode.Disposable {
  return vscode.Disposable.from();
}

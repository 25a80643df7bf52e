/** This room: what the engine may ask of this editor, and what it is told of: documents, edits, diagnostics, selection. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";

export function openEditor(_: Rooms): vscode.Disposable {
  return vscode.Disposable.from();
}

/** This room: marks what a turn has changed in the files themselves, to accept or reject per hunk, and shows a turn's changes at once. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";

export function openReview(_: Rooms): vscode.Disposable {
  return vscode.Disposable.from();
}

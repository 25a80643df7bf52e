/** Accept and Reject above each hunk; at the first one, what concerns the whole file. */
import * as vscode from "vscode";
import type { Hunk } from "../hunks/lines.ts";
import { firstLineOf } from "../hunks/places.ts";
import type { Files } from "./files.ts";

export class Lenses implements vscode.CodeLensProvider {
  readonly #files: Files;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changes.event;
  readonly #listening: vscode.Disposable;

  constructor(files: Files) {
    this.#files = files;
    this.#listening = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ scheme: "file" }, this),
      files.onDidChange(() => this.#changes.fire()),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration("sessiond.review") && this.#changes.fire(),
      ),
      this.#changes,
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration("sessiond").get<boolean>("review.codeLens", true)) return [];
    const hunks = this.#files.get(document.uri.fsPath)?.hunks ?? [];
    return hunks.flatMap((hunk, index) =>
      commandsOf(document.uri, hunk, index, hunks.length).map(
        (command) => new vscode.CodeLens(placeOf(document, hunk), command),
      ),
    );
  }

  dispose(): void {
    this.#listening.dispose();
  }
}

function commandsOf(uri: vscode.Uri, hunk: Hunk, index: number, count: number): vscode.Command[] {
  const there = [uri, hunk.key, index];
  const { length } = hunk.removed;
  return [
    {
      title: "$(check)\u00a0Accept",
      tooltip: "Keep this change",
      command: "sessiond.review.acceptHunk",
      arguments: there,
    },
    {
      title: "$(discard)\u00a0Reject",
      tooltip: "Undo this change",
      command: "sessiond.review.rejectHunk",
      arguments: there,
    },
    ...(length
      ? [
          {
            title: length === 1 ? "1 removed line" : `${length} removed lines`,
            command: "sessiond.review.peek",
            arguments: there,
          },
        ]
      : []),
    ...(count > 1
      ? [
          {
            title: "$(arrow-up)",
            tooltip: "Previous change",
            command: "sessiond.review.previousHunk",
            arguments: there,
          },
          { title: `${index + 1} of ${count}`, command: "" },
          { title: "$(arrow-down)", tooltip: "Next change", command: "sessiond.review.nextHunk", arguments: there },
        ]
      : []),
    ...(count > 1 && index === 0
      ? [
          { title: "$(check-all)\u00a0Accept all", command: "sessiond.review.acceptFile", arguments: [uri] },
          { title: "$(clear-all)\u00a0Reject all", command: "sessiond.review.rejectFile", arguments: [uri] },
        ]
      : []),
  ];
}

function placeOf(document: vscode.TextDocument, hunk: Hunk): vscode.Range {
  const line = firstLineOf(hunk, document.lineCount);
  return new vscode.Range(line, 0, line, 0);
}

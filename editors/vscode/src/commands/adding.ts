/** Puts things of the editor into the prompt box, as chips that can be removed again. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import { codeChip, diffChip, fileChip, problemsChip } from "../chips/chips.ts";
import { gitDiff } from "../chips/git.ts";

/** Of a menu of the explorer: the file that was clicked, and all that are selected. Else the file of the editor. */
export async function addFiles({ panel }: Rooms, clicked?: vscode.Uri, selected?: vscode.Uri[]): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const uris = (selected?.length ? selected : [clicked ?? active]).filter((uri) => uri?.scheme === "file");
  if (!uris.length) return say("Open a file of this machine first.");
  await panel.insert("", uris.filter((uri) => uri !== undefined).map(fileChip));
}

export async function addSelection({ panel }: Rooms): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) return say("Select some text first.");
  await panel.insert(
    "",
    editor.selections.filter(({ isEmpty }) => !isEmpty).map((selection) => codeChip(editor.document, selection)),
  );
}

export async function addProblems({ panel }: Rooms): Promise<void> {
  const chip = problemsChip();
  if (!chip) return say("The editor shows no problems.");
  await panel.insert("", [chip]);
}

export async function addDiff({ panel, sessions }: Rooms): Promise<void> {
  const directory = sessions.current?.transcript.session?.directory ?? sessions.directory();
  const diff = directory ? await gitDiff(directory) : undefined;
  if (diff === undefined) return say("There is no git repository here that this editor trusts.");
  if (!diff.trim()) return say("Nothing has changed since the last commit.");
  await panel.insert("", [diffChip(diff)]);
}

function say(text: string): void {
  void vscode.window.showInformationMessage(text);
}

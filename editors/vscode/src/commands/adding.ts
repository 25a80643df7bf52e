/** Puts things of the editor into the prompt box, as chips that can be removed again. */
import * as vscode from "vscode";
import type { Rooms } from "../contract.ts";
import type { Chip } from "../panel/messages.ts";
import { codeChip, diffChip, fileChip, folderChip, problemsChip } from "../chips/chips.ts";
import { changesIn } from "../chips/repository.ts";

/** Of a menu of the explorer: what was clicked, and all that is selected, folders too. Else the file of the editor. */
export async function addFiles({ panel }: Rooms, clicked?: vscode.Uri, selected?: vscode.Uri[]): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const uris = (selected?.length ? selected : [clicked ?? active]).filter((uri) => uri?.scheme === "file");
  if (!uris.length) return say("Open a file of this machine first.");
  await panel.insert("", await Promise.all(uris.filter((uri) => uri !== undefined).map(chipOf)));
}

async function chipOf(uri: vscode.Uri): Promise<Chip> {
  const stat = await vscode.workspace.fs.stat(uri).then(undefined, () => undefined);
  return stat && stat.type & vscode.FileType.Directory ? folderChip(uri) : fileChip(uri);
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
  if (!directory) return say("Open a folder first.");
  const changes = await changesIn(directory);
  if ("whyNot" in changes) return say(changes.whyNot);
  await panel.insert("", [diffChip(changes.diff)]);
}

function say(text: string): void {
  void vscode.window.showInformationMessage(text);
}

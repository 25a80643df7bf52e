/** Shows what a project's own settings want and may not have yet, and trusts exactly what was shown. */
import { basename, isAbsolute, join, relative } from "node:path";
import * as vscode from "vscode";
import type { ProjectStatus, WaitingForTrust } from "sessiond-protocol";
import type { Rooms } from "../contract.ts";

interface Pick extends vscode.QuickPickItem {
  readonly does?: "trust" | "untrust";
  readonly waiting?: WaitingForTrust;
}

export async function trustProject({ engine, sessions }: Rooms): Promise<void> {
  const directory = await chooseFolder(sessions.directory());
  if (!directory) return;
  const status = await engine.request("project/status", { directory });
  if (status.trust === "notNeeded") {
    return say(`The settings of ${basename(status.root)} ask for nothing that needs trust.`);
  }
  const chosen = await vscode.window.showQuickPick(picks(status), {
    title: titleOf(status),
    placeHolder: "Enter on a setting opens its file",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!chosen) return;
  if (chosen.waiting) return void (await vscode.window.showTextDocument(fileOf(status, chosen.waiting)));
  const trusted = chosen.does === "trust";
  // What stands in the files by now may be something else: then the engine refuses, and says so.
  await engine.request("project/trust", trusted ? { directory, content: status.content } : { directory, trusted });
  say(trusted ? "Trusted. It counts from the next prompt on." : "These settings have no effect any more.");
}

function titleOf({ root, trust }: ProjectStatus): string {
  const name = basename(root);
  if (trust === "trusted") return `You trust the settings of ${name}`;
  return trust === "changed"
    ? `The settings of ${name} are others than those you trusted`
    : `Settings of ${name} that have no effect until you trust them`;
}

function picks({ root, trust, waiting }: ProjectStatus): Pick[] {
  if (trust === "trusted") return [{ label: "$(close) Trust them no more", does: "untrust" }];
  return [
    ...waiting.map((setting) => ({
      label: `$(gear) ${setting.key}`,
      description: isAbsolute(setting.file) ? relative(root, setting.file) : setting.file,
      detail: setting.value,
      waiting: setting,
    })),
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: "$(shield) Trust all of this",
      detail: "These settings may run programs, send data elsewhere or loosen permissions",
      alwaysShow: true,
      does: "trust",
    },
  ];
}

function fileOf({ root }: ProjectStatus, { file }: WaitingForTrust): vscode.Uri {
  return vscode.Uri.file(isAbsolute(file) ? file : join(root, file));
}

async function chooseFolder(likely: string | undefined): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  if (!folders.length) return void say("Open a folder first.");
  if (folders.length === 1) return likely;
  return (await vscode.window.showWorkspaceFolderPick({ placeHolder: "Whose settings?" }))?.uri.fsPath;
}

function say(text: string): void {
  void vscode.window.showInformationMessage(text);
}

/** A deleted file is reviewed as a whole: its text is shown as a diff to nothing, as long as it is to be reviewed. */
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Texts } from "../../diffs/texts.ts";
import { textsBefore } from "../hunks/lines.ts";
import type { Files } from "./files.ts";

interface Shown {
  readonly text: string;
  readonly before: vscode.Uri;
  readonly after: vscode.Uri;
}

export class Deletions {
  readonly #files: Files;
  readonly #texts: Texts;
  readonly #shown = new Map<string, Shown>();
  readonly #listening: vscode.Disposable;

  constructor(files: Files, texts: Texts) {
    this.#files = files;
    this.#texts = texts;
    this.#listening = files.onDidChange((path) => {
      if (!files.get(path)) void this.#close(path);
    });
  }

  async show(path: string): Promise<void> {
    const text = textsBefore(this.#files.get(path)?.lines ?? []).join("\n");
    const known = this.#shown.get(path);
    const { before, after } = known?.text === text ? known : this.#add(path, text);
    await vscode.commands.executeCommand("vscode.diff", before, after, `${basename(path)} (deleted)`);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #add(path: string, text: string): Shown {
    const shown = { text, before: this.#texts.add(path, text), after: this.#texts.add(path, "") };
    this.#shown.set(path, shown);
    return shown;
  }

  async #close(path: string): Promise<void> {
    this.#shown.delete(path);
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter((tab) => deletedIn(tab) === path));
  }
}

/** The file whose deletion a tab shows. */
export function deletedIn(tab: vscode.Tab | undefined): string | undefined {
  const input = tab?.input;
  const isOurs =
    input instanceof vscode.TabInputTextDiff &&
    [input.original, input.modified].every(({ scheme }) => scheme === "sessiond-review");
  return isOurs ? input.modified.fsPath : undefined;
}

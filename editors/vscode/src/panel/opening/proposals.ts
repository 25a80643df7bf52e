/** Code that is shown as a diff until it is applied or discarded: by the buttons of the diff's title, or of a notification. */
import * as vscode from "vscode";
import { Texts } from "../../diffs/texts.ts";
import { closeDiffWith, rightSideOf } from "./diff_tabs.ts";
import { proposed, replaced, type Replacement } from "./proposal.ts";

/** To be made of one version of a document. */
interface Proposal {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly text: string;
  readonly replacements: readonly Replacement[];
}

export class Proposals {
  readonly #texts = new Texts("sessiond-proposal");
  /** By the document on the diff's right side. */
  readonly #open = new Map<string, Proposal>();
  readonly #listening = vscode.Disposable.from(
    this.#texts,
    vscode.commands.registerCommand("sessiond.applyCode", (fresh?: vscode.Uri) => this.#end(fresh, true)),
    vscode.commands.registerCommand("sessiond.discardCode", (fresh?: vscode.Uri) => this.#end(fresh, false)),
    vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      for (const tab of closed) this.#open.delete(rightSideOf(tab)?.toString() ?? "");
    }),
  );

  async propose({ document, selection }: vscode.TextEditor, code: string): Promise<void> {
    const text = document.getText().replaceAll("\r\n", "\n");
    const crlf = document.eol === vscode.EndOfLine.CRLF;
    const offset = (at: vscode.Position): number => document.offsetAt(at) - (crlf ? at.line : 0);
    const replacements = proposed(text, code, { start: offset(selection.start), end: offset(selection.end) });
    const name = vscode.workspace.asRelativePath(document.uri);
    const fresh = this.#texts.add(document.uri.path, replaced(text, replacements));
    this.#open.set(fresh.toString(), { document, version: document.version, text, replacements });
    const title = `${name} (as it is ↔ with the code)`;
    await vscode.commands.executeCommand("vscode.diff", document.uri, fresh, title, { preview: true });
    const chosen = await vscode.window.showInformationMessage(`Apply the code to ${name}?`, "Apply", "Discard");
    // A notification that has gone by itself says nothing: the diff stays, and so do its buttons.
    if (chosen) await this.#end(fresh, chosen === "Apply");
  }

  dispose(): void {
    this.#listening.dispose();
  }

  /** Without a diff named, of the one in front. */
  async #end(named: vscode.Uri | undefined, apply: boolean): Promise<void> {
    const fresh = named ?? rightSideOf(vscode.window.tabGroups.activeTabGroup.activeTab);
    const proposal = fresh && this.#open.get(fresh.toString());
    if (!proposal) return;
    this.#open.delete(fresh.toString());
    await closeDiffWith(fresh);
    if (apply) await make(proposal);
  }
}

async function make({ document, version, text, replacements }: Proposal): Promise<void> {
  if (document.isClosed || document.version !== version) {
    const name = vscode.workspace.asRelativePath(document.uri);
    return void vscode.window.showWarningMessage(`${name} has changed in the meantime; nothing was applied.`);
  }
  const edit = new vscode.WorkspaceEdit();
  for (const { start, end, text: by } of replacements)
    edit.replace(document.uri, new vscode.Range(positionIn(text, start), positionIn(text, end)), by);
  if (!(await vscode.workspace.applyEdit(edit)))
    return void vscode.window.showWarningMessage(`${vscode.workspace.asRelativePath(document.uri)} cannot be changed.`);
  await vscode.window.showTextDocument(document);
}

function positionIn(text: string, offset: number): vscode.Position {
  const lines = text.slice(0, offset).split("\n");
  return new vscode.Position(lines.length - 1, lines.at(-1)?.length ?? 0);
}

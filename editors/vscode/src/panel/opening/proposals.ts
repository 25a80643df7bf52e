/** Code that is shown as a diff until it is applied or discarded: by the buttons of the diff's title, or of a notification. */
import * as vscode from "vscode";
import { Texts } from "../../diffs/texts.ts";
import { closeDiffWith, rightSideOf } from "./diff_tabs.ts";
import { proposed, replaced, type Replacement } from "./proposal.ts";

interface Proposal {
  readonly uri: vscode.Uri;
  /** As the document was, with `\n` at the end of lines. */
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
    this.#open.set(fresh.toString(), { uri: document.uri, text, replacements });
    const title = `${name} (as it is ↔ with the code)`;
    await vscode.commands.executeCommand("vscode.diff", document.uri, fresh, title, { preview: true });
    const chosen = await vscode.window.showInformationMessage(`Apply the code to ${name}?`, "Apply", "Discard");
    // A notification that has gone by itself says nothing: the diff stays, and so do its buttons.
    if (chosen === "Apply" && !this.#open.has(fresh.toString()))
      return void vscode.window.showInformationMessage(`The diff of ${name} is closed; nothing more was applied.`);
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

async function make({ uri, text, replacements }: Proposal): Promise<void> {
  const name = vscode.workspace.asRelativePath(uri);
  const warn = (why: string): unknown => vscode.window.showWarningMessage(`${name} ${why}; nothing was applied.`);
  const document = await Promise.resolve(vscode.workspace.openTextDocument(uri)).catch(() => undefined);
  if (document?.getText().replaceAll("\r\n", "\n") !== text) return void warn("has changed in the meantime");
  const edit = new vscode.WorkspaceEdit();
  const positionIn = positions(text);
  for (const { start, end, text: by } of replacements)
    edit.replace(uri, new vscode.Range(positionIn(start), positionIn(end)), by);
  if (!(await vscode.workspace.applyEdit(edit))) return void warn("cannot be changed");
  await vscode.window.showTextDocument(document);
}

/** For offsets that grow. */
function positions(text: string): (offset: number) => vscode.Position {
  let [line, start] = [0, 0];
  return (offset) => {
    for (let end = text.indexOf("\n", start); end >= 0 && end < offset; end = text.indexOf("\n", start)) {
      line += 1;
      start = end + 1;
    }
    return new vscode.Position(line, offset - start);
  };
}

/** Read-only documents that are nowhere on disk: a page of figures, a server's log. */
import * as vscode from "vscode";

const scheme = "sessiond-page";

export class Pages implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changes.event;
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  /** The name is the tab's title; a page of the same name takes the place of the one before. */
  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${name.replaceAll("/", " ")}` });
    this.#texts.set(uri.path, text);
    this.#changes.fire(uri);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? "This page is not kept any more.";
  }

  dispose(): void {
    this.#registered.dispose();
    this.#changes.dispose();
  }
}

/** Read-only documents of texts that are nowhere on disk: what a file was, or would become. */
import * as vscode from "vscode";

const scheme = "sessiond-review";
const limit = 300;

export class Texts implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #count = 0;

  /** With the path of the file itself: it chooses the language, and a diff of both has one name. */
  add(path: string, text: string): vscode.Uri {
    this.#count += 1;
    const uri = vscode.Uri.file(path).with({ scheme, query: String(this.#count) });
    this.#texts.set(uri.query, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > limit && oldest) this.#texts.delete(oldest);
    return uri;
  }

  provideTextDocumentContent({ query }: vscode.Uri): string {
    return this.#texts.get(query) ?? "This text is not kept any more.";
  }

  dispose(): void {
    this.#registered.dispose();
    this.#texts.clear();
  }
}

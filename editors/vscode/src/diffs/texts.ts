/** Read-only documents of texts that are nowhere on disk, for the native diff editor: what a file was, or would become. */
import * as vscode from "vscode";

const limit = 300;

/** Whoever makes one closes it; each has a scheme of its own. */
export class Texts implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #scheme: string;
  readonly #registered: vscode.Disposable;
  #count = 0;

  constructor(scheme: "sessiond-chat" | "sessiond-proposal" | "sessiond-review") {
    this.#scheme = scheme;
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  /** With the path of the file itself: it chooses the language, and a diff of both has one name. */
  add(path: string, text: string): vscode.Uri {
    this.#count += 1;
    const uri = vscode.Uri.file(path).with({ scheme: this.#scheme, query: String(this.#count) });
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

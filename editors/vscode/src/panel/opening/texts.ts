/** Read-only documents of texts that are nowhere on disk, for the native diff editor: what a file was, or is to become. */
import { basename } from "node:path";
import * as vscode from "vscode";

const scheme = "sessiond-text";
const limit = 200;

export class Texts implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #count = 0;

  /** The name, which keeps its extension, chooses the language. */
  add(path: string, text: string): vscode.Uri {
    this.#count += 1;
    const uri = vscode.Uri.from({ scheme, path: `/${this.#count}/${basename(path)}` });
    this.#texts.set(uri.path, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > limit && oldest) this.#texts.delete(oldest);
    return uri;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? "This text is not kept any more.";
  }

  dispose(): void {
    this.#registered.dispose();
    this.#texts.clear();
  }
}

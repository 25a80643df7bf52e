/** Read-only documents of texts that are nowhere on disk: what a file was, or would become. */
import { basename } from "node:path";
import * as vscode from "vscode";

const scheme = "sessiond-review";
const limit = 300;

export class Texts implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  #count = 0;

  /** The path's name, which keeps its extension, chooses the language. */
  add(path: string, text: string): vscode.Uri {
    this.#count += 1;
    const uri = vscode.Uri.from({ scheme, path: `/${this.#count}/${basename(path)}` });
    this.#texts.set(uri.path, text);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > limit && oldest) this.#texts.delete(oldest);
    return uri;
  }

  provideTextDocumentContent({ path }: vscode.Uri): string {
    return this.#texts.get(path) ?? "This text is not kept any more.";
  }

  dispose(): void {
    this.#registered.dispose();
    this.#texts.clear();
  }
}

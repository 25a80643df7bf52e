/** Tells the engine what is open, saved or not: by LSP's `textDocument/…`, and all of it again on each new connection. */
import * as vscode from "vscode";
import type { Engine } from "../contract.ts";

/** Characters; the engine reads larger documents from the disk, as it does everything that is not open. */
const largest = 4_000_000;

export class ToldDocuments {
  readonly #engine: Engine;
  /** What the engine knows to be open, by URI. */
  readonly #told = new Set<string>();
  readonly #listening: vscode.Disposable;

  constructor(engine: Engine) {
    this.#engine = engine;
    const { workspace } = vscode;
    this.#listening = vscode.Disposable.from(
      engine.onDidConnect(() => {
        this.#told.clear();
        for (const document of workspace.textDocuments) this.#open(document);
      }),
      engine.onDidChangeState(() => !this.#isHeard && this.#told.clear()),
      workspace.onDidOpenTextDocument((document) => this.#open(document)),
      workspace.onDidChangeTextDocument((change) => this.#change(change)),
      workspace.onDidSaveTextDocument((document) => this.#tell("didSave", document)),
      workspace.onDidCloseTextDocument((document) => this.#close(document)),
    );
  }

  dispose(): void {
    this.#listening.dispose();
  }

  /** While the engine is stopped, the process of the link remembers for the next one. */
  get #isHeard(): boolean {
    const { kind } = this.#engine.state;
    return kind === "ready" || kind === "stopped";
  }

  #open(document: vscode.TextDocument): void {
    const { uri, languageId, version } = document;
    if (!this.#isHeard || document.isClosed || !isFile(document) || isLarge(document)) return;
    const text = document.getText();
    if (isNoText(text)) return;
    this.#told.add(uri.toString());
    this.#engine.notify("textDocument/didOpen", { textDocument: { uri: uri.toString(), languageId, version, text } });
  }

  #change({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const uri = document.uri.toString();
    if (contentChanges.length === 0) return;
    // It may have become small enough.
    if (!this.#told.has(uri)) return this.#open(document);
    if (isLarge(document) || contentChanges.some(({ text }) => isNoText(text))) return this.#close(document);
    this.#engine.notify("textDocument/didChange", {
      textDocument: { uri, version: document.version },
      contentChanges: contentChanges.map(({ range: { start, end }, text }) => ({
        range: { start: plain(start), end: plain(end) },
        text,
      })),
    });
  }

  #close(document: vscode.TextDocument): void {
    this.#tell("didClose", document);
    this.#told.delete(document.uri.toString());
  }

  #tell(what: "didSave" | "didClose", { uri }: vscode.TextDocument): void {
    if (this.#told.has(uri.toString()))
      this.#engine.notify(`textDocument/${what}`, { textDocument: { uri: uri.toString() } });
  }
}

function isFile({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === "file";
}

function isLarge(document: vscode.TextDocument): boolean {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > largest;
}

function isNoText(text: string): boolean {
  return text.includes("\0");
}

function plain({ line, character }: vscode.Position): { line: number; character: number } {
  return { line, character };
}

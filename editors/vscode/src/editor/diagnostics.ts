/** `editor/diagnostics`: what the language servers say, once they have seen the version that is asked for, or have had their time. */
import * as vscode from "vscode";
import type { EditorDiagnostic, EditorDiagnosticsParams, EditorDiagnosticsResult } from "sessiond-protocol";

/** The engine waits for three seconds. */
const longestWait = 2_500;
const most = 1_000;

export class Diagnostics {
  /** Documents that have changed since a language server last spoke of them. */
  readonly #stale = new Set<string>();
  readonly #news = new vscode.EventEmitter<readonly vscode.Uri[]>();
  readonly #listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) => contentChanges.length > 0 && this.#stale.add(document.uri.toString()),
    ),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#stale.delete(uri.toString())),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) this.#stale.delete(uri.toString());
      this.#news.fire(uris);
    }),
    this.#news,
  );

  async answer(
    { uri, version }: EditorDiagnosticsParams,
    token: vscode.CancellationToken,
  ): Promise<EditorDiagnosticsResult> {
    if (!uri) return { files: bounded(vscode.languages.getDiagnostics()) };
    const asked = vscode.Uri.parse(uri);
    if (typeof version === "number") await this.#seen(asked, token);
    const found = vscode.languages.getDiagnostics(asked);
    return { files: found.length ? bounded([[asked, found]]) : [] };
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #seen(uri: vscode.Uri, token: vscode.CancellationToken): Promise<void> {
    const name = uri.toString();
    if (!this.#stale.has(name)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        listening.dispose();
        resolve();
      };
      const timer = setTimeout(done, longestWait);
      const listening = vscode.Disposable.from(
        this.#news.event((uris) => uris.some((each) => each.toString() === name) && done()),
        token.onCancellationRequested(done),
      );
    });
  }
}

/** The files that are here, with no more than so many diagnostics altogether. */
function bounded(
  all: readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[],
): EditorDiagnosticsResult["files"] {
  let left = most;
  return all.flatMap(([uri, found]) => {
    const diagnostics = found.slice(0, left).map(plain);
    left -= diagnostics.length;
    return diagnostics.length ? [{ uri: uri.toString(), diagnostics }] : [];
  });
}

function plain({ range: { start, end }, message, severity, source }: vscode.Diagnostic): EditorDiagnostic {
  return {
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
    message: message.slice(0, 2_000),
    severity: (severity + 1) as 1 | 2 | 3 | 4,
    source: source ?? null,
  };
}

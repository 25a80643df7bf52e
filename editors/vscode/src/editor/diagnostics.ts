/** `editor/diagnostics`: what the language servers say, once they have seen the version that is asked for, or have had their time. */
import * as vscode from "vscode";
import type { EditorDiagnostic, EditorDiagnosticsParams, EditorDiagnosticsResult } from "sessiond-protocol";

/** Milliseconds after a change; the engine waits for three seconds. */
const longestWait = 2_500;
/** In a language of which no server has said anything in this window yet: there may be none. */
const waitForStrangers = 500;
/** Servers speak of a file in steps, syntax first: after so long nothing more is to come. */
const quiet = 200;
/** The workbench gathers what servers say for 50 ms: what comes so soon after a change may speak of the text before it. */
const doubtful = 100;
const quietAfterDoubtful = 700;
const most = 1_000;

interface Changed {
  readonly at: number;
  spokenAt?: number;
}

export class Diagnostics {
  /** Open documents that have changed: when, and when a language server has spoken of them since. */
  readonly #changed = new Map<string, Changed>();
  /** Languages that somebody has something to say about. */
  readonly #languages = new Set<string>();
  readonly #news = new vscode.EventEmitter<readonly string[]>();
  readonly #listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) =>
        contentChanges.length > 0 && this.#changed.set(document.uri.toString(), { at: Date.now() }),
    ),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#changed.delete(uri.toString())),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => this.#take(uris.map(String))),
    this.#news,
  );

  async answer(
    { uri, version }: EditorDiagnosticsParams,
    token: vscode.CancellationToken,
  ): Promise<EditorDiagnosticsResult> {
    if (!uri) return { files: bounded(vscode.languages.getDiagnostics()) };
    const asked = vscode.Uri.parse(uri);
    if (typeof version === "number") await this.#seen(asked.toString(), token);
    const found = vscode.languages.getDiagnostics(asked);
    return { files: found.length ? bounded([[asked, found]]) : [] };
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #take(names: readonly string[]): void {
    const news = new Set(names);
    for (const { uri, languageId } of vscode.workspace.textDocuments)
      if (news.has(uri.toString())) this.#languages.add(languageId);
    for (const name of names) {
      const changed = this.#changed.get(name);
      if (changed) changed.spokenAt = Date.now();
    }
    this.#news.fire(names);
  }

  /** Once servers have said what they have to say of its last change, or have had their time. */
  #seen(name: string, token: vscode.CancellationToken): Promise<void> {
    const changed = this.#changed.get(name);
    if (!changed) return Promise.resolve();
    const latest = changed.at + (this.#languages.has(languageOf(name)) ? longestWait : waitForStrangers);
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const waitOn = (): void => {
        clearTimeout(timer);
        timer = setTimeout(done, Math.min(latest, settledAt(changed) ?? latest) - Date.now());
      };
      const done = (): void => {
        clearTimeout(timer);
        listening.dispose();
        resolve();
      };
      const listening = vscode.Disposable.from(
        this.#news.event((names) => names.includes(name) && waitOn()),
        token.onCancellationRequested(done),
      );
      waitOn();
    });
  }
}

function settledAt({ at, spokenAt }: Changed): number | undefined {
  return spokenAt && spokenAt + (spokenAt - at < doubtful ? quietAfterDoubtful : quiet);
}

function languageOf(name: string): string {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === name)?.languageId ?? "";
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

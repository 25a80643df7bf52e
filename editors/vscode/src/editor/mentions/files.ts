/** Files to mention: those that are open first, then those of all folders, without what the user's settings leave out. */
import * as vscode from "vscode";
import { openFiles } from "../looking.ts";
import { best, globOf } from "./fuzzy.ts";

/** Of a workspace with more of them, files are searched by what has been typed. */
const mostKnown = 10_000;
const mostFound = 300;
const keptMilliseconds = 30_000;

export class WorkspaceFiles {
  #known: { at: number; files: Promise<readonly vscode.Uri[]> } | undefined;
  readonly #listening = vscode.Disposable.from(
    vscode.workspace.onDidCreateFiles(() => (this.#known = undefined)),
    vscode.workspace.onDidDeleteFiles(() => (this.#known = undefined)),
    vscode.workspace.onDidRenameFiles(() => (this.#known = undefined)),
    vscode.workspace.onDidChangeWorkspaceFolders(() => (this.#known = undefined)),
    vscode.workspace.onDidChangeConfiguration(() => (this.#known = undefined)),
  );

  async find(query: string, most: number, token: vscode.CancellationToken): Promise<vscode.Uri[]> {
    const open = openFiles();
    if (!query && open.length) return open.slice(0, most);
    const known = await this.#all();
    const more =
      known.length < mostKnown || !query
        ? []
        : await vscode.workspace.findFiles(globOf(query), leftOut(), mostFound, token);
    const all = new Map([...open, ...known, ...more].map((uri) => [uri.toString(), uri]));
    return best(query, [...all.values()], nameOf, most);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #all(): Promise<readonly vscode.Uri[]> {
    if (!this.#known || Date.now() - this.#known.at > keptMilliseconds) {
      const files = Promise.resolve(vscode.workspace.findFiles("**/*", leftOut(), mostKnown));
      this.#known = { at: Date.now(), files: files.then((found) => found.filter(({ scheme }) => scheme === "file")) };
    }
    return this.#known.files;
  }
}

/** Relative to its folder, whose name goes before it where there are several. */
export function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

/** What the explorer and the search do not show either. */
function leftOut(): string {
  const patterns = ["files", "search"].flatMap((section) => {
    const exclude = vscode.workspace.getConfiguration(section).get<Record<string, unknown>>("exclude", {});
    return Object.entries(exclude).flatMap(([pattern, on]) => (on === true ? [pattern] : []));
  });
  return `{${["**/.git", ...patterns].join(",")}}`;
}

/** Files and folders to mention: what is open first, then those of all folders, without what settings and git leave out. */
import * as vscode from "vscode";
import { ignoredIn } from "../../chips/repository.ts";
import { openFiles } from "../looking.ts";
import { best, globOf } from "./fuzzy.ts";

export interface Found {
  readonly uri: vscode.Uri;
  readonly kind: "file" | "folder";
}

/** What is known of a workspace for a while. */
interface Known {
  readonly at: number;
  readonly leftOut: Promise<string>;
  readonly files: Promise<readonly Found[]>;
}

/** Of a workspace with more of them, files are searched by what has been typed. */
const mostKnown = 10_000;
const mostFound = 300;
const mostIgnored = 500;
const keptMilliseconds = 30_000;

export class WorkspaceFiles {
  #known: Known | undefined;
  readonly #listening: vscode.Disposable;

  constructor() {
    const { workspace } = vscode;
    const forget = (): void => (this.#known = undefined);
    const watcher = workspace.createFileSystemWatcher("**/*", false, true, false);
    this.#listening = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidDelete(forget),
      workspace.onDidChangeWorkspaceFolders(forget),
      workspace.onDidChangeConfiguration(forget),
    );
  }

  async find(query: string, most: number, token: vscode.CancellationToken): Promise<Found[]> {
    const open = openFiles().map((uri): Found => ({ uri, kind: "file" }));
    if (!query && open.length) return open.slice(0, most);
    const { leftOut, files } = this.#all();
    const known = await files;
    const more =
      known.length < mostKnown || !query
        ? []
        : await vscode.workspace.findFiles(globOf(query), await leftOut, mostFound, token);
    const all = new Map([...open, ...known, ...more.map(asFile)].map((found) => [found.uri.toString(), found]));
    return best(query, [...all.values()], ({ uri }) => nameOf(uri), most);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #all(): Known {
    if (!this.#known || Date.now() - this.#known.at > keptMilliseconds) {
      const leftOut = whatIsLeftOut();
      this.#known = { at: Date.now(), leftOut, files: leftOut.then(listed) };
    }
    return this.#known;
  }
}

async function listed(leftOut: string): Promise<readonly Found[]> {
  const uris = await vscode.workspace.findFiles("**/*", leftOut, mostKnown);
  const files = uris.filter(({ scheme }) => scheme === "file");
  return [...files.map(asFile), ...foldersOf(files)];
}

/** Every folder with one of the files somewhere below it, but for those of the workspace. */
function foldersOf(files: readonly vscode.Uri[]): Found[] {
  const roots = new Set((vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.path));
  const folders = new Map<string, vscode.Uri>();
  for (const file of files) {
    for (let path = parentOf(file.path); path && !roots.has(path) && !folders.has(path); path = parentOf(path))
      folders.set(path, file.with({ path }));
  }
  return [...folders.values()].map((uri) => ({ uri, kind: "folder" }));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function asFile(uri: vscode.Uri): Found {
  return { uri, kind: "file" };
}

/** Relative to its folder, whose name goes before it where there are several. */
export function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

/** What the explorer and the search do not show either, as a pattern. */
async function whatIsLeftOut(): Promise<string> {
  const settings = ["files", "search"].flatMap((section) => {
    const exclude = vscode.workspace.getConfiguration(section).get<Record<string, unknown>>("exclude", {});
    return Object.entries(exclude).flatMap(([pattern, on]) => (on === true ? [pattern] : []));
  });
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const ignored = (await Promise.all(folders.map(({ uri }) => ignoredIn(uri.fsPath)))).flat();
  return `{${["**/.git", ...settings, ...ignored.flatMap(asPattern).slice(0, mostIgnored)].join(",")}}`;
}

/** A name that would be a pattern itself is left out of it: then the file is offered, which does no harm. */
function asPattern(name: string): string[] {
  if (/[*?{}[\],!]/.test(name)) return [];
  return [name.endsWith("/") ? `${name}**` : name];
}

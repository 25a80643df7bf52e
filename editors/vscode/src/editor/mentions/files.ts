/** Files and folders to mention: what is open first, then those of all folders, without what settings and git leave out. */
import { setTimeout as after } from "node:timers/promises";
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
  readonly folders: Promise<readonly Folder[]>;
  readonly files: Promise<readonly Found[]>;
}

/** Of the workspace, with what is left out in it alone, as a pattern. */
interface Folder {
  readonly uri: vscode.Uri;
  readonly leftOut: string;
}

/** Of a folder with more of them, files are searched by what has been typed. */
const mostKnown = 10_000;
const mostFound = 300;
const mostIgnored = 500;
const keptMilliseconds = 30_000;
/** So long the files that are open wait for the others. */
const patientMilliseconds = 1_000;

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
    const opened = best(query, open, nameOfFound, most);
    if (!query && opened.length) return opened;
    const { folders, files } = this.#all();
    const known = await (opened.length ? Promise.race([files, after(patientMilliseconds)]) : files);
    if (!known) return opened;
    const more =
      known.length < mostKnown || !query ? [] : await filesIn(await folders, globOf(query), mostFound, token);
    const all = new Map([...open, ...known, ...more.map(asFile)].map((found) => [found.uri.toString(), found]));
    return best(query, [...all.values()], nameOfFound, most);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #all(): Known {
    if (!this.#known || Date.now() - this.#known.at > keptMilliseconds) {
      const folders = Promise.all(workspaceFolders().map(folderOf));
      this.#known = { at: Date.now(), folders, files: folders.then(listed) };
    }
    return this.#known;
  }
}

async function listed(folders: readonly Folder[]): Promise<readonly Found[]> {
  const files = await filesIn(folders, "**/*", mostKnown);
  return [...files.map(asFile), ...foldersOf(files)];
}

/** At most so many of each folder. */
async function filesIn(
  folders: readonly Folder[],
  glob: string,
  most: number,
  token?: vscode.CancellationToken,
): Promise<vscode.Uri[]> {
  const found = folders.map(({ uri, leftOut }) =>
    vscode.workspace.findFiles(new vscode.RelativePattern(uri, glob), leftOut, most, token),
  );
  return (await Promise.all(found)).flat();
}

function workspaceFolders(): vscode.Uri[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri).filter(({ scheme }) => scheme === "file");
}

/** Every folder with one of the files somewhere below it, but for those of the workspace. */
function foldersOf(files: readonly vscode.Uri[]): Found[] {
  const roots = new Set(workspaceFolders().map(({ path }) => path));
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

function nameOfFound({ uri }: Found): string {
  return nameOf(uri);
}

/** Relative to its folder, whose name goes before it where there are several. */
export function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

/** Left out is what the explorer and the search do not show either. */
async function folderOf(uri: vscode.Uri): Promise<Folder> {
  const settings = ["files", "search"].flatMap((section) => {
    const exclude = vscode.workspace.getConfiguration(section, uri).get<Record<string, unknown>>("exclude", {});
    return Object.entries(exclude).flatMap(([pattern, on]) => (on === true ? [pattern] : []));
  });
  const ignored = (await ignoredIn(uri.fsPath)).flatMap(asPattern).slice(0, mostIgnored);
  return { uri, leftOut: `{${["**/.git", ...settings, ...ignored].join(",")}}` };
}

/** A name that would be a pattern itself is left out of it: then the file is offered, which does no harm. */
function asPattern(name: string): string[] {
  if (/[*?{}[\],!]/.test(name)) return [];
  return [name.endsWith("/") ? `${name}**` : name];
}

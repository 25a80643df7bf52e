/** Accept, reject, and the way from hunk to hunk: of the lens that was clicked, else of where the cursor is. */
import * as vscode from "vscode";
import { accepted, type Hunk, textsBefore } from "../hunks/lines.ts";
import type { Texts } from "../../diffs/texts.ts";
import type { Files } from "./files.ts";
import { reject } from "./rejection.ts";

/** A hunk of a file, as it is now. */
interface Place {
  readonly path: string;
  readonly hunk: Hunk;
  readonly index: number;
}

export function registerCommands(files: Files, texts: Texts): vscode.Disposable {
  const commands: Record<string, (uri?: vscode.Uri, key?: string, index?: number) => unknown> = {
    acceptHunk: (...lens) => onHunk(files, lens, ({ path, hunk }) => accept(path, [hunk], files)),
    rejectHunk: (...lens) => onHunk(files, lens, ({ path, hunk }) => rejectAndTell(path, [hunk], files)),
    acceptFile: (uri) => onFile(files, uri, (path, hunks) => accept(path, hunks, files)),
    rejectFile: (uri) => onFile(files, uri, (path, hunks) => rejectAndTell(path, hunks, files)),
    acceptAll: () => onAll(files, (path, hunks) => accept(path, hunks, files)),
    rejectAll: (how?: unknown) => rejectAll(files, !isUnasked(how)),
    nextHunk: (...lens) => go(files, lens, 1),
    previousHunk: (...lens) => go(files, lens, -1),
    peek: (...lens) => onHunk(files, lens, ({ path, hunk }) => peek(path, hunk, files, texts)),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`sessiond.review.${name}`, run)),
  );
}

type Lens = readonly [uri?: vscode.Uri, key?: string, index?: number];

function onHunk(files: Files, lens: Lens, act: (place: Place) => unknown): unknown {
  const place = placeOf(files, lens);
  return place && act(place);
}

function onFile(
  files: Files,
  uri: vscode.Uri | undefined,
  act: (path: string, hunks: readonly Hunk[]) => unknown,
): unknown {
  const path = (uri ?? vscode.window.activeTextEditor?.document.uri)?.fsPath;
  const file = path === undefined ? undefined : files.get(path);
  return path !== undefined && file && act(path, file.hunks);
}

async function onAll(files: Files, act: (path: string, hunks: readonly Hunk[]) => unknown): Promise<void> {
  for (const path of files.paths) await act(path, files.get(path)?.hunks ?? []);
}

function accept(path: string, hunks: readonly Hunk[], files: Files): void {
  const file = files.get(path);
  if (file) files.set(path, accepted(file.lines, hunks));
}

async function rejectAndTell(path: string, hunks: readonly Hunk[], files: Files): Promise<void> {
  const name = vscode.workspace.asRelativePath(path);
  if (!(await reject(path, hunks, files)))
    return void vscode.window.showWarningMessage(
      `${name} has changed in the meantime, or cannot be changed; nothing was rejected.`,
    );
}

async function rejectAll(files: Files, ask: boolean): Promise<void> {
  const count = files.paths.length;
  const what = count === 1 ? vscode.workspace.asRelativePath(files.paths[0] ?? "") : `${count} files`;
  const question = `Reject all changes in ${what}?`;
  const options = { modal: true, ...(count > 1 && { detail: named(files.paths) }) };
  if (ask && !(await vscode.window.showWarningMessage(question, options, "Reject All"))) return;
  await onAll(files, (path, hunks) => rejectAndTell(path, hunks, files));
}

/** The first ones, and how many more. */
function named(paths: readonly string[]): string {
  const names = paths.slice(0, 5).map((path) => vscode.workspace.asRelativePath(path));
  return [...names, ...(paths.length > 5 ? [`and ${paths.length - 5} more`] : [])].join("\n");
}

/** `"args": { "ask": false }` of a keybinding, for those who want no question. */
function isUnasked(how: unknown): boolean {
  return typeof how === "object" && how !== null && "ask" in how && how.ask === false;
}

/** Of the lens as long as it is still there; without one that at the cursor, else the next one in the file. */
function placeOf(files: Files, [uri, key, index]: Lens): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  const path = (uri ?? editor?.document.uri)?.fsPath ?? "";
  const places = placesIn(files, path);
  if (key !== undefined)
    return (
      places.find((place) => place.hunk.key === key && place.index === index) ??
      places.find(({ hunk }) => hunk.key === key)
    );
  const line = editor?.selection.active.line ?? 0;
  return places.find(({ hunk: { start, length } }) => line < start + Math.max(length, 1)) ?? places.at(-1);
}

function placesIn(files: Files, path: string): Place[] {
  return (files.get(path)?.hunks ?? []).map((hunk, index) => ({ path, hunk, index }));
}

/** Around all files; a deleted one has no place to go to. */
async function go(files: Files, lens: Lens, by: 1 | -1): Promise<void> {
  const all = files.paths.flatMap((path) => placesIn(files, path));
  const from = lens[1] === undefined ? undefined : placeOf(files, lens);
  const target = from
    ? all.at((all.findIndex(({ hunk }) => hunk === from.hunk) + by) % all.length)
    : fromCursor(all, by);
  if (!target) return;
  const { start } = target.hunk;
  const document = await vscode.workspace.openTextDocument(target.path).then(
    (found) => found,
    () => undefined,
  );
  if (!document) return;
  const position = new vscode.Position(Math.min(start, document.lineCount - 1), 0);
  const editor = await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
  editor.revealRange(new vscode.Range(position, position), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function fromCursor(all: readonly Place[], by: 1 | -1): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  const path = editor?.document.uri.fsPath ?? "";
  const line = editor?.selection.active.line ?? -1;
  const behind = (place: Place): boolean => place.path > path || (place.path === path && place.hunk.start > line);
  const ahead = (place: Place): boolean => place.path < path || (place.path === path && place.hunk.start < line);
  return by > 0 ? (all.find(behind) ?? all[0]) : (all.findLast(ahead) ?? all.at(-1));
}

/** The lines that were taken away, in the file as it was, within the editor. */
async function peek(path: string, { span, start, removed }: Hunk, files: Files, texts: Texts): Promise<void> {
  const lines = files.get(path)?.lines ?? [];
  const line = textsBefore(lines.slice(0, span[0])).length;
  const there = texts.add(path, textsBefore(lines).join("\n"));
  const range = new vscode.Range(line, 0, line + removed.length - 1, removed.at(-1)?.length ?? 0);
  await vscode.commands.executeCommand(
    "editor.action.peekLocations",
    vscode.Uri.file(path),
    new vscode.Position(start, 0),
    [new vscode.Location(there, range)],
    "peek",
  );
}

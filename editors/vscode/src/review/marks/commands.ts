/** Accept and reject, a hunk, a file or all: the hunk of the lens that was clicked, else the one at the cursor, and no other. */
import * as vscode from "vscode";
import type { Texts } from "../../diffs/texts.ts";
import { accepted, type Hunk, textsBefore } from "../hunks/lines.ts";
import { isAt, type Place } from "../hunks/places.ts";
import { deletedIn, Deletions } from "./deletions.ts";
import type { Files } from "./files.ts";
import { cursor, go, placesIn } from "./going.ts";
import { rejectAndTell, type Wish } from "./rejecting.ts";

const passingMs = 4_000;

type Lens = readonly [uri?: vscode.Uri, key?: string, index?: number];

export function registerCommands(files: Files, texts: Texts): vscode.Disposable {
  const deletions = new Deletions(files, texts);
  const acceptEach = (wishes: readonly Wish[]): void => {
    for (const { path, hunks } of wishes) accept(path, hunks, files);
  };
  const rejectEach = (wishes: readonly Wish[]): Promise<void> => rejectAndTell(wishes, files);
  const commands: Record<string, (uri?: vscode.Uri, key?: string, index?: number) => unknown> = {
    acceptHunk: (...lens) => acceptEach(found(hunkOf(files, lens))),
    rejectHunk: (...lens) => rejectEach(found(hunkOf(files, lens))),
    acceptFile: (uri) => acceptEach(fileOf(files, uri)),
    rejectFile: (uri) => rejectEach(fileOf(files, uri)),
    acceptAll: () => acceptEach(all(files)),
    rejectAll: async (how?: unknown) => (isUnasked(how) || (await isSure(files))) && (await rejectEach(all(files))),
    nextHunk: (...lens) => go(files, deletions, placeOf(files, lens), 1),
    previousHunk: (...lens) => go(files, deletions, placeOf(files, lens), -1),
    peek: (...lens) =>
      found(hunkOf(files, lens)).map(({ path, hunks: [hunk] }) => hunk && peek(path, hunk, files, texts)),
  };
  return vscode.Disposable.from(
    deletions,
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(`sessiond.review.${name}`, run)),
  );
}

/** Says in passing that there is none. */
function found(wish: Wish | undefined): Wish[] {
  if (!wish)
    vscode.window.setStatusBarMessage("$(info) No change at the cursor. Alt+J goes to the next one.", passingMs);
  return wish ? [wish] : [];
}

/** Of the lens as long as it is still there, else at the cursor. A deleted file is taken as a whole. */
function hunkOf(files: Files, lens: Lens): Wish | undefined {
  const ofLens = lens[1] !== undefined;
  const deleted = ofLens ? undefined : deletedIn(vscode.window.tabGroups.activeTabGroup.activeTab);
  if (deleted !== undefined) return wishOf(files, deleted);
  const place = ofLens ? placeOf(files, lens) : placeAtCursor(files);
  return place && { path: place.path, hunks: [place.hunk] };
}

function placeOf(files: Files, [uri, key, index]: Lens): Place | undefined {
  const places = key === undefined ? [] : placesIn(files, uri?.fsPath ?? "");
  const like = places.filter(({ hunk }) => hunk.key === key);
  return like.find((place) => place.index === index) ?? like[0];
}

function placeAtCursor(files: Files): Place | undefined {
  const spot = cursor();
  return spot && placesIn(files, spot.path).find((place) => isAt(place, spot.line));
}

function fileOf(files: Files, uri: vscode.Uri | undefined): Wish[] {
  const path = (uri ?? vscode.window.activeTextEditor?.document.uri)?.fsPath;
  return [wishOf(files, path ?? "") ?? []].flat();
}

function all(files: Files): Wish[] {
  return files.paths.flatMap((path) => wishOf(files, path) ?? []);
}

function wishOf(files: Files, path: string): Wish | undefined {
  const file = files.get(path);
  return file && { path, hunks: file.hunks };
}

function accept(path: string, hunks: readonly Hunk[], files: Files): void {
  const file = files.get(path);
  if (file) files.set(path, accepted(file.lines, hunks));
}

async function isSure(files: Files): Promise<boolean> {
  const count = files.paths.length;
  const what = count === 1 ? vscode.workspace.asRelativePath(files.paths[0] ?? "") : `${count} files`;
  const question = `Reject all changes in ${what}?`;
  const options = { modal: true, ...(count > 1 && { detail: named(files.paths) }) };
  return (await vscode.window.showWarningMessage(question, options, "Reject All")) !== undefined;
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

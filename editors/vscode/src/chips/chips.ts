/** Things of the editor as chips of the prompt box, for whoever offers them: mentions, commands, menus. The same thing has one id. */
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Chip } from "../panel/messages.ts";
import { codeText, diffText, mediaTypeOf, type Place, placeOf, type Problem, problemsText } from "./texts.ts";

/** More of them would say no more. */
const mostProblems = 100;

export function fileChip(uri: vscode.Uri): Chip {
  const path = pathOf(uri);
  return {
    id: `file ${uri.toString()}`,
    label: basename(uri.fsPath),
    icon: mediaTypeOf(uri.path).startsWith("image/") ? "file-media" : "file",
    tooltip: path,
    parts: [{ type: "file", mediaType: mediaTypeOf(uri.path), uri: uri.toString(), name: path }],
  };
}

/** The model gets its name, and looks into it with its tools. */
export function folderChip(uri: vscode.Uri): Chip {
  const path = `${pathOf(uri)}/`;
  return {
    id: `file ${uri.toString()}`,
    label: `${basename(uri.fsPath)}/`,
    icon: "folder",
    tooltip: path,
    parts: [{ type: "file", mediaType: "inode/directory", uri: uri.toString(), name: path }],
  };
}

export function codeChip(document: vscode.TextDocument, range: vscode.Range): Chip {
  const place = placeIn(document, range);
  return {
    id: `code ${document.uri.toString()} ${place.firstLine}-${place.lastLine}`,
    label: placeOf({ ...place, path: basename(document.fileName) }),
    icon: "selection",
    tooltip: placeOf(place),
    parts: [{ type: "text", text: codeText(place, document.languageId, document.getText(range)) }],
  };
}

/** What the editor shows now, of the file in front first; undefined where there is nothing. */
export function problemsChip(): Chip | undefined {
  const files = shownProblems();
  const count = files.reduce((sum, { problems }) => sum + problems.length, 0);
  if (count === 0) return undefined;
  return {
    id: "problems",
    label: count === 1 ? "1 problem" : `${count} problems`,
    icon: "issues",
    tooltip: files.map(({ path, problems }) => `${path}: ${problems.length}`).join("\n"),
    parts: [{ type: "text", text: problemsText(files) }],
  };
}

function shownProblems(): { path: string; problems: Problem[] }[] {
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  let room = mostProblems;
  return vscode.languages
    .getDiagnostics()
    .filter(([uri]) => uri.scheme === "file")
    .sort(([one], [other]) => Number(other.toString() === active) - Number(one.toString() === active))
    .map(([uri, found]) => {
      const problems = found.filter(isSerious).slice(0, room).map(problemOf);
      room -= problems.length;
      return { path: pathOf(uri), problems };
    })
    .filter(({ problems }) => problems.length > 0);
}

function isSerious({ severity }: vscode.Diagnostic): boolean {
  return severity <= vscode.DiagnosticSeverity.Warning;
}

export function diffChip(diff: string): Chip {
  const files = diff.match(/^diff --git /gm)?.length ?? 1;
  return {
    id: "diff",
    label: `git diff (${files === 1 ? "1 file" : `${files} files`})`,
    icon: "diff",
    tooltip: "What has changed since the last commit",
    parts: [{ type: "text", text: diffText(diff) }],
  };
}

export function problemOf({ range, severity, message, source }: vscode.Diagnostic): Problem {
  const named = vscode.DiagnosticSeverity[severity].toLowerCase();
  return {
    line: range.start.line + 1,
    column: range.start.character + 1,
    severity: named,
    message,
    ...(source && { source }),
  };
}

/** As the engine finds it: of several folders it works in one, and only the whole path says which is meant. */
export function pathOf(uri: vscode.Uri): string {
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  return several ? uri.fsPath : vscode.workspace.asRelativePath(uri);
}

/** A selection that ends before a line's first character does not touch that line. */
function placeIn(document: vscode.TextDocument, { start, end }: vscode.Range): Place {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { path: pathOf(document.uri), firstLine: start.line + 1, lastLine: last + 1 };
}

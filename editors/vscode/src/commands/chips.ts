/** Things of the editor as chips of the prompt box. */
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Chip } from "../panel/messages.ts";
import { codeText, diffText, mediaTypeOf, type Place, placeOf, type Problem, problemsText } from "./texts.ts";

export function fileChip(uri: vscode.Uri): Chip {
  const path = pathOf(uri);
  return {
    id: `file ${uri.fsPath}`,
    label: basename(uri.fsPath),
    icon: mediaTypeOf(uri.path).startsWith("image/") ? "file-media" : "file",
    tooltip: path,
    parts: [{ type: "file", mediaType: mediaTypeOf(uri.path), uri: uri.toString(), name: path }],
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

export function problemsChip(files: readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[]): Chip {
  const count = files.reduce((sum, [, diagnostics]) => sum + diagnostics.length, 0);
  const [first] = files;
  const where = files.length === 1 && first ? ` of ${basename(first[0].fsPath)}` : "";
  return {
    id: `problems ${files.map(([uri]) => uri.toString()).join(" ")}`,
    label: `${count} ${count === 1 ? "problem" : "problems"}${where}`,
    icon: "warning",
    parts: [
      {
        type: "text",
        text: problemsText(files.map(([uri, found]) => ({ path: pathOf(uri), problems: found.map(problemOf) }))),
      },
    ],
  };
}

export function diffChip(diff: string): Chip {
  return { id: "diff", label: "Git diff", icon: "diff", parts: [{ type: "text", text: diffText(diff) }] };
}

export function problemOf({ range, severity, message, source }: vscode.Diagnostic): Problem {
  const named = vscode.DiagnosticSeverity[severity].toLowerCase();
  return { line: range.start.line + 1, severity: named, message, ...(source && { source }) };
}

export function pathOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}

/** A selection that ends before a line's first character does not touch that line. */
function placeIn(document: vscode.TextDocument, { start, end }: vscode.Range): Place {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { path: pathOf(document.uri), firstLine: start.line + 1, lastLine: last + 1 };
}

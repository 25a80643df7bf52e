/** What can go with a prompt, as chips: files by their address, the rest as text of now. */
import { basename, extname } from "node:path";
import * as vscode from "vscode";
import type { PromptPart } from "sessiond-protocol";
import type { Chip } from "../../panel/messages.ts";
import { openFiles } from "../looking.ts";
import { nameOf } from "./files.ts";

const longest = 100_000;
const mostProblems = 100;
const mostFiles = 30;
const told = new Set([vscode.DiagnosticSeverity.Error, vscode.DiagnosticSeverity.Warning]);
const mediaTypes: Record<string, string> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".pdf": "application/pdf",
};

export function fileChip(uri: vscode.Uri): Chip {
  const name = nameOf(uri);
  return { id: `file:${uri.toString()}`, label: basename(name), icon: "file", tooltip: name, parts: [filePart(uri)] };
}

export function openEditorsChip(): Chip | undefined {
  const files = openFiles().slice(0, mostFiles);
  return files.length
    ? {
        id: "context:open",
        label: files.length === 1 ? "1 open editor" : `${files.length} open editors`,
        icon: "files",
        tooltip: files.map(nameOf).join("\n"),
        parts: files.map(filePart),
      }
    : undefined;
}

export function selectionChip(): Chip | undefined {
  const editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0];
  if (!editor || editor.selection.isEmpty) return undefined;
  const { document, selection } = editor;
  const [first, last] = [selection.start.line + 1, selection.end.line + 1];
  const lines = first === last ? `line ${first}` : `lines ${first}-${last}`;
  const name = nameOf(document.uri);
  return {
    id: `selection:${document.uri.toString()}:${first}-${last}`,
    label: `${basename(name)}:${first}${first === last ? "" : `-${last}`}`,
    icon: "selection",
    tooltip: `${name}, ${lines}`,
    parts: [text(`Selected in ${name}, ${lines}:\n${fenced(document.getText(selection), document.languageId)}`)],
  };
}

/** Errors and warnings: of the file in front first. */
export function problemsChip(): Chip | undefined {
  const active = vscode.window.activeTextEditor?.document.uri.toString();
  const lines = vscode.languages
    .getDiagnostics()
    .filter(([uri]) => uri.scheme === "file")
    .sort(([one], [other]) => Number(other.toString() === active) - Number(one.toString() === active))
    .flatMap(([uri, found]) =>
      found.filter(({ severity }) => told.has(severity)).map((problem) => problemLine(uri, problem)),
    );
  if (lines.length === 0) return undefined;
  const more = lines.length > mostProblems ? [`… and ${lines.length - mostProblems} more`] : [];
  return {
    id: "context:problems",
    label: lines.length === 1 ? "1 problem" : `${lines.length} problems`,
    icon: "issues",
    tooltip: lines.slice(0, 10).join("\n"),
    parts: [text(`Problems in the editor:\n${[...lines.slice(0, mostProblems), ...more].join("\n")}`)],
  };
}

export function diffChip(diff: string): Chip {
  const files = diff.match(/^diff --git /gm)?.length ?? 1;
  return {
    id: "context:diff",
    label: `git diff (${files === 1 ? "1 file" : `${files} files`})`,
    icon: "diff",
    tooltip: "What has changed since the last commit",
    parts: [text(`git diff HEAD:\n${fenced(diff, "diff")}`)],
  };
}

function problemLine(uri: vscode.Uri, { range, message, severity, source }: vscode.Diagnostic): string {
  const kind = severity === vscode.DiagnosticSeverity.Error ? "error" : "warning";
  const place = `${nameOf(uri)}:${range.start.line + 1}:${range.start.character + 1}`;
  return `- ${place} ${kind}: ${message.replace(/\s+/g, " ").slice(0, 500)}${source ? ` (${source})` : ""}`;
}

function filePart(uri: vscode.Uri): PromptPart {
  const mediaType = mediaTypes[extname(uri.path).toLowerCase()] ?? "text/plain";
  return { type: "file", mediaType, uri: uri.toString(), name: nameOf(uri) };
}

function text(given: string): PromptPart {
  return { type: "text", text: given };
}

/** With more backticks than the text has. */
function fenced(given: string, language: string): string {
  const cut =
    given.length > longest ? `${given.slice(0, longest)}\n… (${given.length - longest} more characters)` : given;
  const fence = "`".repeat(Math.max(3, ...[...cut.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
  return `${fence}${language}\n${cut.replace(/\n$/, "")}\n${fence}`;
}

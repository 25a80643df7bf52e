/** Where a click in the chat leads: links, files, diffs in the native diff editor, the whole output of a tool. */
import { readFile } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import * as vscode from "vscode";
import type { ToolPart } from "sessiond-protocol";
import type { Conversation } from "../../contract.ts";
import { changesOf } from "../../diffs/calls.ts";
import type { Texts } from "../../diffs/texts.ts";
import { diffOf, type Sides, sidesOfMade, sidesOfProposed } from "../../diffs/unified.ts";
import type { OpenTarget } from "../messages.ts";
import type { AskedDiffs } from "./asked_diffs.ts";

export async function openTarget(
  target: OpenTarget,
  conversation: Conversation | undefined,
  texts: Texts,
  asked: AskedDiffs,
): Promise<void> {
  switch (target.kind) {
    case "link":
      return openLink(target.href, conversation);
    case "file":
      return openFile(placeOf(target.path, conversation), target.line);
    case "diff":
      return openMade(target.partId, target.path, conversation, texts);
    case "proposed":
      return openProposed(target.requestId, conversation, texts, asked);
    case "output":
      return openOutput(target.partId, conversation, texts);
  }
}

/** Of a model's text: an address for the browser, which asks first, or a file of the project. Nothing else is followed. */
async function openLink(href: string, conversation: Conversation | undefined): Promise<void> {
  if (/^(https?|mailto):/i.test(href)) return void (await vscode.env.openExternal(vscode.Uri.parse(href)));
  if (/^[a-z][a-z0-9+.-]+:/i.test(href) && !/^file:/i.test(href)) return;
  const [, path = "", line] = /^(.*?)(?:[:#]L?(\d+).*)?$/.exec(decode(href.replace(/^file:\/\//i, ""))) ?? [];
  if (path) await openFile(placeOf(path, conversation), line ? Number(line) : undefined);
}

/** A folder is shown where folders are: in the explorer. */
async function openFile(path: string, line?: number): Promise<void> {
  const uri = vscode.Uri.file(path);
  const found = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => undefined);
  if (!found)
    return void vscode.window.showWarningMessage(`There is no ${vscode.workspace.asRelativePath(uri)} (any more).`);
  if (found.type & vscode.FileType.Directory)
    return void (await vscode.commands.executeCommand("revealInExplorer", uri));
  const at = line ? new vscode.Range(line - 1, 0, line - 1, 0) : undefined;
  await vscode.window.showTextDocument(uri, { preview: true, ...(at && { selection: at }) });
}

async function openMade(
  partId: string,
  path: string,
  conversation: Conversation | undefined,
  texts: Texts,
): Promise<void> {
  const part = findTool(conversation, partId);
  const diff = part && changesOf(part).find((file) => file.path === path)?.diff;
  if (diff === undefined) return;
  const sides = sidesOfMade(diff, await textOf(path));
  await showDiff(path, sides, texts, sides.whole ? vscode.Uri.file(path) : undefined, "as it was ↔ as it is");
}

async function openProposed(
  requestId: string,
  conversation: Conversation | undefined,
  texts: Texts,
  asked: AskedDiffs,
): Promise<void> {
  const request = conversation?.transcript.permissions.find(({ id }) => id === requestId);
  if (!conversation || !request?.diff) return;
  const path = placeOf(request.patterns[0] ?? "file", conversation);
  const sides = sidesOfProposed(diffOf(request.diff, path) ?? request.diff, await textOf(path));
  asked.add(conversation, requestId, await showDiff(path, sides, texts, undefined, "as it is ↔ as it would be"));
}

async function openOutput(partId: string, conversation: Conversation | undefined, texts: Texts): Promise<void> {
  const state = findTool(conversation, partId)?.state;
  const text = state?.output ?? state?.error;
  if (text)
    await vscode.window.showTextDocument(texts.add(`${state?.title ?? "output"}.txt`.replace(/[/\\]/g, "∕"), text), {
      preview: true,
    });
}

/** What is on its right side. */
async function showDiff(
  path: string,
  sides: Sides,
  texts: Texts,
  real: vscode.Uri | undefined,
  what: string,
): Promise<vscode.Uri> {
  const title = `${shortNameOf(path)} (${what}${sides.whole ? "" : ", only what has changed"})`;
  const rightSide = real ?? texts.add(path, sides.after);
  await vscode.commands.executeCommand("vscode.diff", texts.add(path, sides.before), rightSide, title, {
    preview: true,
  });
  return rightSide;
}

/** A tab has little room: outside of the workspace the file and its folder. */
function shortNameOf(path: string): string {
  const name = vscode.workspace.asRelativePath(path);
  return isAbsolute(name) ? name.split(sep).slice(-2).join(sep) : name;
}

function findTool(conversation: Conversation | undefined, partId: string): ToolPart | undefined {
  for (const { parts } of conversation?.transcript.messages ?? []) {
    for (const part of parts) if (part.id === partId && part.type === "tool") return part;
  }
  return undefined;
}

/** As an editor has it, unsaved text too; empty for a file that is not there. */
async function textOf(path: string): Promise<string> {
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "file" && uri.fsPath === path);
  return open?.getText() ?? readFile(path, "utf8").catch(() => "");
}

function placeOf(path: string, conversation: Conversation | undefined): string {
  const directory =
    conversation?.transcript.session?.directory ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "/";
  return isAbsolute(path) ? path : join(directory, path);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

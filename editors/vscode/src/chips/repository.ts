/** Git as this editor has it: the program of `git.path`, and only in the folders of a workspace that its user trusts. */
import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import * as vscode from "vscode";
import { gitDiff, type GitDiff, ignoredByGit } from "./git.ts";

export async function changesIn(directory: string): Promise<GitDiff> {
  const whyNot = whyNoGitIn(directory);
  return whyNot ? { whyNot } : gitDiff(program(), directory);
}

export async function ignoredIn(directory: string): Promise<string[]> {
  return whyNoGitIn(directory) ? [] : ignoredByGit(program(), directory);
}

/** A session may work in a folder that is not open here, and so one that nobody has trusted. */
export function whyNoGitIn(directory: string): string | undefined {
  if (!vscode.workspace.isTrusted) return "The git diff is there once you trust this folder.";
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  if (folders.some(({ uri }) => isWithin(realOf(uri.fsPath), realOf(directory)))) return undefined;
  return `The git diff is there once this folder is open here: ${directory}`;
}

function isWithin(folder: string, place: string): boolean {
  const way = relative(folder, place);
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function program(): string {
  const setting = vscode.workspace.getConfiguration("git").get<string | string[] | null>("path");
  return [setting].flat().find(Boolean) ?? "git";
}

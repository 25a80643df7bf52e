/** Git as this editor has it: the program of `git.path`, and only where its user trusts the workspace. */
import * as vscode from "vscode";
import { gitDiff, type GitDiff, ignoredByGit } from "./git.ts";

export async function changesIn(directory: string): Promise<GitDiff> {
  if (!vscode.workspace.isTrusted) return { whyNot: "The git diff is there once you trust this folder." };
  return gitDiff(program(), directory);
}

export async function ignoredIn(directory: string): Promise<string[]> {
  return vscode.workspace.isTrusted ? ignoredByGit(program(), directory) : [];
}

function program(): string {
  const setting = vscode.workspace.getConfiguration("git").get<string | string[] | null>("path");
  return [setting].flat().find(Boolean) ?? "git";
}

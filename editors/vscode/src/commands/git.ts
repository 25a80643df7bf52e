/** The diff of a folder, by the workbench's own Git extension: it has found the program, and it heeds workspace trust. */
import * as vscode from "vscode";

/** What is used of https://github.com/microsoft/vscode/blob/main/extensions/git/src/api/git.d.ts. */
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): {
    getRepository(uri: vscode.Uri): Repository | null;
    readonly repositories: readonly Repository[];
  };
}

interface Repository {
  diff(cached: boolean): Promise<string>;
}

/** Staged and unstaged changes; undefined where there is no repository. Files that Git does not track are not in it. */
export async function workingDiff(directory: string | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>("vscode.git");
  if (!extension) return undefined;
  const git = await extension.activate();
  if (!git.enabled) return undefined;
  const api = git.getAPI(1);
  const repository = (directory ? api.getRepository(vscode.Uri.file(directory)) : null) ?? api.repositories[0];
  if (!repository) return undefined;
  const [staged, unstaged] = await Promise.all([repository.diff(true), repository.diff(false)]);
  return [staged, unstaged].filter(Boolean).join("\n");
}

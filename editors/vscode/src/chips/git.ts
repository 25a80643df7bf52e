/** What has changed since the last commit, by git. Only in a trusted workspace: a repository's settings may run programs. */
import { execFile } from "node:child_process";
import * as vscode from "vscode";

const longest = 4_000_000;
const milliseconds = 10_000;

/** Empty where nothing has changed; undefined where there is no git, no repository, or no trust. */
export async function gitDiff(directory: string): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) return undefined;
  const setting = vscode.workspace.getConfiguration("git").get<string | string[] | null>("path");
  const git = (typeof setting === "string" && setting) || "git";
  return (await run(git, directory, "HEAD")) ?? run(git, directory, "--cached");
}

/** `HEAD` is not there before the first commit. */
function run(git: string, cwd: string, against: string): Promise<string | undefined> {
  const options = { cwd, timeout: milliseconds, maxBuffer: longest, windowsHide: true };
  return new Promise((resolve) => {
    execFile(git, ["diff", "--no-ext-diff", "--no-color", against, "--", "."], options, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
}

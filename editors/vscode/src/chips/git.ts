/** What git says of a folder, which must be a trusted one: a repository's filters are programs, and run. Knows no editor. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Characters; whoever reads it gets less of it. */
const longest = 4_000_000;
const milliseconds = 10_000;
/** The programs of a repository that no answer needs: its watcher and its hooks. */
const withoutPrograms = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

export type GitDiff = { readonly diff: string } | { readonly whyNot: string };

/** What has changed below the directory since the last commit: staged or not, and files that git does not know yet. */
export async function gitDiff(program: string, directory: string): Promise<GitDiff> {
  const git = gitIn(program, directory);
  const found = await git(["rev-parse", "--git-path", "index"]);
  if ("whyNot" in found) return found;
  const index = join(tmpdir(), `sessiond-${randomUUID()}.index`);
  try {
    // New files are noted in a copy, so that the user's own index stays as it is; there is none before the first `add`.
    await copyFile(resolve(directory, found.output.trim()), index).catch(() => undefined);
    const environment = { GIT_INDEX_FILE: index };
    await git(["add", "--intent-to-add", "--", "."], environment);
    const base = await lastCommit(git);
    const options = ["--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"];
    const diff = await git(["diff", ...options, base, "--", "."], environment);
    if ("whyNot" in diff) return diff;
    return diff.output.trim() ? { diff: diff.output } : { whyNot: "Nothing has changed since the last commit." };
  } finally {
    await rm(index, { force: true });
  }
}

/** Folders and files, relative to the directory, that git is told to ignore; none where git cannot say. */
export async function ignoredByGit(program: string, directory: string): Promise<string[]> {
  const found = await gitIn(
    program,
    directory,
  )(["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"]);
  return "output" in found ? found.output.split("\0").filter(Boolean) : [];
}

/** Before the first one, the tree without files. */
async function lastCommit(git: Git): Promise<string> {
  const head = await git(["rev-parse", "--verify", "--quiet", "HEAD"]);
  if ("output" in head) return head.output.trim();
  const empty = await git(["hash-object", "-t", "tree", "--stdin"]);
  return "output" in empty ? empty.output.trim() : "HEAD";
}

type Git = (
  words: readonly string[],
  environment?: Record<string, string>,
) => Promise<{ readonly output: string } | { readonly whyNot: string }>;

function gitIn(program: string, directory: string): Git {
  return (words, environment) => {
    const options = {
      cwd: directory,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", ...environment },
      timeout: milliseconds,
      maxBuffer: longest,
      windowsHide: true,
    };
    return new Promise((give) => {
      const child = execFile(program, [...withoutPrograms, ...words], options, (error, output) =>
        give(error && error.code !== "ERR_CHILD_PROCESS_STDIO_MAXBUFFER" ? { whyNot: reasonOf(error) } : { output }),
      );
      child.stdin?.end();
    });
  };
}

function reasonOf(error: { readonly code?: string | number | null; readonly killed?: boolean }): string {
  if (error.code === "ENOENT") return "There is no git on this machine, or it is not where the setting git.path says.";
  return error.killed ? "Git has not answered in 10 seconds." : "There is no git repository here.";
}

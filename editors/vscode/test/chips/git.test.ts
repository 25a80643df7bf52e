/** What has changed in a real repository, said so that neither the user's index nor a missing git gets in the way. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gitDiff, ignoredByGit } from "../../src/chips/git.ts";

interface Folder {
  readonly place: string;
  git(...words: string[]): string;
  write(name: string, text: string): void;
}

function folder(context: TestContext): Folder {
  const place = mkdtempSync(join(tmpdir(), "git-"));
  context.after(() => rmSync(place, { recursive: true }));
  return {
    place,
    git: (...words) =>
      execFileSync("git", ["-C", place, "-c", "user.name=a", "-c", "user.email=a@b", ...words], { encoding: "utf8" }),
    write: (name, text) => {
      mkdirSync(join(place, name, ".."), { recursive: true });
      writeFileSync(join(place, name), text);
    },
  };
}

function repository(context: TestContext): Folder {
  const made = folder(context);
  made.git("init", "--quiet");
  made.write("a.txt", "a\n");
  made.write("b.txt", "b\n");
  made.write(".gitignore", "build/\n*.log\n");
  made.git("add", ".");
  made.git("commit", "--quiet", "-m", "begin");
  return made;
}

async function lines({ place }: Folder): Promise<string[]> {
  const said = await gitDiff("git", place);
  return "diff" in said ? said.diff.split("\n").filter((line) => /^[+-](?![+-])|^diff/.test(line)) : [said.whyNot];
}

test("what is staged, what is not, what is gone and what is new has changed; the index stays as it was", async (context) => {
  const here = repository(context);
  here.write("a.txt", "staged\n");
  here.git("add", "a.txt");
  rmSync(join(here.place, "b.txt"));
  here.write("new/c.txt", "new\n");
  here.write("build/out.txt", "ignored\n");
  const before = here.git("status", "--porcelain");

  assert.deepEqual(await lines(here), [
    "diff --git a/a.txt b/a.txt",
    "-a",
    "+staged",
    "diff --git a/b.txt b/b.txt",
    "-b",
    "diff --git a/new/c.txt b/new/c.txt",
    "+new",
  ]);
  assert.equal(here.git("status", "--porcelain"), before);
});

test("before the first commit everything is new", async (context) => {
  const here = folder(context);
  here.git("init", "--quiet");
  here.write("a.txt", "a\n");

  assert.deepEqual(await lines(here), ["diff --git a/a.txt b/a.txt", "+a"]);
});

test("a reason stands in the place of a diff", async (context) => {
  const here = repository(context);

  assert.deepEqual(await gitDiff("git", here.place), { whyNot: "Nothing has changed since the last commit." });
  assert.deepEqual(await gitDiff("git", folder(context).place), { whyNot: "There is no git repository here." });
  assert.deepEqual(await gitDiff("/nowhere/git", here.place), {
    whyNot: "There is no git on this machine, or it is not where the setting git.path says.",
  });
});

test("no program that a repository names is run for a diff, but for its filters", async (context) => {
  const here = repository(context);
  here.write(".gitattributes", "*.txt diff=odd\n");
  here.git("config", "diff.odd.textconv", `touch ${join(here.place, "ran.log")}; cat`);
  here.git("config", "diff.external", `touch ${join(here.place, "ran.log")}`);
  here.git("config", "core.fsmonitor", `touch ${join(here.place, "ran.log")}; false`);
  here.write(".git/hooks/post-index-change", `#!/bin/sh\ntouch ${join(here.place, "ran.log")}\n`);
  chmodSync(join(here.place, ".git/hooks/post-index-change"), 0o755);
  here.write("a.txt", "changed\n");
  here.write("new.txt", "new\n");
  await lines(here);

  assert.deepEqual(await ignoredByGit("git", here.place), []);
});

test("a folder that git ignores is one name", async (context) => {
  const here = repository(context);
  here.write("build/deep/out.txt", "");
  here.write("a.log", "");

  assert.deepEqual(await ignoredByGit("git", here.place), ["a.log", "build/"]);
});

// Mocha in the extension host, see test_editor.py: what `@` and `/` offer in the prompt box, what they become, and what the engine gets.
const assert = require("node:assert/strict");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");
const support = require(path.join(__dirname, "../../../support/vscode/in_host.cjs"));

const { ended, file, folder, pageOf, play, until, write } = support;
const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
let rooms;
let page;

describe("in the prompt box", () => {
  before(async () => {
    rooms = await support.rooms();
    page = pageOf(rooms);
    await rooms.engine.start();
    play({ text: "Seen." });
    for (const name of ["src/panel/panelRoom.ts", "src/panel/outbox.ts", "src/prompt.ts", "docs/a note.md", "build/panel.js", "node_modules/panel/index.js"])
      write(name, "text\n");
    write("docs/picture 😀.png", png);
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    rooms.sessions.showNew();
  });

  it("`@` offers what is open first, then files and folders by a few letters, none that settings leave out", async () => {
    const nothing = await labels("@", "");
    await open("docs/a note.md");
    const opened = await labels("@", "");

    assert.deepEqual(nothing.filter((label) => /node_modules|index\.js/.test(label)), []);
    assert.deepEqual(opened, ["git diff", "open editors", "a note.md (docs)"]);
    assert.deepEqual((await labels("@", "panel")).slice(0, 3), ["panel/ (src)", "panel.js (build)", "panelRoom.ts (src/panel)"]);
    assert.deepEqual(await labels("@", "pRoom"), ["panelRoom.ts (src/panel)"]);
    assert.deepEqual(await labels("@", "src/pan/out"), ["outbox.ts (src/panel)"]);
    assert.deepEqual(await labels("@", "outpan"), []);
    assert.deepEqual(await labels("@", "srcout"), ["outbox.ts (src/panel)"]);
  });

  it("`@` offers files that have just been made, and no more those that are gone", async () => {
    await labels("@", "panel");
    write("src/justMade.ts", "");
    const made = await until(async () => (await labels("@", "justMade")).length && (await labels("@", "justMade")));
    fs.rmSync(file("src/justMade.ts").fsPath);
    await until(async () => (await labels("@", "justMade")).length === 0);

    assert.deepEqual(made, ["justMade.ts (src)"]);
  });

  it("`@` offers what is open although git does not answer", async () => {
    const program = path.join(support.home, "silent-git");
    fs.writeFileSync(program, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
    const settings = vscode.workspace.getConfiguration("git");
    await open("docs/a note.md");
    await settings.update("path", program, vscode.ConfigurationTarget.Global);
    const asked = Date.now();
    const offered = await labels("@", "note");
    const milliseconds = Date.now() - asked;
    await settings.update("path", undefined, vscode.ConfigurationTarget.Global);

    assert.deepEqual(offered, ["a note.md (docs)"]);
    assert.ok(milliseconds < 8_000, `${milliseconds} ms: git has been waited for`);
  });

  it("files, folders and pictures go with the prompt by their names", async () => {
    const chips = [await chip("@", "panelRoom"), await chip("@", "src"), await chip("@", "picture")];

    assert.deepEqual(chips.map(({ label, icon }) => [label, icon]), [["panelRoom.ts", "file"], ["src/", "folder"], ["picture 😀.png", "file-media"]]);
    assert.deepEqual(await got("Look at these", chips), [
      { type: "file", mediaType: "text/plain", name: "src/panel/panelRoom.ts", uri: String(file("src/panel/panelRoom.ts")) },
      { type: "file", mediaType: "inode/directory", name: "src/", uri: String(file("src")) },
      { type: "file", mediaType: "image/png", name: "docs/picture 😀.png", uri: String(file("docs/picture 😀.png")) },
      { type: "text", text: "Look at these" },
    ]);
  });

  it("`@selection` is all that is selected, and is offered only then", async () => {
    const editor = await open("src/prompt.ts", "one 😀\ntwo\n\nfour\n");
    const before = await labels("@", "selection");
    editor.selections = [new vscode.Selection(0, 4, 2, 0), new vscode.Selection(3, 0, 3, 4)];
    const parts = await got("", [await chip("@", "selection")]);

    assert.deepEqual(before, []);
    assert.deepEqual(parts.map(({ text }) => text), [
      "src/prompt.ts:1-2:\n```typescript\n😀\ntwo\n```",
      "src/prompt.ts:4:\n```typescript\nfour\n```",
    ]);
  });

  it("`@problems` are errors and warnings, of the file in front first", async () => {
    const none = await labels("@", "problems");
    const problems = vscode.languages.createDiagnosticCollection("test");
    const at = (line, message, severity) => new vscode.Diagnostic(new vscode.Range(line, 0, line, 1), message, severity);
    problems.set(file("src/panel/outbox.ts"), [at(0, "far away", vscode.DiagnosticSeverity.Warning)]);
    problems.set(file("src/prompt.ts"), [at(1, "of two\nlines", vscode.DiagnosticSeverity.Error), at(0, "a hint", vscode.DiagnosticSeverity.Hint)]);
    await open("src/prompt.ts");
    const mentioned = await chip("@", "problems");
    problems.dispose();

    assert.deepEqual(none, []);
    assert.equal(mentioned.label, "2 problems");
    assert.deepEqual((await got("Fix", [mentioned])).map(({ text }) => text), [
      "Problems that the editor shows:\nsrc/prompt.ts:2:1: error: of two lines\nsrc/panel/outbox.ts:1:1: warning: far away",
      "Fix",
    ]);
  });

  it("`@open editors` are all of them", async () => {
    await open("docs/a note.md");
    await open("src/prompt.ts");

    assert.deepEqual((await got("", [await chip("@", "open")])).map(({ name }) => name), ["src/prompt.ts", "docs/a note.md"]);
  });

  it("`/` offers the commands of MCP servers at once and by letters, with their arguments, beside the extension's own", async () => {
    const commands = async () => (await page.suggest("/", "")).filter(({ id }) => id.startsWith("command:"));
    await until(async () => (await commands()).length, 30);

    assert.deepEqual((await commands()).map(({ label, detail }) => [label, detail]), [
      ["letters:letter", "subject tone? — Writes a letter."],
      ["letters:bare", ""],
    ]);
    assert.deepEqual(await labels("/", "lett:b"), ["letters:bare"]);
    assert.deepEqual(await labels("/", "mod"), ["model"]);
    assert.deepEqual(await labels("/", "nothing"), []);
  });

  it("a chosen command gets the rest of the prompt as its arguments, and what was mentioned goes along", async () => {
    const command = await chip("/", "letters:letter");
    assert.equal(command.label, "/letters:letter");

    assert.deepEqual((await got('"My cat" tone=kind', [command, await chip("@", "prompt.ts")])).map(({ text, name }) => text ?? name), [
      'letter {"subject":"My cat","tone":"kind"}',
      "src/prompt.ts",
    ]);
  });

  it("a command without what it needs is refused, and nothing is lost", async () => {
    assert.equal(await page.prompt("", [await chip("/", "letters:letter")]), false);
  });

  describe("`@diff`", () => {
    const git = (...words) => execFileSync("git", ["-C", folder().fsPath, "-c", "user.name=a", "-c", "user.email=a@b", ...words], { encoding: "utf8" });
    it("is nothing where there is no repository", async () => {
      assert.equal(await diff(), "");
    });

    it("is all files before the first commit, but those that git ignores, which are not offered any more either", async () => {
      git("init", "--quiet");
      write(".gitignore", "build/\n");

      const files = changed(await diff());

      assert.ok(files.includes("src/prompt.ts") && !files.some((name) => name.startsWith("build/")), String(files));
      await until(async () => !(await labels("@", "panel")).includes("panel.js (build)"));
    });

    it("is what is staged, what is not, and what is new; the index stays as it was", async () => {
      git("add", ".");
      git("commit", "--quiet", "-m", "begin");
      write("src/prompt.ts", "staged\n");
      git("add", "src/prompt.ts");
      write("docs/a note.md", "not staged\n");
      write("src/new ü.ts", "brand new\n");
      fs.rmSync(file("src/panel/outbox.ts").fsPath);
      const status = git("status", "--short");

      const { label, parts } = await diff();

      assert.equal(label, "git diff (4 files)");
      for (const line of ["+staged", "+not staged", "+brand new", "deleted file mode 100644"]) assert.match(parts[0].text, new RegExp(`^${line.replace("+", "\\+")}$`, "m"));
      assert.equal(git("status", "--short"), status);
    });

    it("is not offered in a session that works in a folder that is not open here", async () => {
      const { id } = await rooms.engine.request("session/create", { directory: support.home, title: "Elsewhere" });
      await rooms.sessions.show(id);

      assert.deepEqual(await labels("@", "git diff"), []);
    });

    it("is cut where it is huge", async () => {
      write("huge.txt", "a long line of a huge file\n".repeat(300_000));
      const { parts } = await diff();
      fs.rmSync(file("huge.txt").fsPath);

      assert.match(parts[0].text, /\n\[\d+ more characters are left out\]\n```$/);
      assert.ok(parts[0].text.length < 61_000);
    });
  });
});

async function open(name, content) {
  if (content !== undefined) write(name, content);
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)), { preview: false });
}

async function labels(trigger, query) {
  return (await page.suggest(trigger, query)).map(({ label, detail }) => (detail && trigger === "@" && /\.|\/$/.test(label) ? `${label} (${detail})` : label));
}

/** What the first suggestion becomes. */
async function chip(trigger, query) {
  const [first] = await page.suggest(trigger, query);
  assert.ok(first, `nothing is offered for ${trigger}${query}`);
  return (await page.take(trigger, first)).chip;
}

/** The parts of the prompt as the engine has kept them. */
async function got(text, chips) {
  assert.equal(await page.prompt(text, chips), true);
  const { messages } = await ended(rooms);
  return messages[0].parts.map(({ id, ...part }) => part);
}

/** The chip; where there is none, the text in its place. */
async function diff() {
  const offered = (await page.suggest("@", "diff")).find(({ id }) => id === "context:diff");
  const taken = await page.take("@", offered);
  return taken.chip ?? taken.text;
}

function changed({ parts }) {
  return [...parts[0].text.matchAll(/^diff --git a\/(.*) b\//gm)].map(([, name]) => name);
}

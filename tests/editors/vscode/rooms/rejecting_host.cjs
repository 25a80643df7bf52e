// Mocha in the extension host, see test_host.py: what is taken at the cursor, what a rejection brings back, and what an undo brings again.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");
const support = require(path.join(__dirname, "../../../support/vscode/in_host.cjs"));

const { called, file, until, write } = support;
const { workspace, window, commands } = vscode;
const text = `${Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join("\n")}\n`;
const windows = text.replaceAll("\n", "\r\n");
let rooms;

describe("the review", () => {
  before(async () => {
    rooms = await support.rooms();
  });

  beforeEach(async () => {
    await review("acceptAll");
    await commands.executeCommand("notifications.clearAll");
    await commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("takes the hunk at the cursor, one that only removed at the line behind, and elsewhere none", async () => {
    write("cursor.txt", text);
    const changes = [["line 3\nline 4\n", "three\nfour\n"], ["line 8\n", ""], ["line 20\n", ""]];
    const changed = changes.reduce((all, change) => all.replace(...change), text);
    await turn("cursor.txt", read("cursor.txt"), ...changes.map((change) => edit("cursor.txt", ...change)));
    const editor = await window.showTextDocument(file("cursor.txt"));
    const at = async (line, name) => {
      editor.selection = new vscode.Selection(line, 0, line, 0);
      await review(name);
      return editor.document.getText();
    };

    for (const line of [0, 1, 4, 6, 8, 17])
      for (const name of ["acceptHunk", "rejectHunk", "peek"]) assert.equal(await at(line, name), changed, `${name} at ${line}`);
    assert.deepEqual(await hunks("cursor.txt"), [2, 7, 18]);
    assert.equal(await at(18, "rejectHunk"), `${changed}line 20\n`);
    assert.equal(await at(3, "rejectHunk"), text.replace("line 8\n", ""));
    assert.equal(await at(7, "acceptHunk"), text.replace("line 8\n", ""));
    assert.deepEqual(await hunks("cursor.txt"), []);
  });

  it("takes none where the file is another one's old text", async () => {
    write("turn.txt", text);
    await turn("turn.txt", read("turn.txt"), edit("turn.txt", "line 1\n", "one\n"));
    const old = await workspace.openTextDocument(file("turn.txt").with({ scheme: "sessiond-review", query: "1" }));
    await window.showTextDocument(old);
    await review("rejectHunk");

    assert.equal(onDisk("turn.txt"), text.replace("line 1\n", "one\n"));
  });

  it("goes on past a deleted file, which is a diff, and takes it as a whole there", async () => {
    for (const name of ["go1.txt", "go2.txt", "go3.txt"]) write(name, text);
    const calls = ["go1.txt", "go3.txt"].flatMap((name) => [read(name), edit(name, "line 9\n", "nine\n")]);
    await turn("go2.txt", ...calls, bash("rm go2.txt"));
    await window.showTextDocument(file("go1.txt"));
    const go = async (name) => {
      await review(name);
      return `${window.tabGroups.activeTabGroup.activeTab.label}:${window.activeTextEditor.selection.active.line + 1}`;
    };

    const there = [await go("nextHunk"), await go("nextHunk"), await go("nextHunk"), await go("nextHunk")];
    assert.deepEqual(there, ["go1.txt:9", "go2.txt (deleted):1", "go3.txt:9", "go1.txt:9"]);
    assert.deepEqual([await go("previousHunk"), await go("previousHunk")], ["go3.txt:9", "go2.txt (deleted):1"]);
    await review("rejectHunk");
    assert.equal(onDisk("go2.txt"), text);
    await until(() => tabs().every((label) => !label.includes("deleted")));
    assert.equal(await go("nextHunk"), "go1.txt:9");
  });

  it("never stops where a file cannot be shown", async () => {
    for (const name of ["stop1.txt", "stop2.txt", "stop3.txt"]) write(name, text);
    await turn("stop3.txt", ...["stop1.txt", "stop2.txt", "stop3.txt"].flatMap((name) => [read(name), edit(name, "line 9\n", "nine\n")]));
    fs.rmSync(file("stop2.txt").fsPath);
    fs.mkdirSync(file("stop2.txt").fsPath);
    await window.showTextDocument(file("stop1.txt"));
    const there = [];
    for (let count = 0; count < 3; count += 1) {
      await review("nextHunk");
      there.push(path.basename(window.activeTextEditor.document.fileName));
    }
    fs.rmdirSync(file("stop2.txt").fsPath);

    assert.deepEqual(there, ["stop1.txt", "stop3.txt", "stop1.txt"]);
  });

  for (const [form, stored] of Object.entries({
    "LF": text,
    "CRLF": windows,
    "a mark and CRLF": `\ufeff${windows}`,
    "no end of the last line": windows.slice(0, -2),
    "one line without an end": "all",
  }))
    it(`brings a file with ${form} back as it was stored, when a command has deleted it`, async () => {
      const name = `stored ${form}.txt`;
      write(name, stored);
      await turn(name, bash(`rm '${name}'`));
      await review("rejectFile", file(name));

      assert.equal(onDisk(name), stored);
    });

  it("marks and rejects a change in a closed file with a mark and mixed ends of lines", async () => {
    const stored = `\ufeff${windows.replace("\r\n", "\n")}`;
    write("marked.txt", stored);
    await turn("marked.txt", read("marked.txt"), edit("marked.txt", "line 2\n", "two\n"));

    assert.deepEqual([onDisk("marked.txt"), await hunks("marked.txt")], [stored.replace("line 2", "two"), [1]]);
    await review("rejectFile", file("marked.txt"));
    assert.equal(onDisk("marked.txt"), `\ufeff${windows}`);
  });

  it("brings mixed ends of lines back as most were, when somebody has seen the file", async () => {
    write("mixed.txt", windows.replace("\r\n", "\n"));
    await turn("mixed.txt", read("mixed.txt"), edit("mixed.txt", "line 9\n", "nine\n"));
    await turn("mixed.txt", bash("rm mixed.txt"));
    await until(async () => {
      await review("rejectFile", file("mixed.txt"));
      return exists("mixed.txt");
    });

    assert.equal(onDisk("mixed.txt"), windows);
  });

  it("has a rejected hunk again after an undo, although the file was closed in between, and not after a redo", async () => {
    write("undone.txt", text);
    await commands.executeCommand("vscode.open", file("undone.txt"));
    await turn("undone.txt", read("undone.txt"), edit("undone.txt", "line 3\n", "three\n"), edit("undone.txt", "line 9\n", ""));
    const changed = text.replace("line 3\n", "three\n").replace("line 9\n", "");
    await review("rejectFile", file("undone.txt"));
    const rejected = onDisk("undone.txt");
    await commands.executeCommand("workbench.action.closeAllEditors");
    await until(() => workspace.textDocuments.every(({ uri }) => uri.fsPath !== file("undone.txt").fsPath));
    await commands.executeCommand("vscode.open", file("undone.txt"));
    const { document } = await until(() => window.activeTextEditor);
    await commands.executeCommand("undo");
    await until(() => document.getText() === changed);
    const again = await hunks("undone.txt");
    await commands.executeCommand("redo");
    await until(() => document.getText() === text);

    assert.deepEqual([rejected, again, await hunks("undone.txt")], [text, [2, 8], []]);
  });

  it("undoes the rejection of a file that the agent has made, and it is under review again", async () => {
    await turn("made.txt", write_("made.txt", "new\n"));
    await window.showTextDocument(file("made.txt"), { preview: false });
    await review("rejectHunk");
    assert.deepEqual([exists("made.txt"), tabs()], [false, []]);
    await undoIn(() => exists("made.txt"));

    assert.deepEqual([onDisk("made.txt"), await hunks("made.txt")], ["new\n", [0]]);
    await review("rejectFile", file("made.txt"));
    assert.equal(exists("made.txt"), false);
  });

  it("undoes the rejection of a deletion, which is under review again; the workbench's own undo deletes nothing", async () => {
    write("deleted.txt", windows);
    await turn("deleted.txt", bash("rm deleted.txt"));
    await review("rejectFile", file("deleted.txt"));
    await commands.executeCommand("vscode.open", file("deleted.txt"));
    await until(() => window.activeTextEditor);
    await commands.executeCommand("undo");
    assert.equal(onDisk("deleted.txt"), windows);
    await undoIn(() => !exists("deleted.txt"));

    await review("nextHunk");
    assert.deepEqual(tabs(), ["deleted.txt (deleted)"]);
    await review("rejectHunk");
    assert.equal(onDisk("deleted.txt"), windows);
  });

  it("undoes no deletion of what somebody has written since", async () => {
    write("since.txt", text);
    await turn("since.txt", bash("rm since.txt"));
    await review("rejectFile", file("since.txt"));
    write("since.txt", `${text}mine\n`);
    let asked = 0;
    await undoIn(() => (asked += 1) > 10);

    assert.equal(onDisk("since.txt"), `${text}mine\n`);
  });

  it("goes with a file that is renamed, and with all of a folder", async () => {
    write("old/named.txt", text);
    await turn("old/named.txt", read("old/named.txt"), edit("old/named.txt", "line 9\n", "nine\n"));
    const named = async (from, to, name) => {
      const change = new vscode.WorkspaceEdit();
      change.renameFile(file(from), file(to));
      assert.equal(await workspace.applyEdit(change), true);
      await until(() => Object.keys(rooms.memory.get("sessiond.reviewed", {})).includes(file(name).fsPath));
      return hunks(name);
    };

    assert.deepEqual(await named("old/named.txt", "old/renamed.txt", "old/renamed.txt"), [8]);
    assert.deepEqual(await named("old", "new", "new/renamed.txt"), [8]);
    await review("rejectFile", file("new/renamed.txt"));
    assert.equal(onDisk("new/renamed.txt"), text);
  });

  it("marks nothing in a file of more than 1 MB, open or not, and loses nothing of it", async () => {
    const large = text.repeat(8_000);
    for (const name of ["large open.txt", "large closed.txt"]) write(name, `first\n${large}`);
    await window.showTextDocument(file("large open.txt"));
    await called(rooms, ...["large open.txt", "large closed.txt"].flatMap((name) => [read(name), edit(name, "first\n", "1st\n")]));
    await review("rejectAll", { ask: false });

    for (const name of ["large open.txt", "large closed.txt"])
      assert.deepEqual([onDisk(name) === `1st\n${large}`, await hunks(name)], [true, []], name);
  });
});

const read = (filePath) => ["read", { filePath }];
const edit = (filePath, oldString, newString) => ["edit", { filePath, oldString, newString }];
const write_ = (filePath, content) => ["write", { filePath, content }];
const bash = (command) => ["bash", { command, description: "Changes files" }];
const exists = (name) => fs.existsSync(file(name).fsPath);
const onDisk = (name) => fs.readFileSync(file(name).fsPath, "utf8");
const tabs = () => window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

function review(name, ...given) {
  return commands.executeCommand(`sessiond.review.${name}`, ...given);
}

/** A turn that makes these calls; it has ended, and this file is under review. */
async function turn(name, ...calls) {
  const states = await called(rooms, ...calls);
  assert.deepEqual(states.filter(({ status }) => status !== "completed").map(({ error }) => error), []);
  await until(() => file(name).fsPath in rooms.memory.get("sessiond.reviewed", {}));
}

/** Takes the offer of the message that says what has become of a file. */
function undoIn(isDone) {
  return until(async () => {
    if (isDone()) return true;
    await commands.executeCommand("notification.acceptPrimaryAction");
    return false;
  });
}

/** The first lines, from 0, of what waits for review in a file. */
async function hunks(name) {
  await workspace.openTextDocument(file(name));
  const lenses = await commands.executeCommand("vscode.executeCodeLensProvider", file(name));
  return lenses.filter(({ command }) => command?.command === "sessiond.review.acceptHunk").map(({ range }) => range.start.line);
}

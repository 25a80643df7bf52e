// Mocha in the extension host, see test_host.py: what the agent has changed, reviewed by commands, over several files and undone.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const vscode = require("vscode");

const { workspace, window, commands } = vscode;
const uri = (name) => vscode.Uri.joinPath(workspace.workspaceFolders[0].uri, name);
const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
const text = `${lines.join("\n")}\n`;
let rooms;

describe("the review", () => {
  before(async () => {
    rooms = await vscode.extensions.getExtension("sessiond.sessiond").activate();
  });

  beforeEach(async () => {
    await commands.executeCommand("sessiond.review.acceptAll");
    await commands.executeCommand("workbench.action.closeAllEditors");
    rooms.sessions.showNew();
  });

  it("has the same hunks for a file that was open and for one that is opened later", async () => {
    write("open.txt", text);
    write("closed.txt", text);
    await window.showTextDocument(uri("open.txt"));
    const changes = [["line 3\n", "three\n"], ["line 5\nline 6\n", ""], ["line 12\n", "twelve\n\nline 12\n"]];
    await turn(...["open.txt", "closed.txt"].flatMap((name) => [[read(name)], ...changes.map((change) => [edit(name, ...change)])]));

    assert.deepEqual([await hunks("open.txt"), await hunks("closed.txt")], [[2, 4, 9], [2, 4, 9]]);
  });

  it("rejects all in several files, undone file by file, and accepts all; unsaved text stays", async () => {
    write("a.txt", text);
    write("b.txt", text);
    const editor = await window.showTextDocument(uri("a.txt"));
    await editor.edit((change) => change.insert(new vscode.Position(10, 0), "mine, unsaved\n"));
    await turn([read("a.txt"), read("b.txt")], [edit("a.txt", "line 2\n", "two\n"), edit("b.txt", "line 2\n", "two\n")], [edit("a.txt", "line 18\n", "")]);
    const typed = text.replace("line 11\n", "mine, unsaved\nline 11\n");
    const changed = typed.replace("line 2\n", "two\n").replace("line 18\n", "");
    assert.deepEqual([editor.document.getText(), await hunks("a.txt")], [changed, [1, 18]]);

    await commands.executeCommand("sessiond.review.rejectAll", { ask: false });
    assert.deepEqual([editor.document.getText(), onDisk("b.txt"), await hunks("a.txt"), await hunks("b.txt")], [typed, text, [], []]);
    assert.deepEqual([editor.document.isDirty, onDisk("a.txt")], [true, text]);

    await window.showTextDocument(editor.document);
    await commands.executeCommand("undo");
    assert.deepEqual([editor.document.getText(), await hunks("a.txt")], [changed, [1, 18]]);
    await window.showTextDocument(uri("b.txt"));
    await commands.executeCommand("undo");
    assert.deepEqual(await hunks("b.txt"), [1]);

    await commands.executeCommand("sessiond.review.acceptAll");
    assert.deepEqual([editor.document.getText(), await hunks("a.txt"), await hunks("b.txt")], [changed, [], []]);
    assert.deepEqual([editor.document.isDirty, onDisk("a.txt")], [true, text]);
  });

  it("goes from hunk to hunk around all files, and takes the one at the cursor", async () => {
    write("one.txt", text);
    write("two.txt", text);
    await turn(
      [read("one.txt"), read("two.txt")],
      [edit("one.txt", "line 2\n", "two\n"), edit("two.txt", "line 7\n", "seven\n")],
      [edit("one.txt", "line 9\n", "nine\n")],
    );
    await window.showTextDocument(uri("one.txt"));
    const go = async (command) => {
      await commands.executeCommand(`sessiond.review.${command}`);
      const { document, selection } = window.activeTextEditor;
      return `${path.basename(document.fileName)}:${selection.active.line + 1}`;
    };

    const there = [await go("nextHunk"), await go("nextHunk"), await go("nextHunk"), await go("nextHunk")];
    assert.deepEqual(there, ["one.txt:2", "one.txt:9", "two.txt:7", "one.txt:2"]);
    assert.deepEqual([await go("previousHunk"), await go("previousHunk")], ["two.txt:7", "one.txt:9"]);
    await commands.executeCommand("sessiond.review.rejectHunk");
    assert.equal(window.activeTextEditor.document.getText(), text.replace("line 2\n", "two\n"));
    assert.deepEqual([await hunks("one.txt"), await hunks("two.txt")], [[1], [6]]);
  });

  it("rejects in a closed file what is the agent's, wherever others have moved it, and leaves what they have deleted", async () => {
    write("moved.txt", text);
    write("dropped.txt", text);
    await turn([read("moved.txt"), read("dropped.txt")], [edit("moved.txt", "line 2\n", "two\n"), edit("dropped.txt", "line 2\n", "two\n")]);
    write("moved.txt", `pulled\nlines\n${onDisk("moved.txt")}`);
    fs.rmSync(uri("dropped.txt").fsPath);

    await commands.executeCommand("sessiond.review.rejectAll", { ask: false });
    assert.deepEqual([onDisk("moved.txt"), fs.existsSync(uri("dropped.txt").fsPath)], [`pulled\nlines\n${text}`, false]);
  });

  it("deletes a made file and brings a deleted one back with its ends of lines, when they are rejected", async () => {
    const ended = text.replaceAll("\n", "\r\n");
    write("gone.txt", ended);
    await turn([read("gone.txt")], [edit("gone.txt", "line 2\n", "two\n")]);
    rooms.sessions.showNew();
    await turn([write_("made.txt", "new\n"), bash("rm gone.txt")]);
    assert.deepEqual(await hunks("made.txt"), [0]);

    await until(async () => {
      await commands.executeCommand("sessiond.review.rejectFile", uri("gone.txt"));
      return fs.existsSync(uri("gone.txt").fsPath);
    });
    await commands.executeCommand("sessiond.review.rejectFile", uri("made.txt"));
    assert.equal(onDisk("gone.txt"), ended);
    assert.equal(fs.existsSync(uri("made.txt").fsPath), false);
  });

  it("marks what a command and a task have changed, and shows it with the turn", async () => {
    write("shell.txt", text);
    await turn(
      [bash("sed -i 's/^line 4$/four/; s/^line 9$/nine/' shell.txt")],
      [{ name: "task", arguments: { description: "Write a file", prompt: "Write of_task.txt" } }],
      { expect: "Write of_task.txt", toolCalls: [write_("of_task.txt", "by a task\n")] },
    );

    await window.showTextDocument(uri("shell.txt"));
    await until(async () => (await hunks("of_task.txt")).length === 1);
    assert.deepEqual(await hunks("shell.txt"), [3, 8]);
    await commands.executeCommand("sessiond.review.openTurn");
    await until(() => window.tabGroups.activeTabGroup.activeTab?.label.startsWith("Changes of the turn"));
    const { textDiffs } = window.tabGroups.activeTabGroup.activeTab.input;
    assert.deepEqual(textDiffs?.map(({ modified }) => path.basename(modified.path)).sort(), ["of_task.txt", "shell.txt"]);
    await commands.executeCommand("sessiond.review.rejectFile", uri("shell.txt"));
    assert.equal(onDisk("shell.txt"), text);
  });

  it("asks for no review of what the user has taken back", async () => {
    write("back.txt", text);
    await window.showTextDocument(uri("back.txt"));
    await turn([read("back.txt")], [edit("back.txt", "line 2\n", "two\n")]);
    await commands.executeCommand("sessiond.review.acceptAll");
    const { id, transcript } = rooms.sessions.current;

    await rooms.engine.request("session/revert", { sessionId: id, messageId: transcript.messages[0].id, files: true });
    await until(() => transcript.reverted && window.activeTextEditor.document.getText() === text);
    await until(async () => (await hunks("back.txt")).length === 0);
  });
});

const read = (filePath) => ({ name: "read", arguments: { filePath } });
const edit = (filePath, oldString, newString) => ({ name: "edit", arguments: { filePath, oldString, newString } });
const write_ = (filePath, content) => ({ name: "write", arguments: { filePath, content } });
const bash = (command) => ({ name: "bash", arguments: { command, description: "Changes files" } });

function write(name, content) {
  fs.writeFileSync(uri(name).fsPath, content);
}

function onDisk(name) {
  return fs.readFileSync(uri(name).fsPath, "utf8");
}

/** A turn that makes these calls, a list a step; other steps are played as they are. It has ended, and all of it is marked. */
async function turn(...steps) {
  const play = steps.map((step) => (Array.isArray(step) ? { toolCalls: step } : step));
  const script = [...play.filter((step) => !step.expect), { text: "Done." }, ...play.filter((step) => step.expect)];
  fs.writeFileSync(path.join(os.homedir(), "steps.jsonl"), script.map((step) => `${JSON.stringify(step)}\n`).join(""));
  await rooms.actions.prompt({ text: "Go" });
  await until(() => {
    const transcript = rooms.sessions.current?.transcript;
    return transcript?.messages.length > 1 && transcript.session.turnId === null;
  });
  const calls = rooms.sessions.current.transcript.messages.flatMap(({ parts }) => parts).filter(({ type }) => type === "tool");
  assert.deepEqual(calls.filter(({ state }) => state.status !== "completed").map(({ state }) => state.error), []);
}

/** The first lines, from 0, of what waits for review in a file. */
async function hunks(name) {
  await workspace.openTextDocument(uri(name));
  const lenses = await commands.executeCommand("vscode.executeCodeLensProvider", uri(name));
  return lenses.filter(({ command }) => command?.command === "sessiond.review.acceptHunk").map(({ range }) => range.start.line);
}

async function until(holds) {
  const end = Date.now() + 15_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `not in 15 s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

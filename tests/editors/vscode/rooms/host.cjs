// Mocha in the extension host, see test_host.py: commands, the quick fix, the tree's commands, pages.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const folder = () => vscode.workspace.workspaceFolders[0].uri;
const file = (name) => vscode.Uri.joinPath(folder(), name);
let rooms;

describe("the extension", () => {
  before(async () => {
    rooms = await vscode.extensions.getExtension("sessiond.sessiond").activate();
    fs.writeFileSync(file("sum.py").fsPath, "def add(a, b):\n    return a + c\n\n\nprint(add(1, 2))\n");
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    rooms.sessions.showNew();
  });

  it("has registered every command that it contributes", async () => {
    const { contributes } = vscode.extensions.getExtension("sessiond.sessiond").packageJSON;
    const known = new Set(await vscode.commands.getCommands(true));

    assert.deepEqual(contributes.commands.map(({ command }) => command).filter((command) => !known.has(command)), []);
  });

  it("offers a quick fix on a problem, which prompts with the problem and its code", async () => {
    await vscode.window.showTextDocument(file("sum.py"));
    const problems = vscode.languages.createDiagnosticCollection("test");
    const place = new vscode.Range(1, 15, 1, 16);
    problems.set(file("sum.py"), [new vscode.Diagnostic(place, "“c” is not defined", vscode.DiagnosticSeverity.Error)]);

    const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", file("sum.py"), place);
    const action = actions.find(({ title }) => title === "Fix with sessiond");
    await vscode.commands.executeCommand(action.command.command, ...action.command.arguments);
    problems.dispose();

    const [code, text] = (await prompted()).map((part) => part.text);
    assert.equal(text, "Fix this problem:\nsum.py:2:16: error: “c” is not defined");
    assert.match(code, /^sum\.py:1-\d:\n```python\ndef add\(a, b\):/);
  });

  it("explains the selection, in the session of the panel", async () => {
    const editor = await vscode.window.showTextDocument(file("sum.py"));
    editor.selection = new vscode.Selection(4, 0, 4, 16);

    await vscode.commands.executeCommand("sessiond.explainSelection");

    assert.deepEqual((await prompted()).map((part) => part.text), [
      "sum.py:5:\n```python\nprint(add(1, 2))\n```",
      "Explain this code: what it does, and why it is written so.",
    ]);
  });

  it("adds files, selections and problems as chips", async () => {
    const inserted = recordInserts();
    const editor = await vscode.window.showTextDocument(file("sum.py"));
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    const problems = vscode.languages.createDiagnosticCollection("test");
    problems.set(file("sum.py"), [new vscode.Diagnostic(new vscode.Range(1, 0, 1, 1), "Odd", vscode.DiagnosticSeverity.Warning)]);

    await vscode.commands.executeCommand("sessiond.addFile", file("sum.py"), [file("sum.py"), file("picture.png")]);
    await vscode.commands.executeCommand("sessiond.addSelection");
    await vscode.commands.executeCommand("sessiond.addProblems");
    problems.dispose();

    assert.deepEqual(inserted().map(({ label, icon }) => [label, icon]), [
      ["sum.py", "file"],
      ["picture.png", "file-media"],
      ["sum.py:1-2", "selection"],
      ["1 problem", "issues"],
    ]);
  });

  it("adds what git says has changed", async () => {
    const git = (...given) => require("node:child_process").execFileSync("git", ["-C", folder().fsPath, "-c", "user.name=a", "-c", "user.email=a@b", ...given]);
    git("init", "--quiet");
    git("add", "sum.py");
    git("commit", "--quiet", "-m", "begin");
    fs.appendFileSync(file("sum.py").fsPath, "# changed\n");
    const inserted = recordInserts();

    await vscode.commands.executeCommand("sessiond.addDiff");

    const [chip] = inserted();
    assert.equal(chip.label, "git diff (1 file)");
    assert.match(chip.parts[0].text, /^What has changed since the last commit:\n```diff\n[^]*\+# changed/);
  });

  it("forks, archives and unarchives a session of the tree", async () => {
    const session = await rooms.engine.request("session/create", { directory: folder().fsPath, title: "Of the tree" });
    const archived = async () => (await rooms.engine.request("session/get", { sessionId: session.id })).archived;

    await vscode.commands.executeCommand("sessiond.sessions.archive", { session });
    const once = await archived();
    await vscode.commands.executeCommand("sessiond.sessions.unarchive", { session });
    await vscode.commands.executeCommand("sessiond.sessions.fork", { session });

    assert.deepEqual([once, await archived()], [true, false]);
    assert.equal(rooms.sessions.current.transcript.session.origin.sessionId, session.id);
  });

  it("shows what a session has cost as a page", async () => {
    await rooms.actions.prompt({ text: "Say something" });
    await ended();

    await vscode.commands.executeCommand("sessiond.showUsage");

    await until(() => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label.includes("Tokens and Cost")));
  });
});

/** The chips that the prompt box would have got. */
function recordInserts() {
  const chips = [];
  const { insert } = rooms.panel;
  rooms.panel.insert = async (_, given) => void chips.push(...given);
  return () => {
    rooms.panel.insert = insert;
    return chips;
  };
}

/** The parts of the prompt that began the session in the panel. */
async function prompted() {
  await ended();
  return rooms.sessions.current.transcript.messages[0].parts;
}

async function ended() {
  await until(() => {
    const transcript = rooms.sessions.current?.transcript;
    return transcript?.messages.length > 1 && transcript.session.turnId === null;
  });
}

async function until(holds) {
  const end = Date.now() + 15_000;
  while (!holds()) {
    assert.ok(Date.now() < end, `not in 15 s: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

// Mocha in the extension host, see test_editor.py: what the engine is answered when it asks what is looked at, and what is wrong.
const assert = require("node:assert/strict");
const path = require("node:path");
const vscode = require("vscode");
const support = require(path.join(__dirname, "../../../support/vscode/in_host.cjs"));

const { ask, called, file, until, write } = support;
const { Error: error, Warning: warning, Hint: hint } = vscode.DiagnosticSeverity;
let rooms;
let problems;

describe("asked by the engine", () => {
  before(async () => {
    rooms = await support.rooms();
    await rooms.engine.start();
  });

  beforeEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    problems = vscode.languages.createDiagnosticCollection("test");
  });

  afterEach(() => problems.dispose());

  it("what is looked at: nothing", async () => {
    assert.deepEqual(await ask("editor/context"), { selection: null, visible: [], open: [] });
  });

  it("what is looked at: the selection, what can be seen, and every tab, the one in front first", async () => {
    for (const name of ["one.py", "two.py", "three 😀.py"]) write(name, "first 😀\nsecond\n");
    await show("one.py");
    await show("two.py");
    const editor = await show("three 😀.py", { viewColumn: vscode.ViewColumn.Two });
    editor.selection = new vscode.Selection(1, 3, 0, 6);
    await vscode.commands.executeCommand("vscode.diff", file("one.py").with({ scheme: "untitled", path: "/was.py" }), file("one.py"));
    await vscode.window.showTextDocument(file("three 😀.py"), { viewColumn: vscode.ViewColumn.Two });

    assert.deepEqual(await ask("editor/context"), {
      selection: {
        uri: String(file("three 😀.py")),
        range: { start: { line: 0, character: 6 }, end: { line: 1, character: 3 } },
        text: "😀\nsec",
      },
      visible: ["two.py", "three 😀.py"].map((name) => String(file(name))),
      open: ["three 😀.py", "one.py", "two.py"].map((name) => String(file(name))),
    });
  });

  it("what is looked at: no files of elsewhere", async () => {
    const document = await vscode.workspace.openTextDocument({ content: "untitled" });
    await vscode.window.showTextDocument(document);

    assert.deepEqual(await ask("editor/context"), { selection: null, visible: [], open: [] });
  });

  it("what is wrong in a file, and in all of them", async () => {
    write("wrong.py", "a = b\n");
    problems.set(file("wrong.py"), [diagnostic("“b” is not defined", error, 0, 4, 5), diagnostic("old", hint, 0, 0, 1)]);
    problems.set(file("other.py"), [diagnostic("unused", warning, 3, 0, 1)]);
    const wrong = {
      uri: String(file("wrong.py")),
      diagnostics: [
        { range: rangeOf(0, 4, 5), message: "“b” is not defined", severity: 1, source: "linter" },
        { range: rangeOf(0, 0, 1), message: "old", severity: 4, source: "linter" },
      ],
    };
    const other = { uri: String(file("other.py")), diagnostics: [{ range: rangeOf(3, 0, 1), message: "unused", severity: 2, source: "linter" }] };

    assert.deepEqual(await ask("editor/diagnostics", { uri: String(file("wrong.py")) }), { files: [wrong] });
    assert.deepEqual(await ask("editor/diagnostics"), { files: [wrong, other] });
    assert.deepEqual(await ask("editor/diagnostics", { uri: String(file("right.py")) }), { files: [] });
  });

  it("what is wrong after an edit: once the language server has seen it, in all its steps", async () => {
    const editor = await show(write("served.py", "a = b\n"));
    const checking = checks(editor.document, 300, 80);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 5), "c"));
    const { version } = editor.document;
    const answer = await ask("editor/diagnostics", { uri: String(file("served.py")), version });
    checking.dispose();

    assert.deepEqual(answer.files[0].diagnostics.map(({ message }) => message), ["syntax of a = bc", "meaning of a = bc"]);
  });

  it("what is wrong after an edit of a file that no language server looks at: at once", async () => {
    const editor = await show(write("notes.txt", "one\n"));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "no "));
    const begun = Date.now();
    await ask("editor/diagnostics", { uri: String(file("notes.txt")), version: editor.document.version });

    assert.ok(Date.now() - begun < 2_000);
  });

  it("what is wrong: it goes with the result of the agent's edit", async () => {
    const editor = await show(write("edited.py", "a = 1\n"));
    const checking = checks(editor.document, 200, 10);
    const [, edited] = await called(rooms, ["read", { filePath: "edited.py" }], [
      "edit",
      { filePath: "edited.py", oldString: "a = 1", newString: "a = b" },
    ]);
    checking.dispose();

    assert.match(edited.output, /meaning of a = b/);
  });
});

async function show(name, options) {
  const uri = typeof name === "string" ? file(name) : name;
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false, ...options });
}

function rangeOf(line, start, end) {
  return { start: { line, character: start }, end: { line, character: end } };
}

function diagnostic(message, severity, line, start, end) {
  const found = new vscode.Diagnostic(new vscode.Range(line, start, line, end), message, severity);
  found.source = "linter";
  return found;
}

/** A language server that speaks of syntax after so many milliseconds, and of meaning after so many more. */
function checks(document, syntaxAfter, meaningAfter) {
  const say = (kinds) => problems.set(document.uri, kinds.map((kind) => diagnostic(`${kind} of ${document.lineAt(0).text}`, error, 0, 0, 1)));
  say(["meaning"]);
  return vscode.workspace.onDidChangeTextDocument((change) => {
    if (change.document !== document || !change.contentChanges.length) return;
    setTimeout(() => say(["syntax"]), syntaxAfter);
    setTimeout(() => say(["syntax", "meaning"]), syntaxAfter + meaningAfter);
  });
}

// Mocha in the extension host, see test_editor.py: what is open here is what the engine's tools see, whatever is done to it.
const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");
const support = require(process.env.IN_HOST ?? path.join(__dirname, "../../../support/vscode/in_host.cjs"));

const { ask, called, file, until, write } = support;
const pieces = ["a", "word ", "\n", "\t", "😀", "👩‍👩‍👧", "e\u0301", "\u2028", "\u0085", "\u000c", "𝒳y", "ü", "", "one\ntwo\n", "x\r\ny", "\r"];
let rooms;

describe("open documents", () => {
  before(async () => {
    rooms = await support.rooms();
    await rooms.engine.start();
  });

  beforeEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  for (const [kind, text] of Object.entries({
    "with LF": "first\nsecond line\n\nlast without an end",
    "with CRLF": "first\r\nsecond line\r\n\r\nlast\r\n",
    "with mixed ends and a BOM": "\ufefffirst\r\nsecond\nthird\rfourth\n",
    "with pairs of surrogates": "😀 first 👍🏽\n𝒜𝒷𝒸\n日本語 😀😀\n",
    "with ends of lines of Unicode": "one\u2028two\u0085three\u000cfour\nfive\u000bsix\n",
  })) {
    it(`${kind} are the engine's after many edits, undone ones too`, async () => {
      const random = randomFrom(kind.length * 7_919);
      const name = `edited ${kind}.txt`;
      const editor = await shown(write(name, text));
      for (let round = 0; round < 3; round += 1) {
        for (let count = 0; count < 12; count += 1) await editAtRandom(editor, random);
        await isTheEngines(editor.document, name);
      }
    });
  }

  it("are told by their changes, not whole", async () => {
    const uri = write("long.txt", "a line of text\n".repeat(2_000));
    const editor = await shown(uri);
    await ask("heard");
    editor.selections = [10, 20, 30].map((line) => new vscode.Selection(line, 2, line, 2));
    await vscode.commands.executeCommand("type", { text: "é" });

    const [change, ...others] = await until(async () => (await notified("textDocument/didChange", uri)).slice(0));

    assert.deepEqual(others, []);
    assert.deepEqual(change.contentChanges.map(({ range, text }) => [range.start.line, range.start.character, text]), [
      [30, 2, "é"],
      [20, 2, "é"],
      [10, 2, "é"],
    ]);
  });

  it("that are closed unsaved are what the disk has", async () => {
    const editor = await shown(write("thrown away.txt", "as saved\n"));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "never saved "));
    const before = await read("thrown away.txt");
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    const after = await read("thrown away.txt");

    assert.match(before.output, /never saved as saved\n\(this is the unsaved text/);
    assert.equal(after.output.trim(), "1\tas saved");
  });

  it("that are renamed with unsaved changes are known by their new name", async () => {
    const editor = await shown(write("old name.txt", "text\n"));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "unsaved "));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(file("old name.txt"), file("new näme #1.txt"));
    await vscode.workspace.applyEdit(edit);
    const isOpen = (name) => vscode.workspace.textDocuments.some(({ uri }) => String(uri) === String(file(name)));
    await until(() => isOpen("new näme #1.txt") && !isOpen("old name.txt"));
    const renamed = await read("new näme #1.txt");
    const gone = await read("old name.txt");

    assert.match(renamed.output, /1\tunsaved text/);
    assert.equal(gone.status, "failed");
  });

  it("stay the engine's after their language is another one, and after a restart of the engine", async () => {
    const editor = await shown(write("speech.txt", "text\n"));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "one "));
    const document = await vscode.languages.setTextDocumentLanguage(editor.document, "python");
    await vscode.window.activeTextEditor.edit((edit) => edit.insert(new vscode.Position(0, 0), "two "));
    await isTheEngines(document, "speech.txt");
    await rooms.engine.restart();
    await vscode.window.activeTextEditor.edit((edit) => edit.insert(new vscode.Position(0, 0), "three "));

    await isTheEngines(document, "speech.txt");
  });

  it("are edited by the engine in place, with their ends of lines", async () => {
    const editor = await shown(write("windows.txt", "one 😀 two\r\nthree\r\nfour\r\n"));
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "unsaved "));
    const [, edited] = await called(rooms, ["read", { filePath: "windows.txt" }], [
      "edit",
      { filePath: "windows.txt", oldString: "two\nunsaved three", newString: "2️⃣\nunsaved\n3" },
    ]);

    assert.equal(edited.status, "completed", edited.error);
    assert.equal(editor.document.getText(), "one 😀 2️⃣\r\nunsaved\r\n3\r\nfour\r\n");
    await isTheEngines(editor.document, "windows.txt");
  });

  it("that are huge or no text are read from the disk", async () => {
    const editor = await shown(write("grows.txt", "small\n"));
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), `${"x".repeat(99)}\n`.repeat(41_000)));
    const huge = await read("grows.txt");
    await editor.edit((edit) => edit.delete(new vscode.Range(1, 0, 41_001, 0)));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "again "));

    assert.equal(huge.output.trim(), "1\tsmall");
    await isTheEngines(editor.document, "grows.txt");
  });
});

async function shown(uri) {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}

async function read(name) {
  const [state] = await called(rooms, ["read", { filePath: name }]);
  return { ...state, output: state.output ?? "" };
}

/** Compared by the hash by which the engine names a text. */
async function isTheEngines(document, name) {
  const { metadata, error } = await read(name);
  const text = document.getText().replaceAll("\r\n", "\n");
  const version = createHash("sha256").update(text.replaceAll("\r", "\n")).digest("hex").slice(0, 32);
  assert.equal(metadata?.files?.[0]?.version, version, `${error ?? "another text"}: ${JSON.stringify(text)}`);
}

async function notified(method, uri) {
  return (await ask("heard")).filter((each) => each.method === method && each.params.textDocument.uri === uri.toString()).map(({ params }) => params);
}

/** As people edit: in several places at once, typed with several cursors, undone, and with other ends of lines. */
async function editAtRandom(editor, random) {
  const { document } = editor;
  const place = () => {
    const line = document.lineAt(random(document.lineCount));
    return document.validatePosition(new vscode.Position(line.lineNumber, random(line.text.length + 1)));
  };
  switch (random(8)) {
    case 0:
      return vscode.commands.executeCommand("undo");
    case 1:
      return vscode.commands.executeCommand("redo");
    case 2:
      return editor.edit((edit) => edit.setEndOfLine(random(2) ? vscode.EndOfLine.CRLF : vscode.EndOfLine.LF));
    case 3:
    case 4: {
      editor.selections = Array.from({ length: 1 + random(4) }, () => new vscode.Selection(place(), place()));
      return vscode.commands.executeCommand(random(3) ? "type" : "paste", { text: pieces[random(pieces.length)] });
    }
    case 5:
      editor.selections = Array.from({ length: 1 + random(3) }, () => new vscode.Selection(place(), place()));
      return vscode.commands.executeCommand(random(2) ? "deleteLeft" : "editor.action.moveLinesDownAction");
    default: {
      const points = Array.from({ length: 2 * (1 + random(3)) }, place).sort((one, other) => one.compareTo(other));
      return editor.edit((edit) => {
        for (let index = 0; index < points.length; index += 2)
          edit.replace(new vscode.Range(points[index], points[index + 1]), pieces[random(pieces.length)]);
      });
    }
  }
}

/** The same numbers for the same seed. */
function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

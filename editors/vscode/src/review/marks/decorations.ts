/** What one sees of a hunk in its file: the agent's lines, and what it has taken away as a ghost behind the line, whole on hover. */
import * as vscode from "vscode";
import type { Hunk } from "../hunks/lines.ts";
import type { Files } from "./files.ts";

const longest = 100;
const color = (name: string): vscode.ThemeColor => new vscode.ThemeColor(name);

export class Decorations {
  readonly #files: Files;
  readonly #added = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: color("diffEditor.insertedLineBackground"),
    borderStyle: "solid",
    borderWidth: "0 0 0 3px",
    borderColor: color("editorGutter.addedBackground"),
    overviewRulerColor: color("editorOverviewRuler.addedForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
  });
  readonly #removed = vscode.window.createTextEditorDecorationType({
    overviewRulerColor: color("editorOverviewRuler.deletedForeground"),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    after: { margin: "0 0 0 2em", color: color("editorCodeLens.foreground"), fontStyle: "italic" },
  });
  /** Where nothing stands in place of what was taken away. */
  readonly #gap = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderStyle: "solid",
    borderWidth: "2px 0 0 0",
    borderColor: color("editorGutter.deletedBackground"),
  });
  readonly #listening: vscode.Disposable;

  constructor(files: Files) {
    this.#files = files;
    this.#listening = vscode.Disposable.from(
      files.onDidChange((path) => this.#draw(path)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#draw()),
      vscode.window.tabGroups.onDidChangeTabs(() => this.#draw()),
    );
    this.#draw();
  }

  dispose(): void {
    this.#listening.dispose();
    for (const type of [this.#added, this.#removed, this.#gap]) type.dispose();
  }

  #draw(path?: string): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { uri } = editor.document;
      if (uri.scheme === "file" && (path ?? uri.fsPath) === uri.fsPath) this.#drawIn(editor);
    }
  }

  #drawIn(editor: vscode.TextEditor): void {
    const hunks = (isDiff(editor) ? undefined : this.#files.get(editor.document.uri.fsPath)?.hunks) ?? [];
    const last = editor.document.lineCount - 1;
    const at = (line: number): vscode.Range => editor.document.lineAt(Math.min(line, last)).range;
    editor.setDecorations(
      this.#added,
      hunks.filter(({ length }) => length > 0).map(({ start, length }) => at(start).union(at(start + length - 1))),
    );
    editor.setDecorations(
      this.#removed,
      hunks.filter(({ removed }) => removed.length).map((hunk) => ({ range: at(hunk.start), ...ghost(hunk, editor) })),
    );
    editor.setDecorations(
      this.#gap,
      hunks.filter(({ length }) => length === 0).map(({ start }) => at(start)),
    );
  }
}

/** One side of a diff shows already what has changed. */
function isDiff({ document, viewColumn }: vscode.TextEditor): boolean {
  const group = vscode.window.tabGroups.all.find((each) => each.viewColumn === viewColumn);
  const input = group?.activeTab?.input;
  return !(input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString());
}

function ghost({ removed }: Hunk, editor: vscode.TextEditor): Partial<vscode.DecorationOptions> {
  const [first = ""] = removed.map((line) => line.trim()).filter(Boolean);
  const more = removed.length > 1 ? ` (and ${removed.length - 1} more)` : "";
  const cut = first.length > longest ? `${first.slice(0, longest)}…` : first;
  const hover = new vscode.MarkdownString("Removed:\n").appendCodeblock(
    removed.join("\n").slice(0, 20_000),
    editor.document.languageId,
  );
  return { hoverMessage: hover, renderOptions: { after: { contentText: `− ${cut || "an empty line"}${more}` } } };
}

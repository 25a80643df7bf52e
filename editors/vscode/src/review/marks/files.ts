/**
 * The files that have something to review, each with its lines as they are now; marks, lenses and commands draw from here.
 *
 * An open document is followed change by change. What is not open is looked at when the agent has written it.
 */
import { readFile, stat } from "node:fs/promises";
import { sep } from "node:path";
import * as vscode from "vscode";
import { beforeDiffs, isGone, isNew } from "../../diffs/unified.ts";
import { linesOf } from "../hunks/changes.ts";
import { certain, type Followed, made, seen, told } from "../hunks/followed.ts";
import { type Form, formOf, formOfNamed } from "../hunks/form.ts";
import { changedByAgent, changedByUser, type Hunk, hunksOf, type Lines, reviewed, textsOf } from "../hunks/lines.ts";
import { UntoldEdits } from "../hunks/untold_edits.ts";
import { History } from "./history.ts";

/** Bytes, or characters; what is larger is not marked. */
export const largest = 1_000_000;

/** What was there before the agent. */
export interface Origin {
  /** Whether the agent has made the file; else there was one before, be it empty. */
  readonly made: boolean;
  /** A deleted file comes back with it. Undefined where it was gone before anybody looked, and no content of one form. */
  readonly form: Form | undefined;
}

const plain: Origin = { made: false, form: undefined };

export interface FileInReview extends Followed, Origin {
  readonly hunks: readonly Hunk[];
}

export interface Expectation {
  /** It was made, or refused. */
  over(applied: boolean): void;
}

export class Files {
  readonly #files = new Map<string, FileInReview>();
  readonly #history = new History();
  /** What is about to become of a document by our own hand. */
  readonly #expected = new Map<string, Lines>();
  readonly #untold = new UntoldEdits();
  readonly #changes = new vscode.EventEmitter<string>();
  readonly onDidChange = this.#changes.event;
  readonly #listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument((change) => this.#follow(change)),
    vscode.workspace.onDidOpenTextDocument((document) => void this.catchUp(document.uri.fsPath)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)),
    this.#changes,
  );

  /** Paths with hunks, in their order. */
  get paths(): string[] {
    return [...this.#files].flatMap(([path, { hunks }]) => (hunks.length ? [path] : [])).sort();
  }

  /** Of those that have hunks. */
  get(path: string): FileInReview | undefined {
    const file = this.#files.get(path);
    return file?.hunks.length ? file : undefined;
  }

  set(path: string, lines: Lines, origin?: Origin): void {
    this.#take(path, certain(lines), origin);
  }

  /** The agent's edit of an open document, just before it is made; `over` once it was made or refused. */
  expectAgent(document: vscode.TextDocument, text: string): Expectation {
    if (!isMarking() || text.length > largest) return { over: () => undefined };
    const path = document.uri.fsPath;
    const now = this.#files.get(path)?.lines ?? reviewed(document.getText());
    this.set(path, now, this.#files.get(path) ?? { made: false, form: formOf(document.getText()) });
    const edit = { before: now, text };
    this.#untold.add(path, edit);
    const expected = this.expect(path, changedByAgent(now, text));
    return {
      over: (applied) => {
        expected.over(applied);
        if (!applied) this.#untold.refuse(path, edit);
      },
    };
  }

  /** Whatever makes the document of a known file say this is not the user. */
  expect(path: string, lines: Lines): Expectation {
    this.#expected.set(path, lines);
    return { over: () => void (this.#expected.get(path) === lines && this.#expected.delete(path)) };
  }

  /** The agent has changed a file by this diff, in its document or on disk. `name` is that of the content before. */
  async agentWrote(path: string, diff: string, name: string | undefined): Promise<void> {
    // Its text may be taken from the document already.
    if (this.#untold.tell(path, diff)) return;
    const now = await this.#textOf(path);
    if (now === undefined) return;
    const form = await formNow(path);
    const file = this.#files.get(path);
    const before = isGone(diff) ? beforeDiffs(now, [diff]) : undefined;
    const origin = withForm(file ?? { made: isNew(diff), form }, before, name);
    this.#take(path, told(file, diff, now), origin);
  }

  /** What the agent has made of a file in a way that no diff tells. `name` is that of the content before. */
  async agentMade(
    path: string,
    before: (now: string) => string | undefined,
    { isMade, name }: { isMade: boolean; name: string | null | undefined },
  ): Promise<void> {
    const now = await this.#textOf(path);
    const text = now === undefined ? undefined : before(now);
    if (now === undefined || text === undefined || text === now) return;
    const form = await formNow(path);
    const file = this.#files.get(path);
    const origin = withForm(file ?? { made: isMade, form }, text, name);
    this.#take(path, certain(made(file?.lines, text, now)), origin);
  }

  /** The agent has changed it on the user's wish, who need not look at that once more: something was taken back, or brought again. */
  async wasWished(path: string): Promise<void> {
    const edit = openDocument(path) && this.#untold.take(path);
    if (edit && sameTexts(linesOf(edit.text), textsOf(this.#files.get(path)?.lines ?? [])))
      this.set(path, changedByUser(edit.before, edit.text));
    await this.catchUp(path);
  }

  /** Takes what has become of a file while nobody was looking as the user's. */
  async catchUp(path: string): Promise<void> {
    const known = this.#files.get(path);
    if (!known || this.#expected.has(path)) return;
    const text = await textNow(path);
    const file = this.#files.get(path);
    if (file?.lines !== known.lines) return;
    const deleted = file.diffs.some(isGone);
    if (text === undefined && !deleted && textsOf(file.lines).some(Boolean)) return this.forget(path);
    const now = seen(file, text ?? "");
    // When it is opened again, the workbench undoes what was done to it before.
    if (!now.diffs.length && hunksOf(now.lines).length === 0 && !openDocument(path)) return this.#leave(path);
    this.#become(path, now);
  }

  /** A file, or all of a folder, is about to be elsewhere, and is closed first; gives what to call when it is there. */
  takeAlong(from: string): (to: string) => void {
    const moved = [...this.#files].filter(([path]) => path === from || path.startsWith(from + sep));
    return (to) => {
      for (const [path, file] of moved) {
        this.forget(path);
        const there = to + path.slice(from.length);
        this.#become(there, file, file);
        // Whoever renames it may have changed what it says of its place.
        void this.catchUp(there);
      }
    };
  }

  forget(path: string): void {
    this.#history.forget(path);
    this.#leave(path);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    const { scheme, fsPath } = document.uri;
    if (scheme !== "file" || contentChanges.length === 0) return;
    const file = this.#files.get(fsPath);
    const before = reason === undefined ? undefined : this.#history.find(fsPath, document.getText());
    if (file) this.#changed(document, file, before);
    else if (before && hunksOf(before).length) this.set(fsPath, before);
  }

  /** `before`: what an undo or a redo has come to. */
  #changed(document: vscode.TextDocument, file: FileInReview, before: Lines | undefined): void {
    const path = document.uri.fsPath;
    const text = document.getText();
    const expected = this.#expected.get(path);
    if (expected && sameTexts(textsOf(expected), linesOf(text))) {
      this.#expected.delete(path);
      return this.set(path, expected);
    }
    // What is not on disk yet is typed; else it may have been read from there again.
    const typed = document.isDirty ? certain(changedByUser(file.lines, text)) : undefined;
    this.#become(path, before ? certain(before) : (typed ?? seen(file, text)));
  }

  #close({ scheme, fsPath }: vscode.Uri): void {
    if (scheme !== "file") return;
    this.#untold.forget(fsPath);
    void this.catchUp(fsPath);
  }

  /** Empty for no file. One that has become too large is forgotten. */
  async #textOf(path: string): Promise<string | undefined> {
    const text = await textNow(path);
    if (text !== undefined || !(await isThere(path))) return text ?? "";
    this.forget(path);
    return undefined;
  }

  #leave(path: string): void {
    if (this.#files.delete(path)) this.#changes.fire(path);
  }

  #take(path: string, file: Followed, origin?: Origin): void {
    this.#history.add(path, file.lines);
    this.#become(path, file, origin);
  }

  #become(path: string, { lines, base, diffs }: Followed, origin: Origin = this.#files.get(path) ?? plain): void {
    const { made, form } = origin;
    this.#files.set(path, { lines, base, diffs, hunks: hunksOf(lines), made, form });
    this.#changes.fire(path);
  }
}

/** With the form for certain, where a text without it and the name of the content that it was are told. */
function withForm(origin: Origin, text: string | undefined, name: string | null | undefined): Origin {
  const named = text !== undefined && name ? formOfNamed(text, name) : undefined;
  return { made: origin.made, form: named ?? origin.form };
}

/** Whether the user wants changes to be marked. */
export function isMarking(): boolean {
  return vscode.workspace.getConfiguration("sessiond").get("review.enabled", true);
}

export function openDocument(path: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(
    ({ uri, isClosed }) => !isClosed && uri.scheme === "file" && uri.fsPath === path,
  );
}

async function formNow(path: string): Promise<Form | undefined> {
  return formOf(openDocument(path)?.getText() ?? (await textOnDisk(path)) ?? "");
}

/** As an editor has it, or would have it, without a byte order mark; undefined for no file, and for one that is too large. */
export async function textNow(path: string): Promise<string | undefined> {
  const onDisk = openDocument(path) ? undefined : await textOnDisk(path);
  // It may have been opened meanwhile, and hold what is not on disk.
  const text = openDocument(path)?.getText() ?? onDisk?.replace(/^\ufeff/, "");
  return text !== undefined && text.length > largest ? undefined : text;
}

export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Undefined for no file, and for one that is too large. */
export async function textOnDisk(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).size > largest ? undefined : await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

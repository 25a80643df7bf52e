/**
 * The files that have something to review, each with its lines as they are now; marks, lenses and commands draw from here.
 *
 * An open document is followed change by change. What is not open is looked at when the agent has written it.
 */
import { readFile, stat } from "node:fs/promises";
import * as vscode from "vscode";
import { linesOf } from "../hunks/changes.ts";
import { beforeDiffs, isNew } from "../hunks/diffs.ts";
import { changedByAgent, changedByUser, type Hunk, hunksOf, type Lines, reviewed, textsOf } from "../hunks/lines.ts";
import { History } from "./history.ts";

/** Bytes, or characters; what is larger is not marked. */
export const largest = 1_000_000;

export interface FileInReview {
  readonly lines: Lines;
  readonly hunks: readonly Hunk[];
  /** Diffs that the file on disk did not fit, since a later one was there already. */
  readonly waiting: readonly string[];
  /** Whether the agent has made it; else there was a file before, be it empty. */
  readonly made: boolean;
}

export interface Expectation {
  over(): void;
}

export class Files {
  readonly #files = new Map<string, FileInReview>();
  readonly #history = new History();
  /** What is about to become of a document by our own hand. */
  readonly #expected = new Map<string, Lines>();
  readonly #changes = new vscode.EventEmitter<string>();
  readonly onDidChange = this.#changes.event;
  readonly #listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument((change) => this.#follow(change)),
    vscode.workspace.onDidOpenTextDocument((document) => void this.catchUp(document.uri.fsPath)),
    vscode.workspace.onDidCloseTextDocument((document) => void this.catchUp(document.uri.fsPath)),
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

  set(path: string, lines: Lines): void {
    this.#history.add(path, lines);
    this.#become(path, lines);
  }

  /** The agent's edit of an open document, just before it is made; `over` once it was made or refused. */
  expectAgent(document: vscode.TextDocument, text: string): Expectation {
    if (!isMarking() || text.length > largest) return { over: () => undefined };
    const path = document.uri.fsPath;
    const now = this.#files.get(path)?.lines ?? reviewed(document.getText());
    this.set(path, now);
    return this.expect(path, changedByAgent(now, text));
  }

  /** Whatever makes the document of a known file say this is not the user. */
  expect(path: string, lines: Lines): Expectation {
    this.#expected.set(path, lines);
    return { over: () => void (this.#expected.get(path) === lines && this.#expected.delete(path)) };
  }

  /** The agent has changed a file by this diff. An open document has it already: it was edited there. */
  async agentWrote(path: string, diff: string): Promise<void> {
    if (openDocument(path)) return;
    const now = (await textOnDisk(path)) ?? "";
    const { lines, waiting = [], made = isNew(diff) } = this.#files.get(path) ?? {};
    const diffs = [...waiting, diff];
    const before = beforeDiffs(now, diffs);
    if (before === undefined) return this.#become(path, lines ?? reviewed(now), { waiting: diffs, made });
    const after = changedByAgent(changedByUser(lines ?? reviewed(before), before), now);
    this.#history.add(path, after);
    this.#become(path, after, { waiting: [], made });
  }

  /** Takes what has become of a file while nobody was looking as the user's. */
  async catchUp(path: string): Promise<void> {
    const known = this.#files.get(path);
    if (!known || this.#expected.has(path)) return;
    const text = openDocument(path)?.getText() ?? (await textOnDisk(path));
    const file = this.#files.get(path);
    if (file?.lines !== known.lines) return;
    const gone = text === undefined && textsOf(file.lines).some(Boolean);
    const lines = changedByUser(file.lines, text ?? "");
    if (gone || (hunksOf(lines).length === 0 && !openDocument(path))) return this.forget(path);
    this.#become(path, lines);
  }

  forget(path: string): void {
    this.#history.forget(path);
    if (this.#files.delete(path)) this.#changes.fire(path);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #follow({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    const path = document.uri.fsPath;
    const file = this.#files.get(path);
    if (!file || document.uri.scheme !== "file" || contentChanges.length === 0) return;
    const text = document.getText();
    const expected = this.#expected.get(path);
    if (expected && sameTexts(textsOf(expected), linesOf(text))) {
      this.#expected.delete(path);
      return this.set(path, expected);
    }
    const before = reason === undefined ? undefined : this.#history.find(path, text);
    this.#become(path, before ?? changedByUser(file.lines, text));
  }

  #become(path: string, lines: Lines, known?: Pick<FileInReview, "waiting" | "made">): void {
    const { waiting, made } = known ?? { waiting: [], made: this.#files.get(path)?.made ?? false };
    this.#files.set(path, { lines, hunks: hunksOf(lines), waiting, made });
    this.#changes.fire(path);
  }
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

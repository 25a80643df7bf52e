/**
 * What this window remembers of its workspace: a file a key, on disk as soon as it is said. Built by extension.ts for all rooms.
 *
 * The workbench's own memory is written when there is time for it; a window that is loaded again before loses it (decision 0198).
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExtensionContext, LogOutputChannel, workspace } from "vscode";
import type { Memory } from "./contract.ts";

/** A window without a folder is no workspace that could be found again on disk: the workbench knows which one it is. */
export function openMemory(context: ExtensionContext, opened: typeof workspace, log: LogOutputChannel): Memory {
  const places = opened.workspaceFile ? [opened.workspaceFile] : (opened.workspaceFolders ?? []).map(({ uri }) => uri);
  if (places.length === 0) return context.workspaceState;
  const name = createHash("sha256").update(places.join("\n")).digest("hex").slice(0, 32);
  return new MemoryOnDisk(join(context.globalStorageUri.fsPath, "workspaces", name), (what) => log.warn(what));
}

/** Values are JSON. What cannot be read is as if it had never been said; what cannot be written is known until the window closes. */
export class MemoryOnDisk implements Memory {
  readonly #folder: string;
  readonly #warn: (what: string) => void;
  readonly #known = new Map<string, unknown>();
  readonly #unwritten = new Set<string>();
  #writing = Promise.resolve();

  constructor(folder: string, warn: (what: string) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  get<T>(key: string, otherwise: T): T {
    if (!this.#known.has(key)) this.#known.set(key, this.#read(key));
    return (this.#known.get(key) as T | undefined) ?? otherwise;
  }

  /** Resolves when it is on disk, it or what was said of the same key since. */
  update(key: string, value: unknown): Promise<void> {
    this.#known.set(key, value);
    this.#unwritten.add(key);
    this.#writing = this.#writing.then(() => this.#write(key));
    return this.#writing;
  }

  #read(key: string): unknown {
    try {
      return JSON.parse(readFileSync(this.#file(key), "utf8"));
    } catch (error) {
      if (!isMissing(error)) this.#warn(`What this window remembers as ${key} cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  async #write(key: string): Promise<void> {
    if (!this.#unwritten.delete(key)) return;
    const file = this.#file(key);
    const value = this.#known.get(key);
    try {
      if (value === undefined) return await rm(file, { force: true });
      await mkdir(this.#folder, { recursive: true });
      // Whoever reads it meanwhile, or after this process was killed, finds one of the two whole.
      const next = `${file}.${process.pid}`;
      await writeFile(next, JSON.stringify(value), { mode: 0o600 });
      await rename(next, file);
    } catch (error) {
      this.#warn(`What this window remembers as ${key} cannot be written: ${String(error)}`);
    }
  }

  #file(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Diffs of what is asked for: each is closed when its request is answered or withdrawn, for then it is not true any more. */
import type * as vscode from "vscode";
import type { Conversation, Sessions } from "../../contract.ts";
import { closeDiffWith } from "./diff_tabs.ts";

interface Asked {
  readonly conversation: Conversation;
  readonly requestId: string;
  readonly rightSide: vscode.Uri;
  readonly resets: vscode.Disposable;
}

export class AskedDiffs {
  readonly #open = new Set<Asked>();
  readonly #listening: vscode.Disposable;

  constructor(sessions: Sessions) {
    this.#listening = sessions.onDidFold(() => this.#closeAnswered());
  }

  /** It may have been answered while the diff was being opened. */
  add(conversation: Conversation, requestId: string, rightSide: vscode.Uri): void {
    const resets = conversation.onDidReset(() => this.#closeAnswered());
    this.#open.add({ conversation, requestId, rightSide, resets });
    this.#closeAnswered();
  }

  dispose(): void {
    this.#listening.dispose();
    for (const { resets } of this.#open) resets.dispose();
  }

  #closeAnswered(): void {
    for (const asked of this.#open) {
      if (asked.conversation.transcript.permissions.some(({ id }) => id === asked.requestId)) continue;
      this.#open.delete(asked);
      asked.resets.dispose();
      // Whoever has answered goes on where they are.
      void closeDiffWith(asked.rightSide, true);
    }
  }
}

/** The extension host, as the page sees it: messages there, and a little that is kept when the page is thrown away. */
import type { Chip, FromWebview } from "../panel/messages.ts";

/** What the page remembers by itself: what is not sent yet, and which cards are open. */
export interface Kept {
  readonly draft?: string;
  readonly chips?: readonly Chip[];
  readonly history?: readonly string[];
}

interface Api {
  postMessage(message: FromWebview): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
}

declare function acquireVsCodeApi(): Api;

const api = acquireVsCodeApi();

export function tell(message: FromWebview): void {
  api.postMessage(message);
}

export function kept(): Kept {
  return api.getState() ?? {};
}

export function keep(change: Kept): void {
  api.setState({ ...kept(), ...change });
}

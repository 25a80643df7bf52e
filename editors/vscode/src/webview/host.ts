/** The extension host, as the page sees it. */
import type { FromWebview } from "../panel/messages.ts";

declare function acquireVsCodeApi(): { postMessage(message: FromWebview): void };

const host = acquireVsCodeApi();

export function tell(message: FromWebview): void {
  host.postMessage(message);
}

/** How the engine and its clients are said in a list. Pure. */
import type { ClientStatus, StatusResult } from "sessiond-protocol";
import { bytes, duration } from "../figures.ts";

export interface Line {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

export function engineLines(status: StatusResult, now: number): { engine: Line[]; clients: Line[] } {
  return {
    engine: [
      {
        label: `$(server-process) sessiond ${status.version}`,
        description: [
          status.shared ? "shared by all editors" : "of this window alone",
          `up for ${duration(status.uptimeMs)}`,
          bytes(status.memoryBytes),
          status.leaving ? "leaves once nothing runs" : "",
        ]
          .filter(Boolean)
          .join(" · "),
        detail: `Process ${status.pid} · protocol ${status.protocolVersion} · ${turns(status.turns)}`,
      },
      { label: "$(database) Storage", description: status.storage, detail: status.dataDirectory },
      {
        label: "$(shield) Sandbox",
        description: status.sandbox.state === "none" ? "none" : status.sandbox.state,
        ...(status.sandbox.reason && { detail: status.sandbox.reason }),
      },
    ],
    clients: status.connected.map((client) => clientLine(client, now)),
  };
}

function clientLine({ name, connectedAt, processId, directory, subscribed }: ClientStatus, now: number): Line {
  const facts = [
    `for ${duration(now - connectedAt)}`,
    processId === null ? "" : `process ${processId}`,
    subscribed === 1 ? "hears one session" : `hears ${subscribed} sessions`,
  ];
  return {
    label: `$(plug) ${name}`,
    ...(directory && { description: directory }),
    detail: facts.filter(Boolean).join(" · "),
  };
}

export function turns(count: number): string {
  if (count === 0) return "no turn runs";
  return count === 1 ? "one turn runs" : `${count} turns run`;
}

/** How an MCP server is said in a list: its state, why it is not ready, what it brings. Pure. */
import type { McpServer, McpState } from "sessiond-protocol";

export interface ServerLine {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** What a press of Enter does. */
  readonly does: "connect" | "disconnect" | "login" | "trust";
}

const states: Record<McpState, { icon: string; word: string; does: ServerLine["does"] }> = {
  ready: { icon: "pass", word: "ready", does: "disconnect" },
  idle: { icon: "circle-outline", word: "starts when it is needed", does: "connect" },
  starting: { icon: "loading~spin", word: "starts", does: "disconnect" },
  restarting: { icon: "sync", word: "is started again", does: "connect" },
  needsAuth: { icon: "key", word: "needs a login", does: "login" },
  untrusted: { icon: "shield", word: "waits for your trust", does: "trust" },
  disabled: { icon: "circle-slash", word: "disabled", does: "connect" },
  failed: { icon: "error", word: "failed", does: "connect" },
};

export function serverLine(server: McpServer): ServerLine {
  const { icon, word, does } = states[server.state];
  return {
    label: `$(${icon}) ${server.name}`,
    description: [word, ...brought(server)].join(" · "),
    detail:
      does === "trust"
        ? "The project brings it along; Enter shows what it wants"
        : (server.reason ?? server.source ?? ""),
    does,
  };
}

function brought({ tools = [], prompts = 0, resources = 0, leftOut = [] }: McpServer): string[] {
  return [
    counted(tools.length, "tool"),
    counted(prompts, "prompt"),
    counted(resources, "resource"),
    leftOut.length ? `${leftOut.length} left out` : "",
  ].filter(Boolean);
}

function counted(count: number, name: string): string {
  return count ? `${count} ${name}${count === 1 ? "" : "s"}` : "";
}

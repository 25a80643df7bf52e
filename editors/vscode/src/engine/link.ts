/** One run of the engine: its process, the connection over its stdio, and the handshake. `engine.ts` opens one after another. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { EngineOptions } from "sessiond-protocol";
import { asFailure, isLost, RequestFailed } from "./failures.ts";
import { foreign, lacking } from "./fitness.ts";

export interface LinkOptions {
  readonly program: string;
  readonly cwd: string | undefined;
  readonly introduction: object;
  readonly log: { info(line: string): void; warn(line: string): void };
  /** Before anything is said: handlers are registered here. */
  prepare(connection: MessageConnection): void;
}

export interface Link {
  readonly connection: MessageConnection;
  readonly version: string;
  readonly options: EngineOptions;
  /** Resolves with the reason, for people, once the process is gone. */
  readonly ended: Promise<string>;
  /** `shutdown` and `exit`; the process is killed where that takes longer than two seconds. */
  close(): Promise<void>;
}

const handshakeLimit = 20_000;

/** Rejects with `RequestFailed`: `foreign` and `version` for programs that will not do, else it may be tried again. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const child = begin(options);
  const ended = endOf(child, options);
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onError(([error]) => options.log.warn(`connection: ${error.message}`));
  connection.onUnhandledNotification(() => undefined);
  child.stdin.on("error", () => undefined); // its end is told by the process
  options.prepare(connection);
  connection.listen();
  void ended.then(() => connection.dispose());
  try {
    const answer = await Promise.race([handshake(connection, options, ended), rubbish(child, options.program)]);
    return { connection, ended, ...answer, close: () => close(child, connection, ended) };
  } catch (error) {
    child.kill();
    throw error;
  }
}

function begin({ program, cwd }: LinkOptions): ChildProcessWithoutNullStreams {
  try {
    return spawn(program, [], { cwd, stdio: "pipe", windowsHide: true });
  } catch (error) {
    throw new RequestFailed("foreign", `${program} cannot be run: ${asFailure(error).message}.`);
  }
}

/** Rejects where the first that the program says is no message; it would be waited for in vain. */
function rubbish(child: ChildProcessWithoutNullStreams, program: string): Promise<never> {
  return new Promise((_, reject) => {
    child.stdout.once("data", (bytes: Buffer) => {
      const reason = foreign(program, bytes.toString("utf8", 0, 400));
      if (reason) reject(new RequestFailed("foreign", reason));
    });
  });
}

async function handshake(
  connection: MessageConnection,
  { program, introduction }: LinkOptions,
  ended: Promise<string>,
): Promise<{ version: string; options: EngineOptions }> {
  const gone = ended.then((reason) => Promise.reject(new RequestFailed("engineLost", reason)));
  const answer = await Promise.race([
    connection
      .sendRequest("initialize", introduction)
      .catch((error: unknown) => (isLost(error) ? gone : Promise.reject(refusal(error)))),
    gone,
    tooLong(handshakeLimit),
  ]);
  const { capabilities, serverInfo } = answer as {
    capabilities?: { experimental?: { sessiond?: EngineOptions } };
    serverInfo?: { version?: string };
  };
  const options = capabilities?.experimental?.sessiond;
  if (!options)
    throw new RequestFailed("foreign", `${program} is no sessiond engine: it answers, and names no sessions.`);
  const version = serverInfo?.version ?? "";
  const lacks = lacking(program, version, options);
  if (lacks) throw new RequestFailed("version", lacks);
  await connection.sendNotification("initialized", {});
  return { version, options };
}

/** One that speaks another version of the protocol will not speak ours the next time. */
function refusal(error: unknown): RequestFailed {
  const failure = asFailure(error);
  return failure.kind === "unsupportedVersion" ? new RequestFailed("version", failure.message) : failure;
}

/** Of a child that may never have begun to run. */
function endOf(child: ChildProcessWithoutNullStreams, { log, program }: LinkOptions): Promise<string> {
  let last = "";
  createInterface({ input: child.stderr }).on("line", (line) => {
    last = line.slice(0, 300);
    log.info(line.slice(0, 2_000));
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`${program} could not be started: ${error.message}`));
    child.once("close", (code, signal) =>
      resolve(`The engine ended (${signal ?? `code ${code ?? "unknown"}`})${last ? `: ${last}` : "."}`),
    );
  });
}

async function close(
  child: ChildProcessWithoutNullStreams,
  connection: MessageConnection,
  ended: Promise<string>,
): Promise<void> {
  const leave = async (): Promise<void> => {
    await connection.sendRequest("shutdown").catch(() => undefined);
    await connection.sendNotification("exit").catch(() => undefined);
    await ended;
  };
  await Promise.race([leave(), tooLong(2_000)]).catch(() => child.kill("SIGKILL"));
  await ended;
}

function tooLong(ms: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(
      () => reject(new RequestFailed("engineLost", `The engine did not answer within ${ms / 1_000} seconds.`)),
      ms,
    ).unref();
  });
}

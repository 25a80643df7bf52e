/** Finds the engine's program: the setting, else the PATH, else where installers put programs. Called before each start. */
import { access, constants, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

export type Found = { readonly path: string } | { readonly whyNot: string };

export interface Places {
  /** `sessiond.path`; empty where the user has set none. */
  readonly setting: string;
  readonly path: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

export async function findBinary(places: Places): Promise<Found> {
  if (places.setting) return findAtSetting(places.setting.replace(/^~(?=[\\/])/, places.home));
  for (const folder of folders(places)) {
    for (const name of names(places.platform)) {
      if (isAbsolute(folder) && (await isProgram(join(folder, name)))) return { path: join(folder, name) };
    }
  }
  return { whyNot: "The engine sessiond is not installed, or not where this editor looks for programs." };
}

export function placesOfThisMachine(setting: string): Places {
  return { setting: setting.trim(), path: process.env.PATH ?? "", home: homedir(), platform: process.platform };
}

async function findAtSetting(setting: string): Promise<Found> {
  if (!isAbsolute(setting))
    return { whyNot: `The setting sessiond.path must be an absolute path; it is “${setting}”.` };
  if (await isProgram(setting)) return { path: setting };
  return { whyNot: `There is no program at “${setting}”, where the setting sessiond.path says that the engine is.` };
}

/** An editor that was started from the desktop often has a shorter PATH than the user's shell. */
function folders({ path, home, platform }: Places): string[] {
  const installers =
    platform === "win32"
      ? [join(home, ".local", "bin")]
      : [join(home, ".local", "bin"), "/opt/homebrew/bin", "/usr/local/bin"];
  return [...path.split(delimiter), ...installers];
}

function names(platform: NodeJS.Platform): string[] {
  return platform === "win32" ? ["sessiond.exe", "sessiond.cmd"] : ["sessiond"];
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

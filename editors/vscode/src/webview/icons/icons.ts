/** The icons of the page, drawings of Codicons (CC-BY-4.0): only those that are used, so that no font is shipped. */
import add from "@vscode/codicons/src/icons/add.svg";
import arrowDown from "@vscode/codicons/src/icons/arrow-down.svg";
import arrowUp from "@vscode/codicons/src/icons/arrow-up.svg";
import attach from "@vscode/codicons/src/icons/attach.svg";
import check from "@vscode/codicons/src/icons/check.svg";
import checklist from "@vscode/codicons/src/icons/checklist.svg";
import chevronRight from "@vscode/codicons/src/icons/chevron-right.svg";
import circle from "@vscode/codicons/src/icons/circle-large.svg";
import close from "@vscode/codicons/src/icons/close.svg";
import copy from "@vscode/codicons/src/icons/copy.svg";
import diff from "@vscode/codicons/src/icons/diff.svg";
import discard from "@vscode/codicons/src/icons/discard.svg";
import edit from "@vscode/codicons/src/icons/edit.svg";
import error from "@vscode/codicons/src/icons/error.svg";
import file from "@vscode/codicons/src/icons/file.svg";
import fileMedia from "@vscode/codicons/src/icons/file-media.svg";
import files from "@vscode/codicons/src/icons/files.svg";
import folder from "@vscode/codicons/src/icons/folder.svg";
import globe from "@vscode/codicons/src/icons/globe.svg";
import history from "@vscode/codicons/src/icons/history.svg";
import info from "@vscode/codicons/src/icons/info.svg";
import insert from "@vscode/codicons/src/icons/insert.svg";
import issues from "@vscode/codicons/src/icons/issues.svg";
import key from "@vscode/codicons/src/icons/key.svg";
import listTree from "@vscode/codicons/src/icons/list-tree.svg";
import loading from "@vscode/codicons/src/icons/loading.svg";
import question from "@vscode/codicons/src/icons/question.svg";
import repoForked from "@vscode/codicons/src/icons/repo-forked.svg";
import robot from "@vscode/codicons/src/icons/robot.svg";
import search from "@vscode/codicons/src/icons/search.svg";
import selection from "@vscode/codicons/src/icons/list-selection.svg";
import send from "@vscode/codicons/src/icons/send.svg";
import server from "@vscode/codicons/src/icons/server.svg";
import shield from "@vscode/codicons/src/icons/shield.svg";
import stop from "@vscode/codicons/src/icons/debug-stop.svg";
import terminal from "@vscode/codicons/src/icons/terminal.svg";
import tools from "@vscode/codicons/src/icons/tools.svg";
import warning from "@vscode/codicons/src/icons/warning.svg";

const sources = {
  add,
  "arrow-down": arrowDown,
  "arrow-up": arrowUp,
  attach,
  check,
  checklist,
  "chevron-right": chevronRight,
  circle,
  close,
  copy,
  diff,
  discard,
  edit,
  error,
  file,
  "file-media": fileMedia,
  files,
  folder,
  globe,
  history,
  info,
  insert,
  issues,
  key,
  "list-tree": listTree,
  loading,
  question,
  "repo-forked": repoForked,
  robot,
  search,
  selection,
  send,
  server,
  shield,
  stop,
  terminal,
  tools,
  warning,
} as const;

export type IconName = keyof typeof sources;

export function isIcon(name: string): name is IconName {
  return name in sources;
}

/** An SVG of this file, as a node; hidden from screen readers, since what it means stands beside it. */
export function iconElement(name: IconName): HTMLElement {
  const element = document.createElement("span");
  element.className = `icon icon-${name}`;
  element.setAttribute("aria-hidden", "true");
  element.innerHTML = sources[name];
  return element;
}

export function iconSource(name: IconName): string {
  return sources[name];
}

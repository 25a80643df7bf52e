// What __main__.py measures in the workbench: a trace of the browser while a long answer streams, as figures of frames.
import fs from "node:fs";
import { streams } from "../../../tests/editors/vscode/speed.mjs";

/** `streams` with a trace beside it: processor time of each frame, in ms; chat and workbench share a thread. */
export async function frames(workbench, { last, trace }) {
  const browser = workbench.context.browser();
  await workbench.openChat();
  await workbench.page.waitForTimeout(3_000); // extensions of the workbench begin as well
  await browser.startTracing(workbench.page, {
    path: trace,
    categories: ["devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  const seen = await streams(workbench, { last });
  await browser.stopTracing();
  return { ...figures(JSON.parse(fs.readFileSync(trace, "utf8")).traceEvents), gap: seen.page.gaps };
}

function figures(events) {
  const threads = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const [done] = threads
    .map((thread) => events.filter(({ ph, pid, tid }) => ph === "X" && pid === thread.pid && tid === thread.tid))
    .sort((a, b) => b.length - a.length);
  const painted = done
    .filter(({ name }) => name === "Paint")
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  const tasks = done.filter(({ name }) => name === "RunTask");
  const times = tasks
    .filter((task) => painted[firstAfter(painted, task.ts)] < task.ts + task.dur)
    .map(({ tdur }) => (tdur ?? 0) / 1_000)
    .sort((a, b) => a - b);
  const at = (share) => times[Math.floor((times.length - 1) * share)];
  const script = sum(done.filter(({ name }) => name === "FireAnimationFrame")) / times.length;
  return { frames: times.length, p50: at(0.5), p95: at(0.95), worst: at(1), script, total: sum(tasks) };
}

function firstAfter(sorted, time) {
  const index = sorted.findIndex((each) => each >= time);
  return index < 0 ? sorted.length : index;
}

function sum(events) {
  return events.reduce((whole, { tdur }) => whole + (tdur ?? 0) / 1_000, 0);
}

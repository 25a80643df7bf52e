// Runs mocha inside the real extension host: `node host.mjs`, with TASK (JSON) as host.py gives it. Exit code 0 when the run has ended.
import { createRequire } from "node:module";
import path from "node:path";

const task = JSON.parse(process.env.TASK);
const { chromium } = createRequire(path.join(task.modules, "index.js"))("playwright-core");
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

const { host } = new URL(task.url);
const remote = (place) => `vscode-remote://${host}${place}`;
const payload = JSON.stringify([
  ["extensionDevelopmentPath", remote(task.extension)],
  ["extensionTestsPath", remote(task.runner)],
  ["skipWelcome", "true"],
]);

const browser = await chromium.launch({ executablePath: task.chromium, headless: true, args: flags });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const ended = new Promise((resolve) => page.exposeFunction("codeAutomationExit", (code) => resolve(code)));
  await page.exposeFunction("codeAutomationLog", () => undefined);
  await page.addInitScript(believeDevelopment);
  await page.goto(`${task.url}/?folder=${task.folder}&payload=${encodeURIComponent(payload)}`);
  const late = new Promise((resolve) => setTimeout(() => resolve("too long"), task.seconds * 1000).unref());
  const code = await Promise.race([ended, late]);
  if (code !== 0) console.error(`the extension host ended with ${code}`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await browser.close();
}

/** A built server heeds tests of extensions only where this is set. The page itself must stay as it is: interception breaks its sockets. */
function believeDevelopment() {
  const set = () => {
    const meta = document.getElementById("vscode-workbench-web-configuration");
    if (!meta) return false;
    const options = JSON.parse(meta.getAttribute("data-settings"));
    options.developmentOptions = { ...options.developmentOptions, enableSmokeTestDriver: true };
    meta.setAttribute("data-settings", JSON.stringify(options));
    return true;
  };
  const observer = new MutationObserver(() => set() && observer.disconnect());
  observer.observe(document, { childList: true, subtree: true });
}

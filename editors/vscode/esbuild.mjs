// Bundles the extension for the host (Node, CommonJS) and the chat for its webview (browser); `--watch` goes on.
import { context } from "esbuild";

const production = process.argv.includes("--production");
const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  logLevel: "warning",
  legalComments: "none",
};

const bundles = [
  {
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
  },
  {
    ...common,
    entryPoints: { chat: "src/webview/chat.tsx" },
    outdir: "dist",
    platform: "browser",
    format: "iife",
    target: "chrome130",
    loader: { ".svg": "text" },
  },
];

for (const options of bundles) {
  const bundle = await context(options);
  await bundle.rebuild();
  if (process.argv.includes("--watch")) await bundle.watch();
  else await bundle.dispose();
}

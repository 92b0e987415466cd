/** The page at `/`: one document without scripts or external resources. */
import { createHash } from "node:crypto";
import type { About } from "./about.ts";

const style = `
:root { color-scheme: light dark; --ground: #eef1f4; --card: #fff; --text: #1c2733; --quiet: #556575; --line: #d5dce3; --mark: #0b6e4f; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10161c; --card: #18212a; --text: #e6edf3; --quiet: #9aabbb; --line: #2b3845; --mark: #4cc38a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(34rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; overflow-wrap: anywhere; }
.state { margin: 0.25rem 0 1.5rem; color: var(--mark); font-weight: 600; }
dl { margin: 0; display: grid; grid-template-columns: max-content 1fr; }
dt, dd { margin: 0; padding: 0.625rem 0; border-top: 1px solid var(--line); }
dt { padding-right: 2rem; color: var(--quiet); }
dd { font-family: ui-monospace, monospace; font-size: 0.9375rem; overflow-wrap: anywhere; }
footer { margin-top: 1.5rem; color: var(--quiet); font-size: 0.875rem; }
a { color: inherit; }
`;

/** An empty inline icon: without it, browsers request /favicon.ico and log a 404. */
const icon = "data:,";

/** Allows only this page's style sheet, by hash, and its icon, so that injected content can load nothing. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export function page(about: About): string {
  const rows: [string, string][] = [
    ["Version", about.version],
    ["Pod", about.pod ?? "not in Kubernetes"],
    ["Node", about.node ?? "not in Kubernetes"],
    ["Up for", duration(about.uptimeSeconds)],
  ];
  const list = rows.map(([term, value]) => `        <dt>${term}</dt><dd>${escapeHtml(value)}</dd>`).join("\n");
  const name = escapeHtml(about.service);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${name}</title>
    <link rel="icon" href="${icon}">
    <style>${style}</style>
  </head>
  <body>
    <main>
      <h1>${name}</h1>
      <p class="state">Serving</p>
      <dl>
${list}
      </dl>
      <footer>Probes: <a href="/healthz">/healthz</a>, <a href="/ready">/ready</a>. Clients that accept JSON get the same facts.</footer>
    </main>
  </body>
</html>
`;
}

/** Escapes text for element content and quoted attribute values. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A duration from its first non-zero unit on, at most two units: "2 d 3 h", "4 min 5 s", "0 s". */
export function duration(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first === -1 ? 3 : first)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}

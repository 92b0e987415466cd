/** Images with one fault each, as folders to build: what `check-image` must find. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ports } from "../../local/settings.ts";
import type { Code } from "../../ops/checkImage/findingCodes.ts";

export const baseImage = `localhost:${ports.baseRegistry}/node:24.21.0-trixie-slim`;

export interface BadImage {
  /** Further files of the folder, beside `server.mjs`. */
  files?: Record<string, string>;
  /** Lines of the Dockerfile before ENTRYPOINT. */
  dockerfile?: string[];
  user?: string;
  entrypoint?: string;
  /** Of the server: what differs from the good one. */
  server?: Partial<Server>;
  /** Options of the command. */
  options?: string[];
}

/** The parts of a good server, as JavaScript. */
interface Server {
  /** Before anything else. */
  first: string;
  /** Statements that answer a request, for what is neither probe. */
  answer: string;
  health: string;
  ready: string;
  listen: string;
  sigterm: string;
}

const goodServer: Server = {
  first: "",
  answer: "response.end('hello');",
  health: "response.end('ok');",
  ready: "response.statusCode = draining ? 503 : 200; response.end();",
  listen: "server.listen(Number(process.env.PORT));",
  sigterm:
    "draining = true; setTimeout(() => { server.close(() => process.exit(0)); server.closeAllConnections(); }, 2500);",
};

const program = (parts: Partial<Server>) => {
  const { first, answer, health, ready, listen, sigterm } = { ...goodServer, ...parts };
  return `import { createServer } from "node:http";
import fs from "node:fs";
let draining = false;
${first}
const server = createServer((request, response) => {
  if (request.url === "/healthz") { ${health} }
  else if (request.url === "/ready") { ${ready} }
  else { ${answer} }
});
${listen}
${sigterm === "" ? "" : `process.on("SIGTERM", () => { ${sigterm} });`}
`;
};

/** Writes an image's folder. */
export function writeFolder(folder: string, { files = {}, dockerfile = [], server = {}, ...rest }: BadImage): void {
  const { user = "10001:10001", entrypoint = '["node", "/app/server.mjs"]' } = rest;
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries({ ...files, "server.mjs": program(server) })) {
    writeFileSync(join(folder, name), content);
  }
  const lines = [
    `FROM ${baseImage}`,
    "COPY server.mjs /app/",
    ...dockerfile,
    ...(user === "" ? [] : [`USER ${user}`]),
    `ENTRYPOINT ${entrypoint}`,
  ];
  writeFileSync(join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
}

const privateKey = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(4)}\n-----END PRIVATE KEY-----\n`;
/** Made up, in pieces: the source of a test is scanned for secrets as well. */
const token = ["npm", "abcdefghijklmnopqrstuvwxyz0123456789"].join("_");
const justLook = ["--no-run"];
/** For those that neither get ready nor end: they are waited for twice as long. */
const impatient = ["--ready-within", "4"];
const fill = (what: string) => `const kept = []; for (;;) kept.push(${what});`;

/** By the code that must be found. */
export const badImages = {
  "runs-as-root": { user: "", options: justLook },
  "named-user": { user: "nobody", options: justLook },
  "shell-entrypoint": { entrypoint: "node /app/server.mjs", options: justLook },
  "package-manager-entrypoint": { entrypoint: '["npm", "start"]', options: justLook },
  "base-latest": { dockerfile: ["LABEL org.opencontainers.image.base.name=node:latest"], options: justLook },
  "base-floating": { dockerfile: ["LABEL org.opencontainers.image.base.name=node:24"], options: justLook },
  "setuid-files": { dockerfile: ["RUN cp /bin/busybox /app/su && chmod 4755 /app/su"], options: justLook },
  "world-writable-files": { dockerfile: ["RUN chmod 666 /app/server.mjs"], options: justLook },
  "secret-in-layer": {
    files: { "deploy.pem": privateKey },
    dockerfile: ["COPY deploy.pem /build/", "RUN rm -r /build"],
    options: justLook,
  },
  "secret-in-environment": {
    dockerfile: ["ARG NPM_TOKEN", "RUN true"],
    options: [...justLook, "--build-arg", `NPM_TOKEN=${token}`],
  },
  "size-over-budget": { options: [...justLook, "--size-budget", "20MB"] },
  "shell-in-image": { options: justLook },
  "healthcheck-ignored": { dockerfile: ['HEALTHCHECK CMD ["node", "--version"]'], options: justLook },
  "entrypoint-missing": { entrypoint: "[]\nCMD []" },
  "entrypoint-not-found": { entrypoint: '["/app/missing"]' },
  "entrypoint-permission-denied": { entrypoint: '["/app/server.mjs"]' },
  "exec-format": {
    files: { "start.sh": "exec node /app/server.mjs\n" },
    dockerfile: ["COPY start.sh /app/", "RUN chmod 755 /app/start.sh"],
    entrypoint: '["/app/start.sh"]',
  },
  "exits-by-itself": {
    server: { first: 'if (!process.env.DATABASE_URL) throw new Error("DATABASE_URL is not set");' },
  },
  "oom-killed": {
    server: { answer: "(globalThis.kept ??= []).push(Buffer.alloc(1e6, 1)); response.end();" },
    options: ["--memory", "96Mi"],
  },
  "heap-exhausted": {
    entrypoint: '["node", "--max-old-space-size=16", "/app/server.mjs"]',
    server: { first: fill("Array.from({ length: 1e4 }, Math.random)") },
  },
  "read-only-filesystem": {
    dockerfile: ["RUN mkdir /app/cache && chown 10001 /app/cache"],
    server: { first: 'fs.writeFileSync("/app/cache/state", "x");' },
  },
  "writes-outside-mounts": {
    dockerfile: ["RUN mkdir /app/cache && chown 10001 /app/cache"],
    server: { first: 'try { fs.writeFileSync("/app/cache/state", "x"); } catch {}' },
  },
  "needs-own-user": {
    dockerfile: ["RUN chown 10002 /app/server.mjs && chmod 400 /app/server.mjs"],
    user: "10002",
  },
  "privileged-port": { options: ["--port", "80"] },
  "fails-under-restrictions": {
    // Readable for its own user only, and that one writes to the root file system.
    dockerfile: [
      "RUN mkdir /app/cache && echo secret > /app/key && chmod 400 /app/key && chown -R 10002 /app/cache /app/key",
    ],
    user: "10002",
    server: { first: 'fs.readFileSync("/app/key"); fs.writeFileSync("/app/cache/state", "x");' },
  },
  "nothing-listens": { server: { listen: "setInterval(() => {}, 1000);" }, options: impatient },
  "bound-to-loopback": {
    server: { listen: 'server.listen(Number(process.env.PORT), "127.0.0.1");' },
    options: impatient,
  },
  "port-ignored": { server: { listen: "server.listen(8080);" } },
  "health-not-ok": { server: { health: "response.statusCode = 500; response.end();" } },
  "probe-wrong-path": { server: { ready: "response.statusCode = 404; response.end();" }, options: impatient },
  "not-ready-by-itself": { server: { ready: "response.statusCode = 503; response.end();" }, options: impatient },
  "probe-timeout": { server: { ready: "" }, options: impatient },
  "slow-start": {
    server: { listen: "setTimeout(() => server.listen(Number(process.env.PORT)), 5500);" },
    // It is waited for twice as long: enough for Node to start beside four others.
    options: ["--ready-within", "5"],
  },
  "fails-under-load": { server: { answer: "response.statusCode = 500; response.end();" } },
  "memory-headroom": {
    server: { first: "globalThis.kept = Buffer.alloc(90 * 2 ** 20, 1);" },
    options: ["--memory", "128Mi"],
  },
  "sigterm-ignored": { server: { sigterm: "" }, options: ["--grace", "2"] },
  "killed-by-sigterm": { server: { sigterm: "process.exit(143);" } },
  "exit-not-zero": { server: { sigterm: "process.exit(3);" } },
  "ready-while-draining": { server: { ready: "response.end();" } },
  "no-drain": { server: { sigterm: "process.exit(0);" } },
  "health-fails-draining": { server: { health: "response.statusCode = draining ? 503 : 200; response.end();" } },
} satisfies Partial<Record<Code, BadImage>>;

/** Folders that build realistic images with one fault or none, and what `check-image` must find in each. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ports } from "../../local/layout.ts";
import type { Code } from "../../ops/checkImage/findingCodes.ts";

export const baseImage = `localhost:${ports.baseRegistry}/node:24.21.0-trixie-slim`;

export interface ImageCase {
  /** Codes of findings and warnings, sorted; notes are left out. */
  expected: Code[];
  /** Text that one of the findings must contain. */
  says?: string;
  /** Files of the folder in addition to `server.mjs`. */
  files?: Record<string, string>;
  /** Lines of the Dockerfile before ENTRYPOINT. */
  dockerfile?: string[];
  user?: string;
  entrypoint?: string;
  /** Lines after USER instead of ENTRYPOINT. */
  start?: string[];
  /** Differences from the good server. */
  server?: Partial<Server>;
  /** The whole server.mjs, if it is not a variation of the good one. */
  program?: string;
  /** Options of the command. */
  options?: string[];
}

/** The parts of a good server, as JavaScript. */
interface Server {
  /** Before anything else. */
  first: string;
  /** Statements that answer a request that is not a probe. */
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
export function writeFolder(folder: string, { files = {}, dockerfile = [], server = {}, ...rest }: ImageCase): void {
  const { user = "10001:10001", entrypoint = '["node", "/app/server.mjs"]' } = rest;
  const { start = [`ENTRYPOINT ${entrypoint}`] } = rest;
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries({ "server.mjs": rest.program ?? program(server), ...files })) {
    writeFileSync(join(folder, name), content);
  }
  const lines = [
    `FROM ${baseImage}`,
    "COPY server.mjs /app/",
    ...dockerfile,
    ...(user === "" ? [] : [`USER ${user}`]),
    ...start,
  ];
  writeFileSync(join(folder, "Dockerfile"), `${lines.join("\n")}\n`);
}

const privateKey = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(4)}\n-----END PRIVATE KEY-----\n`;
/** A made-up token, in pieces, because scanners also search the sources of tests for secrets. */
const token = ["npm", "abcdefghijklmnopqrstuvwxyz0123456789"].join("_");
const justLook = ["--no-run"];
/** For images that neither become ready nor exit: the check waits twice this time. */
const impatient = ["--ready-within", "4"];
const fill = (what: string) => `const kept = []; for (;;) kept.push(${what});`;

/** The base's own ENTRYPOINT is docker-entrypoint.sh, which ends in exec. */
const command = (cmd: string) => ["WORKDIR /app", `CMD ${cmd}`];
const packageJson = JSON.stringify({ name: "x", scripts: { start: "node server.mjs" } });
const script = (name: string, text: string) => ({
  files: { [name]: text },
  dockerfile: [`COPY ${name} /app/`, `RUN chmod 755 /app/${name}`],
});
const listen = "server.listen(Number(process.env.PORT));";

/** Faults in the content of the image, which is not run. */
const staticCases = {
  "no USER": { user: "", options: justLook, expected: ["runs-as-root"] },
  "a named user": { user: "nobody", options: justLook, expected: ["named-user"] },
  "shell form with two commands": {
    entrypoint: "node /app/prepare.mjs && node /app/server.mjs",
    options: justLook,
    expected: ["shell-entrypoint"],
  },
  "npm start": { entrypoint: '["npm", "start"]', options: justLook, expected: ["package-manager-entrypoint"] },
  "npm behind the entry point of the base": {
    start: command('["npm", "start"]'),
    options: justLook,
    expected: ["package-manager-entrypoint"],
  },
  "env in front of npm": {
    start: command('["env", "A=1", "npm", "start"]'),
    options: justLook,
    expected: ["package-manager-entrypoint"],
  },
  "base latest": {
    dockerfile: ["LABEL org.opencontainers.image.base.name=node:latest"],
    options: justLook,
    expected: ["base-latest"],
  },
  "base floating": {
    dockerfile: ["LABEL org.opencontainers.image.base.name=node:24"],
    options: justLook,
    expected: ["base-floating"],
  },
  "a setuid file of its own": {
    dockerfile: ["RUN cp /bin/busybox /app/become && chmod 4755 /app/become"],
    options: justLook,
    expected: ["setuid-files"],
  },
  "setuid files from Debian's packages": {
    dockerfile: [
      "RUN cp /bin/busybox /usr/sbin/su && cp /bin/busybox /usr/bin/chsh && chmod 4755 /usr/sbin/su /usr/bin/chsh",
    ],
    options: justLook,
    expected: ["setuid-files"],
    says: "of the base",
  },
  "world-writable files": {
    dockerfile: ["RUN chmod 666 /app/server.mjs"],
    options: justLook,
    expected: ["world-writable-files"],
  },
  "a key in a layer": {
    files: { "deploy.pem": privateKey },
    dockerfile: ["COPY deploy.pem /build/", "RUN rm -r /build"],
    options: justLook,
    expected: ["secret-in-layer"],
    says: "/build/deploy.pem: private key (-----BEGIN PRIVATE KEY----- ***); a later layer removes it, the image still carries it",
  },
  "a token in a text of 2 MB": {
    files: { "bundle.js": `${"const a = 1;\n".repeat(160_000)}const t = "${token}";\n` },
    dockerfile: ["COPY bundle.js /app/"],
    options: justLook,
    expected: ["secret-in-layer"],
  },
  "a build argument with a token": {
    dockerfile: ["ARG NPM_TOKEN", "RUN true"],
    options: [...justLook, "--build-arg", `NPM_TOKEN=${token}`],
    expected: ["secret-in-environment"],
  },
  "secrets in ENV by name": {
    dockerfile: ["ENV DB_PASS=hunter2hunter JWT_KEY=abcdefghij SECRET_KEY_BASE=0123456789abcdef"],
    options: justLook,
    expected: ["secret-in-environment", "secret-in-environment", "secret-in-environment"],
  },
  "a token in a RUN line and a label": {
    dockerfile: [`RUN true --token ${token}`, `LABEL deploy.token=${token}`],
    options: justLook,
    expected: ["secret-in-configuration", "secret-in-configuration"],
  },
  "a password in CMD": {
    start: ["ENTRYPOINT []", 'CMD ["node", "/app/server.mjs", "--db-password=hunter2hunter"]'],
    options: justLook,
    expected: ["secret-in-configuration"],
  },
  "no secrets": {
    files: {
      ".env.production":
        "NEXT_PUBLIC_API_URL=https://api.example.com\nNEXT_PUBLIC_KEY=abcdefghijklmnop12345\nPORT=3000\n",
      "config.json": '{"database": "postgres://user:password@localhost:5432/app"}',
      "key.pem": privateKey,
    },
    dockerfile: [
      "COPY .env.production config.json /app/",
      "COPY key.pem /app/node_modules/tls-examples/examples/key.pem",
      "ENV DATABASE_URL=postgres://user:password@localhost/app SESSION_SECRET=change-me",
    ],
    options: justLook,
    expected: [],
  },
  "an environment file with a password": {
    files: { ".env": "PORT=3000\nDB_PASSWORD=correct-horse\n" },
    dockerfile: ["COPY .env /app/"],
    options: justLook,
    expected: ["secret-in-layer"],
  },
  "over the budget": { options: [...justLook, "--size-budget", "20MB"], expected: ["size-over-budget"] },
  "development packages": {
    files: {
      "package.json": '{"devDependencies": {"jest": "1", "typescript": "1"}, "dependencies": {"express": "1"}}',
      "empty.json": "{}",
    },
    dockerfile: [
      "COPY package.json /app/",
      ...["jest", "typescript", "express"].map((name) => `COPY empty.json /app/node_modules/${name}/package.json`),
    ],
    options: justLook,
    expected: ["development-packages"],
    says: "2: jest, typescript",
  },
  "system certificates without any": {
    entrypoint: '["node", "--use-openssl-ca", "/app/server.mjs"]',
    options: justLook,
    expected: ["no-ca-certificates"],
  },
  ONBUILD: { dockerfile: ["ONBUILD RUN true"], options: justLook, expected: ["onbuild-triggers"] },
  "certificates not verified": {
    dockerfile: ["ENV NODE_TLS_REJECT_UNAUTHORIZED=0"],
    options: justLook,
    expected: ["tls-verification-off"],
  },
  "heap over the limit": {
    dockerfile: ['ENV NODE_OPTIONS="--max_old_space_size=30000 --enable-source-maps"'],
    options: justLook,
    expected: ["heap-over-limit"],
  },
  "the development environment": {
    dockerfile: ["ENV NODE_ENV=development"],
    options: justLook,
    expected: ["development-environment"],
  },
  "a stop signal and an accepted finding": {
    user: "",
    options: [...justLook, "--accept", "runs-as-root"],
    expected: [],
  },
} satisfies Record<string, ImageCase>;

/** Faults at the start. */
const startCases = {
  "no entry point": { entrypoint: "[]\nCMD []", expected: ["entrypoint-missing"] },
  "a program that does not exist": { entrypoint: '["/app/missing"]', expected: ["entrypoint-not-found"] },
  "a program without permission to execute": {
    entrypoint: '["/app/server.mjs"]',
    expected: ["entrypoint-permission-denied"],
  },
  "a script without a first line": {
    ...script("start.sh", "exec node /app/server.mjs\n"),
    entrypoint: '["/app/start.sh"]',
    expected: ["exec-format"],
  },
  "a script with CR and LF": {
    ...script("start.sh", "#!/bin/sh\r\nset -e\r\nexec node /app/server.mjs\r\n"),
    entrypoint: '["/app/start.sh"]',
    expected: ["crlf-script"],
  },
  "a script for a missing shell": {
    ...script("start.sh", "#!/usr/bin/fish\nexec node /app/server.mjs\n"),
    entrypoint: '["/app/start.sh"]',
    expected: ["entrypoint-not-found"],
    says: "/usr/bin/fish",
  },
  "node twice": {
    start: ['ENTRYPOINT ["node"]', 'CMD ["node", "/app/server.mjs"]'],
    expected: ["entrypoint-repeated"],
  },
  "a variable that is not set": {
    server: { first: 'if (!process.env.DATABASE_URL) throw new Error("DATABASE_URL is not set");' },
    expected: ["exits-by-itself"],
  },
  "a missing module": {
    server: { first: 'await import("express");' },
    expected: ["exits-by-itself"],
    says: "express",
  },
  "a missing database": {
    server: {
      first: 'throw Object.assign(new Error("connect ECONNREFUSED 10.255.255.1:5432"), { code: "ECONNREFUSED" });',
    },
    expected: ["waits-for-dependency"],
    says: "10.255.255.1:5432",
  },
  "waiting for a database": {
    server: { listen: 'console.log("waiting for db:5432"); setInterval(() => {}, 1000);' },
    options: impatient,
    expected: ["waits-for-dependency"],
    says: "db:5432",
  },
  "a user name that passwd does not have": {
    server: { first: '(await import("node:os")).userInfo().username;' },
    user: "1000:1000",
    expected: ["user-without-passwd"],
  },
  "out of memory": {
    server: { answer: "(globalThis.kept ??= []).push(Buffer.alloc(1e6, 1)); response.end();" },
    options: ["--memory", "96Mi"],
    expected: ["oom-killed"],
  },
  "a full heap": {
    entrypoint: '["node", "--max-old-space-size=16", "/app/server.mjs"]',
    server: { first: fill("Array.from({ length: 1e4 }, Math.random)") },
    expected: ["heap-exhausted"],
  },
  "a write to the root at the start": {
    dockerfile: ["RUN mkdir /app/cache && chown 10001 /app/cache"],
    server: { first: 'fs.writeFileSync("/app/cache/state", "x");' },
    expected: ["read-only-filesystem", "writes-outside-mounts"],
    says: "/app/cache/state",
  },
  "a write to the root that fails silently": {
    dockerfile: ["RUN mkdir /app/cache && chown 10001 /app/cache"],
    server: { first: 'try { fs.writeFileSync("/app/cache/state", "x"); } catch {}' },
    expected: ["writes-outside-mounts"],
  },
  "a folder of its own user in the home, as pm2 makes it": {
    dockerfile: ["RUN mkdir /home/app && chown 10002 /home/app", "ENV HOME=/home/app"],
    user: "10002:10002",
    server: { first: 'fs.mkdirSync(process.env.HOME + "/.pm2");' },
    expected: ["read-only-filesystem", "writes-outside-mounts"],
    says: "/home/app/.pm2",
  },
  "files of its own user": {
    dockerfile: ["RUN chown 10002 /app/server.mjs && chmod 400 /app/server.mjs"],
    user: "10002",
    expected: ["needs-own-user"],
  },
  "two restrictions": {
    // Readable for its own user only, and that one writes to the root file system.
    dockerfile: [
      "RUN mkdir /app/cache && echo secret > /app/key && chmod 400 /app/key && chmod 777 /app/cache && chown -R 10002 /app/key",
      "RUN chmod 1777 /app/cache",
    ],
    user: "10002",
    server: { first: 'fs.readFileSync("/app/key"); fs.writeFileSync("/app/cache/state", "x");' },
    expected: ["needs-own-user", "read-only-filesystem", "writes-outside-mounts"],
  },
  "port 80": { options: ["--port", "80"], expected: ["privileged-port"] },
  "port 80, with the error hidden": {
    server: { listen: 'server.on("error", () => {}); server.listen(80);' },
    options: impatient,
    expected: ["privileged-port"],
  },
  "nothing listens": {
    server: { listen: "setInterval(() => {}, 1000);" },
    options: impatient,
    expected: ["nothing-listens"],
  },
  "loopback only": {
    server: { listen: 'server.listen(Number(process.env.PORT), "127.0.0.1");' },
    options: impatient,
    expected: ["bound-to-loopback"],
  },
  "IPv6 only": {
    server: { listen: 'server.listen({ port: Number(process.env.PORT), host: "::", ipv6Only: true });' },
    options: impatient,
    expected: ["ipv6-only"],
  },
  "HTTP/2 only": {
    program:
      'import { createServer } from "node:http2";\ncreateServer((request, response) => response.end("ok")).listen(Number(process.env.PORT));\nprocess.on("SIGTERM", () => process.exit(0));\n',
    options: impatient,
    expected: ["http2-only"],
  },
  "TCP only": {
    program:
      'import { createServer } from "node:net";\ncreateServer((socket) => { socket.on("error", () => {}); socket.on("data", () => socket.end("-ERR\\r\\n")); }).listen(Number(process.env.PORT));\n',
    options: impatient,
    expected: ["not-http"],
  },
  "a probe path that does not exist": {
    server: { ready: "response.statusCode = 404; response.end();" },
    options: impatient,
    expected: ["probe-wrong-path"],
  },
  "never ready": {
    server: { ready: "response.statusCode = 503; response.end();" },
    options: impatient,
    expected: ["not-ready-by-itself"],
  },
  "a readiness path without an answer": { server: { ready: "" }, options: impatient, expected: ["probe-timeout"] },
  "a redirect to a login page": {
    server: {
      ready: 'response.writeHead(302, { location: "/login" }).end();',
      answer: 'response.statusCode = request.url === "/login" ? 401 : 200; response.end();',
    },
    options: impatient,
    expected: ["not-ready-by-itself"],
    says: "status 401 after a redirect to /login",
  },
  "a slow start": {
    server: { listen: "setTimeout(() => server.listen(Number(process.env.PORT)), 5500);" },
    // The check waits twice this time: enough for Node to start next to four others.
    options: ["--ready-within", "5"],
    expected: ["slow-start"],
  },
} satisfies Record<string, ImageCase>;

/** Faults while serving. */
const serveCases = {
  good: { expected: [] },
  "a redirect to another host": {
    // The kubelet takes the redirect itself for the answer.
    server: {
      ready:
        'if (draining) response.writeHead(503).end(); else response.writeHead(302, { location: "https://login.example.com/" }).end();',
    },
    expected: [],
  },
  "a port of its own choice": { server: { listen: "server.listen(8080);" }, expected: ["port-ignored"] },
  "the pod's own address": {
    server: { listen: "server.listen(Number(process.env.PORT), process.env.HOSTNAME);" },
    expected: ["bound-to-pod-address"],
  },
  "a liveness path that fails": {
    server: { health: "response.statusCode = 500; response.end();" },
    expected: ["health-not-ok"],
  },
  "a liveness path without an answer": { server: { health: "" }, expected: ["health-not-ok"] },
  "a load path that fails": {
    server: { answer: "response.statusCode = 500; response.end();" },
    expected: ["fails-under-load"],
  },
  "an endless load path": {
    server: {
      answer:
        'response.writeHead(200, { "content-type": "text/event-stream" }); const t = setInterval(() => response.write("data: x\\n\\n"), 200); response.on("close", () => clearInterval(t));',
    },
    expected: ["endless-answer"],
  },
  "an exit in the middle of the load": {
    server: {
      answer: 'if ((globalThis.n = (globalThis.n ?? 0) + 1) > 60) throw new Error("pool exhausted"); response.end();',
    },
    expected: ["exits-by-itself"],
    says: "pool exhausted",
  },
  "a blocked event loop": {
    server: { answer: "for (const end = Date.now() + 3000; Date.now() < end;); response.end();" },
    options: ["--requests", "8", "--connections", "2"],
    expected: ["liveness-kills-busy-process"],
  },
  "little memory left": {
    server: { first: "globalThis.kept = Buffer.alloc(90 * 2 ** 20, 1);" },
    options: ["--memory", "128Mi"],
    expected: ["memory-headroom"],
  },
  "the debugger open": {
    dockerfile: ['ENV NODE_OPTIONS="--inspect=0.0.0.0:9229"'],
    expected: ["debugger-open"],
  },
  "watch mode": {
    entrypoint: '["node", "--watch", "/app/server.mjs"]',
    expected: ["watch-mode"],
  },
  zombies: {
    server: {
      first: '(await import("node:child_process")).spawn("sh", ["-c", "(sleep 0.1 &) ; exit 0"], { stdio: "ignore" });',
    },
    expected: ["zombies"],
  },
  "a worker per core": {
    server: {
      first:
        'const cluster = (await import("node:cluster")).default; const { cpus } = await import("node:os"); if (cluster.isPrimary) { for (let i = 0; i < cpus().length; i++) cluster.fork(); process.on("SIGTERM", () => { for (const w of Object.values(cluster.workers)) w.process.kill("SIGTERM"); setTimeout(() => process.exit(0), 3500); }); }',
      listen: `if (!cluster.isPrimary) ${listen}`,
      sigterm: "if (cluster.isPrimary) return; draining = true; setTimeout(() => process.exit(0), 2500);",
    },
    expected: ["workers-per-core"],
  },
} satisfies Record<string, ImageCase>;

/** Faults at the stop. */
const stopCases = {
  "no handler": { server: { sigterm: "" }, options: ["--grace", "2"], expected: ["sigterm-ignored"] },
  "a handler that never exits": {
    server: { sigterm: "draining = true; setInterval(() => {}, 1000);" },
    options: ["--grace", "3"],
    expected: ["handler-never-exits"],
  },
  "exit 143 at once": {
    server: { sigterm: "process.exit(143);" },
    expected: ["killed-by-sigterm", "no-drain"],
  },
  "exit 143 after a drain": {
    server: { sigterm: "draining = true; setTimeout(() => process.exit(143), 2500);" },
    expected: ["exit-143-after-drain"],
  },
  "exit 3": { server: { sigterm: "process.exit(3);" }, expected: ["exit-not-zero", "no-drain"] },
  "ready while it drains": { server: { ready: "response.end();" }, expected: ["ready-while-draining"] },
  "no drain": { server: { sigterm: "process.exit(0);" }, expected: ["no-drain"] },
  "unhealthy while it drains": {
    server: { health: "response.statusCode = draining ? 503 : 200; response.end();" },
    expected: ["health-fails-draining"],
  },
  "requests fail while it drains": {
    server: { answer: "response.statusCode = draining ? 503 : 200; response.end();" },
    expected: ["requests-fail-draining"],
  },
  "another stop signal than the one that it handles": {
    dockerfile: ["STOPSIGNAL SIGQUIT"],
    options: ["--grace", "3"],
    expected: ["stop-signal-mismatch"],
  },
  "another stop signal, handled": {
    dockerfile: ["STOPSIGNAL SIGINT"],
    server: { listen: `${listen} process.on("SIGINT", () => process.emit("SIGTERM"));` },
    expected: [],
  },
  "waits for its connections": {
    server: {
      first: "const sockets = new Set();",
      listen: `${listen} server.on("connection", (s) => { sockets.add(s); s.on("close", () => sockets.delete(s)); }); server.keepAliveTimeout = 0;`,
      sigterm: "draining = true; setTimeout(() => setInterval(() => sockets.size === 0 && process.exit(0), 20), 1500);",
    },
    options: ["--grace", "12"],
    expected: ["waits-for-connections"],
  },
  "shell form that execs": { entrypoint: "node /app/server.mjs", expected: [] },
  "a shell that stays": {
    start: command("node /app/server.mjs && echo ended"),
    options: ["--grace", "3"],
    expected: ["shell-entrypoint"],
  },
  "a script without exec": {
    ...script("start.sh", "#!/bin/sh\nnode /app/server.mjs\necho ended\n"),
    entrypoint: '["/app/start.sh"]',
    options: ["--grace", "3"],
    expected: ["shell-entrypoint"],
  },
  "a script with exec": {
    ...script("start.sh", '#!/bin/sh\nset -e\nexec "$@"\n'),
    start: ['ENTRYPOINT ["/app/start.sh"]', 'CMD ["node", "/app/server.mjs"]'],
    expected: [],
  },
  "npm as PID 1, which forwards the signal": {
    files: { "package.json": packageJson },
    dockerfile: ["COPY package.json /app/", "ENV npm_config_cache=/tmp/.npm npm_config_update_notifier=false"],
    start: command('["npm", "start"]'),
    expected: ["package-manager-entrypoint"],
  },
} satisfies Record<string, ImageCase>;

export const imageCases: Record<string, ImageCase> = { ...staticCases, ...startCases, ...serveCases, ...stopCases };

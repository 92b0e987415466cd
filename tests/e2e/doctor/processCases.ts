/** Processes that exit, are killed, or never become ready. */
import { type Case, probe, script } from "./faultCase.ts";

const server = (handler: string, listen = "8080") =>
  `const server = require("node:http").createServer((request, response) => { ${handler} });
   server.listen(${listen}, () => console.log("listening on " + JSON.stringify(server.address())));`;
const ok = 'response.end("ok")';

/** Uses 100 ms of processor time, regardless of the elapsed time. */
const burn = "const burn = () => { const start = process.cpuUsage(); while (process.cpuUsage(start).user < 1e5); };";

export const runCases: readonly Case[] = [
  {
    name: "oom-killed",
    code: "oom-killed",
    made: "buffers larger than the memory limit of 64 MiB",
    parts: () =>
      script("const kept = []; setInterval(() => kept.push(Buffer.alloc(8 << 20, 1)), 20)", {
        resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { memory: "64Mi" } },
      }),
  },
  {
    name: "heap-exhausted",
    code: "heap-exhausted",
    made: "objects larger than the heap of 24 MiB",
    parts: () => ({
      container: {
        command: [
          "/usr/local/bin/node",
          "--max-old-space-size=24",
          "-e",
          "const kept = []; for (;;) kept.push({ text: String(kept.length) })",
        ],
      },
    }),
  },
  {
    name: "storage-limit-exceeded",
    code: "storage-limit-exceeded",
    made: "8 MiB in an emptyDir of 1 MiB",
    parts: () => ({
      ...script('require("node:fs").writeFileSync("/tmp/big", Buffer.alloc(8 << 20)); setInterval(() => {}, 1000)', {
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      }),
      spec: { volumes: [{ name: "tmp", emptyDir: { sizeLimit: "1Mi" } }] },
    }),
  },
  {
    name: "read-only-filesystem",
    code: "read-only-filesystem",
    made: "write to / under readOnlyRootFilesystem",
    parts: () => script('require("node:fs").writeFileSync("/data.json", "{}")'),
  },
  {
    name: "read-only-filesystem-shell",
    code: "read-only-filesystem",
    made: "write to / from a shell under readOnlyRootFilesystem",
    parts: () => ({ container: { command: ["/bin/sh", "-c", "echo x > /data.txt || exit 1"] } }),
  },
  {
    name: "environment-variable-missing",
    code: "environment-variable-missing",
    made: "process that requires DATABASE_URL",
    parts: () =>
      script(
        'if (!process.env.DATABASE_URL) { console.error("Error: environment variable DATABASE_URL is not set"); process.exit(1); }',
      ),
  },
  {
    name: "environment-variable-invalid",
    code: "environment-variable-invalid",
    made: "the stack's own service with PORT=http",
    parts: ({ app }) => ({ container: { image: app, env: [{ name: "PORT", value: "http" }] } }),
  },
  {
    name: "privileged-port",
    code: "privileged-port",
    made: "listens on port 80 as user 10001",
    parts: () => script(server(ok, "80")),
  },
  {
    name: "cpu-throttled",
    code: "cpu-throttled",
    made: "limit of 20m and 100 ms of work for each answer",
    parts: () =>
      script(`${burn} ${server(`burn(); ${ok}`)} setInterval(burn, 10)`, {
        resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { cpu: "20m", memory: "128Mi" } },
        readinessProbe: probe("/", 8080),
      }),
  },
  {
    name: "liveness-slow-start",
    code: "liveness-kills-slow-start",
    made: "listens after a minute, but liveness allows 4 s",
    parts: () =>
      script(`console.log("warming up"); setTimeout(() => { ${server(ok)} }, 60000)`, {
        livenessProbe: probe("/", 8080),
      }),
  },
  {
    name: "liveness-busy",
    code: "liveness-kills-busy-process",
    made: "event loop blocked after 15 s",
    parts: () =>
      script(
        `${server(ok)} setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600000), 15000)`,
        { livenessProbe: probe("/", 8080) },
      ),
  },
  {
    name: "sigterm-ignored",
    code: "sigterm-ignored",
    made: "deleted pod whose process does not end on SIGTERM",
    parts: () => ({
      ...script("process.on('SIGTERM', () => console.log('not now')); setInterval(() => {}, 1000)"),
      spec: { terminationGracePeriodSeconds: 5 },
      // Kubernetes deletes the pod as soon as it has ended. The finalizer keeps it, so that the doctor can read it.
      metadata: { finalizers: ["tarmac.dev/doctor-test"] },
    }),
  },
  {
    name: "exits-by-itself",
    code: "exits-by-itself",
    made: "process that exits at once",
    parts: () => script('console.log("done")'),
  },
  {
    name: "application-error",
    code: "application-error",
    made: "uncaught exception",
    parts: () => script('throw new Error("the table of seats is empty")'),
  },
  {
    name: "init-error",
    code: "application-error",
    made: "init container that fails",
    parts: ({ base }) => ({
      ...script(server(ok)),
      spec: {
        initContainers: [{ name: "prepare", image: base, command: ["/bin/sh", "-c", "echo cannot prepare; exit 3"] }],
      },
    }),
  },
  {
    name: "probe-wrong-port",
    code: "probe-wrong-port",
    made: "listens on 3000, readiness uses 8080",
    parts: () => script(server(ok, "3000"), { readinessProbe: probe("/", 8080) }),
  },
  {
    name: "probe-wrong-port-liveness",
    code: "probe-wrong-port",
    made: "listens on 3000, liveness uses 8080",
    parts: () => script(server(ok, "3000"), { livenessProbe: probe("/", 8080) }),
  },
  {
    name: "probe-wrong-path",
    code: "probe-wrong-path",
    made: "the stack's own service, readiness requests /nope",
    parts: ({ app }) => ({ container: { image: app, readinessProbe: probe("/nope", 8080) } }),
  },
  {
    name: "bound-to-loopback",
    code: "bound-to-loopback",
    made: "listens on 127.0.0.1",
    parts: () =>
      script(
        `require("node:http").createServer((request, response) => response.end("ok")).listen(8080, "127.0.0.1", () => console.log("Server running at http://127.0.0.1:8080/"))`,
        { readinessProbe: probe("/", 8080) },
      ),
  },
  {
    name: "nothing-listens",
    code: "nothing-listens",
    made: "process that does not listen and logs nothing",
    parts: () => script("setInterval(() => {}, 1000)", { readinessProbe: probe("/", 8080) }),
  },
  {
    name: "probe-timeout",
    code: "probe-timeout",
    made: "readiness path that never answers",
    parts: () => script(server(""), { readinessProbe: probe("/", 8080) }),
  },
  {
    name: "not-ready-by-itself",
    code: "not-ready-by-itself",
    made: "readiness path that answers 503",
    parts: () =>
      script(server('response.statusCode = 503; response.end("no database")'), { readinessProbe: probe("/", 8080) }),
  },
];

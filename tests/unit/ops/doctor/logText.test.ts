/** Logs of processes, and the causes that the doctor reads from them. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { heardPorts, toldPort } from "../../../../ops/doctor/facts/listeningPorts.ts";
import { readLog } from "../../../../ops/doctor/facts/logFacts.ts";
import { before, observation, pod } from "./exampleObservations.ts";

const crashed = (log: string, env: { name: string; value?: string }[] = []) =>
  diagnose(
    observation({
      pods: [
        pod("web-1", {
          status: {
            state: { waiting: { reason: "CrashLoopBackOff" } },
            lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: before(40), finishedAt: before(39) } },
          },
          spec: { containers: [{ name: "main", image: "a/b:1", env }] },
        }),
      ],
      logs: [{ pod: "web-1", container: "main", previous: log }],
    }),
  ).findings[0];

it.each([
  "Error: DATABASE_URL is not set",
  "Error: environment variable DATABASE_URL is required",
  "Missing required environment variable: DATABASE_URL",
  "missing env var DATABASE_URL",
  "DATABASE_URL must be set",
  '"DATABASE_URL" is required',
  "DATABASE_URL environment variable is not defined",
])("%s: the variable is missing", (line) => {
  const finding = crashed(`starting\n${line}\n    at main.js:1`);
  expect(finding?.code).toBe("environment-variable-missing");
  expect(finding?.title).toContain("DATABASE_URL");
});

it("does not report a variable as missing if the pod sets it", () => {
  expect(crashed("DATABASE_URL is required", [{ name: "DATABASE_URL", value: "x" }])?.code).toBe("application-error");
});

it.each([
  'PORT is "http": use a whole number from 1 to 65535',
  'PORT: "http" is not a whole number from 1 to 65535; set, for example, PORT=8080.',
  String.raw`{"level":"error","message":"PORT: \"http\" is not a whole number from 1 to 65535; set, for example, PORT=8080."}`,
])("%s: the variable is invalid", (line) => {
  const finding = crashed(line, [{ name: "PORT", value: "http" }]);
  expect(finding?.code).toBe("environment-variable-invalid");
  expect(finding?.title).toBe('The process rejects the value "http" of the environment variable PORT');
});

it.each([
  ["connect ECONNREFUSED 10.0.0.1:5432", "dependency-unreachable"],
  ["TypeError: Cannot read properties of undefined (reading 'id')", "application-error"],
  ["Error: EROFS: read-only file system, mkdir '/app/logs'", "read-only-filesystem"],
  ["OSError: [Errno 30] Read-only file system: '/app/cache'", "read-only-filesystem"],
  ["Error: listen EACCES: permission denied 0.0.0.0:443", "privileged-port"],
  ["Error: EACCES: permission denied, open '/data/x'", "path-not-writable"],
  ["nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", "privileged-port"],
  ["exec /app/run: exec format error", "exec-format"],
  ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", "heap-exhausted"],
])("%s: %s", (line, code) => {
  expect(crashed(line)?.code).toBe(code);
});

it.each([
  [
    "German",
    "Starte\nFehler: Verbindung zur Datenbank abgelehnt\nBeende.",
    "Fehler: Verbindung zur Datenbank abgelehnt",
  ],
  ["Spanish", "Iniciando\nNo se pudo abrir la base de datos\nAdiós", "No se pudo abrir la base de datos"],
  ["Japanese", "起動\n設定ファイルが見つかりません\n終了", "設定ファイルが見つかりません"],
  [
    "Rust",
    "thread 'main' panicked at src/main.rs:4:42:\ncalled `Result::unwrap()` on an `Err` value: NotPresent\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "called `Result::unwrap()` on an `Err` value: NotPresent",
  ],
  [
    "pydantic",
    "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\ndatabase_url\n  Field required [type=missing, input_value={}, input_type=dict]",
    "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings: database_url: Field required",
  ],
])("the error that ends a process, in %s", (_, log, error) => {
  expect(readLog(log).finalError?.text).toBe(error);
});

describe("where a process listens", () => {
  const heard = (log: string, env: { name: string; value: string }[] = []) =>
    heardPorts({ log: readLog(log) })[0] ?? toldPort({ spec: { name: "main", env } });

  it.each([
    ["Server listening on http://127.0.0.1:3000", { host: "127.0.0.1", port: 3000 }],
    ["listening on 0.0.0.0:8080", { host: "0.0.0.0", port: 8080 }],
    ["Server running at http://localhost:5173/", { host: "localhost", port: 5173 }],
    ["Listening on port 3000", { port: 3000 }],
    ["Example app listening on 4000", { port: 4000 }],
    ['{"message":"listening","port":8081}', { port: 8081 }],
    ["server started on [::1]:9000", { host: "[::1]", port: 9000 }],
  ])("%s", (line, expected) => {
    expect(heard(`boot\n${line}`)).toMatchObject(expected);
  });

  it("is what the pod tells it to if the log says nothing", () => {
    const env = [
      { name: "PORT", value: "3000" },
      { name: "HOST", value: "127.0.0.1" },
    ];
    expect(heard("", env)).toMatchObject({ host: "127.0.0.1", port: 3000 });
  });

  it("is not read from other lines with numbers", () => {
    expect(heard("connected to db:5432 in 30 ms")).toBeUndefined();
  });
});

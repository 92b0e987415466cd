/** Properties of the Dockerfile that the stack's promises rely on; the end-to-end tests build it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nodePath, userId } from "../../../../app/image/collectRuntime.ts";

const root = join(import.meta.dirname, "../../../..");
const text = readFileSync(join(root, "app/Dockerfile"), "utf8");

interface Instruction {
  name: string;
  value: string;
}

/** Instructions in order, without comments, with continued lines joined. */
const instructions: Instruction[] = text
  .split("\n")
  .filter((line) => !line.trimStart().startsWith("#"))
  .join("\n")
  .replace(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => {
    const [, name = "", value = ""] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return { name, value };
  });

const lastStage = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
const only = (name: string): string => {
  const found = lastStage.filter((instruction) => instruction.name === name);
  expect(found).toHaveLength(1);
  return found[0]?.value ?? "";
};

test("every line is an instruction", () => {
  expect(instructions.filter(({ name }) => name === "")).toEqual([]);
});

test("the base is an exact version: that of the package `node`", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    devDependencies: Record<string, string>;
  };
  // A digest may follow.
  const [, base] = /^NODE_IMAGE=([^@]+)(?:@sha256:[0-9a-f]{64})?$/.exec(instructions[0]?.value ?? "") ?? [];
  expect(base).toBe(`node:${devDependencies.node}-trixie-slim`);
  const froms = instructions.filter(({ name }) => name === "FROM").map(({ value }) => value);
  expect(froms).toEqual(["${NODE_IMAGE} AS runtime", "${NODE_IMAGE} AS build", "scratch"]);
  expect(text).not.toMatch(/:latest|apt-get|curl|wget|ADD /);
});

test("the final stage only copies from earlier stages and runs nothing", () => {
  const copied = lastStage.filter(({ name }) => name === "COPY").map(({ value }) => value);
  expect(copied).toEqual(["--from=runtime /runtime/ /", "--from=build /image/ /"]);
  expect(lastStage.filter(({ name }) => name === "RUN")).toEqual([]);
});

test("the user is numeric, not root, and listed in /etc/passwd", () => {
  expect(only("USER")).toBe(`${userId}:${userId}`);
  expect(userId).toBeGreaterThanOrEqual(10_000);
});

test("the entry point and the health check are in exec form, with files that exist", () => {
  const entrypoint = JSON.parse(only("ENTRYPOINT")) as string[];
  expect(entrypoint).toEqual([nodePath, "--max-old-space-size-percentage=60", "/app/src/main.js"]);
  const [, options, command = ""] = /^((?:--\S+ )*)CMD (.*)$/.exec(only("HEALTHCHECK")) ?? [];
  expect(JSON.parse(command)).toEqual([nodePath, "/app/src/healthcheck.js"]);
  expect(options).toContain("--timeout=3s");
  for (const file of ["main.ts", "healthcheck.ts"]) expect(existsSync(join(root, "app/src", file))).toBe(true);
});

test("port and version are environment variables, and EXPOSE names that port", () => {
  expect(only("ENV").split(/\s+/)).toEqual(["NODE_ENV=production", "PORT=8080", "APP_VERSION=${VERSION}"]);
  expect(only("EXPOSE")).toBe("8080");
  expect(only("STOPSIGNAL")).toBe("SIGTERM");
});

test("labels: title, version, revision, source and base", () => {
  const labels = [...only("LABEL").matchAll(/org\.opencontainers\.image\.([a-z.]+)="([^"]*)"/g)].map(
    ([, key, value]) => [key, value],
  );
  expect(Object.fromEntries(labels)).toMatchObject({
    title: "tarmac-app",
    version: "${VERSION}",
    revision: "${REVISION}",
    source: "${SOURCE}",
    "base.name": "${NODE_IMAGE}",
  });
});

test("it builds with Docker 20.10, with BuildKit and without", () => {
  expect(text).not.toMatch(/^#\s*syntax\s*=|<<-?['"]?[A-Z]+|--link|--chmod|--mount/m);
});

test("the build context lists only what is needed", () => {
  const lines = readFileSync(join(root, "app/.dockerignore"), "utf8").split("\n");
  const rules = lines.filter((line) => line !== "" && !line.startsWith("#"));
  expect(rules).toEqual(["*", "!image", "!src", "!package.json", "!package-lock.json"]);
});

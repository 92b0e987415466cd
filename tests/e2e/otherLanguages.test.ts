/** The components from a program in YAML: it deploys the whole path, and wrong arguments stop it before anything is created. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { provideYamlHost } from "../../local/toolchain/yamlHost.ts";
import { isReady, local, pods, start } from "./localStack.ts";
import { localSettings } from "./ownStack.ts";
import { ended, run } from "./runProgram.ts";

interface Program {
  resources: Record<string, { properties: Record<string, unknown> }>;
  outputs: Record<string, string>;
  [key: string]: unknown;
}

const name = "e2e-yaml";
const secretText = "kept-out-of-the-state";
let folder: string;
let program: Program;

const pulumi = (command: string, ...options: string[]) =>
  run("pulumi", [command, "--non-interactive", "--stack", name, ...options], { cwd: folder, env: stackEnvironment() });

/** Writes the program with these arguments of the service in addition. */
function write(more: Record<string, unknown> = {}): void {
  const { buildArgs, nodeCount, grantSeconds, localAccounts, serviceType, location } = localSettings();
  const ofMachine = { buildArgs, nodeCount, grantSeconds, localAccounts, serviceType, location };
  const given = { ...program.resources.orders?.properties, ...more };
  const properties = { ...given, ...ofMachine, context: "app", appName: name };
  const text = {
    ...program,
    config: { token: { type: "string", secret: true } },
    plugins: { providers: [{ name: "tarmac", path: join(checkoutFolder, "plugin") }] },
    resources: {
      orders: { type: "tarmac:NodeService", properties: { secretValues: { TOKEN: "${token}" }, ...properties } },
    },
  };
  writeFileSync(join(folder, "Pulumi.yaml"), stringify(text));
}

beforeAll(async () => {
  await start();
  await provideYamlHost();
  folder = mkdtempSync(join(tmpdir(), "tarmac-yaml-"));
  cpSync(join(checkoutFolder, "app"), join(folder, "app"), { recursive: true });
  program = parse(readFileSync(join(checkoutFolder, "examples", "yaml", "Pulumi.yaml"), "utf8")) as Program;
  write();
  await run("pulumi", ["--non-interactive", "stack", "init", name, "--no-select"], {
    cwd: folder,
    env: stackEnvironment(),
  });
  const { config } = parse(readFileSync(join(checkoutFolder, "Pulumi.local.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  for (const [key, value] of Object.entries(config).filter(([key]) => key.startsWith("azure-native:")))
    await run("pulumi", ["config", "set", "--stack", name, key, String(value)], {
      cwd: folder,
      env: stackEnvironment(),
    });
  await run("pulumi", ["config", "set", "--stack", name, "--secret", "token", secretText], {
    ...{ cwd: folder, env: stackEnvironment() },
  });
});
afterAll(async () => {
  write();
  await pulumi("destroy", "--yes", "--skip-preview");
  await run("pulumi", ["stack", "rm", "--yes", "--stack", name], { cwd: folder, env: stackEnvironment() });
  rmSync(folder, { recursive: true });
  expect(await local("kubectl", "get", "namespaces", "--output", "name")).not.toContain(name);
});

it("refuses an argument by its name, value and fix, and creates nothing", async () => {
  write({ drainSeconds: 9000 });
  const { code, stdout, stderr } = await ended(
    "pulumi",
    ["up", "--non-interactive", "--yes", "--skip-preview", "--stack", name],
    { cwd: folder, env: stackEnvironment() },
  );
  expect(code).not.toBe(0);
  const said = stdout + stderr;
  expect(said).toMatch(/drainSeconds.*9000 is out of range: use a whole number from 0 to/s);
  const { deployment } = JSON.parse(await pulumi("stack", "export")) as {
    deployment: { resources?: { type: string }[] };
  };
  expect((deployment.resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"))).toEqual([]);
});

it("previews a stack that does not exist yet", async () => {
  write();
  expect(await pulumi("preview")).toContain("tarmac:index:NodeService");
});

it("deploys the whole path, with secrets encrypted and outputs", async () => {
  await pulumi("up", "--yes", "--skip-preview");
  const outputs = JSON.parse(await pulumi("stack", "output", "--json")) as Record<string, string>;
  expect((await fetch(outputs.url ?? "")).status).toBe(200);
  expect((await pods(name)).filter(isReady)).toHaveLength(2);
  expect(await pulumi("stack", "export")).not.toContain(secretText);
});

it("plans no change for a second update, also after a refresh", async () => {
  await pulumi("preview", "--expect-no-changes", "--refresh");
});

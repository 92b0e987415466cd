/**
 * tarmac without a fork: the packed packages install into an empty project outside of the checkout. Its program of twenty
 * lines type-checks and deploys, the command `tarmac` runs, and the engine loads the policy pack. docs/without-forking.md shows
 * this project.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { writeLocalPack } from "../../local/plugins/policyHost.ts";
import { checkoutFolder, nodeBinary } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { isReady, pods, start } from "./localStack.ts";
import { localSettings, ownStack, type OwnStack } from "./ownStack.ts";
import { ended, run } from "./runProgram.ts";
import type { Findings } from "../../ops/policy/policyFindings.ts";

const name = "e2e-unforked";
let folder: string;
let project: string;
let stack: OwnStack | undefined;

beforeAll(async () => {
  await start();
  folder = mkdtempSync(join(tmpdir(), "tarmac-unforked-"));
  project = join(folder, "orders");
  cpSync(join(checkoutFolder, "examples", "without-forking"), project, { recursive: true });
  cpSync(join(checkoutFolder, "app"), join(project, "app"), { recursive: true });
  const inCheckout = { cwd: checkoutFolder, env: stackEnvironment() };
  const packed = await run("npm", ["run", "--silent", "pack", "--", "--to", join(folder, "dist")], inCheckout);
  const tarballs = [...packed.matchAll(/^wrote (.*\.tgz)$/gm)].map(([, file = ""]) => file);
  expect(tarballs.map((file) => /tarmac-([a-z]+)-/.exec(basename(file))?.[1])).toEqual([
    ...["validate", "components", "settings", "policy", "ops", "plugin"],
  ]);
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  // As a user does: with this machine's own proxy and authorities, and not with those of the local environment.
  await run("npm", ["install", ...options, ...tarballs], { cwd: project, env: process.env });
});
afterAll(async () => {
  await stack?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const inProject = (program: string, ...args: string[]) => run(program, args, { cwd: project, env: stackEnvironment() });

it("type-checks, declarations of the packages included", async () => {
  expect(await inProject("npm", "exec", "--", "tsc", "-p", ".", "--skipLibCheck", "false")).toBe("");
});

it("installs one copy of Pulumi's SDK, and nothing of the checkout", () => {
  const installed = JSON.parse(readFileSync(join(project, "node_modules", ".package-lock.json"), "utf8")) as {
    packages: Record<string, { link?: boolean }>;
  };
  const paths = Object.keys(installed.packages);
  expect(paths.filter((path) => path.endsWith("/@pulumi/pulumi"))).toEqual(["node_modules/@pulumi/pulumi"]);
  expect(Object.values(installed.packages).filter(({ link }) => link)).toEqual([]);
});

it("has the command tarmac, with every subcommand of the checkout's", async () => {
  const help = await inProject("npx", "--no", "--", "tarmac", "--help");
  expect(help).toBe(await run(nodeBinary, ["ops/tarmac.ts", "--help"], { env: stackEnvironment() }));
});

it("deploys a service that answers", async () => {
  stack = await ownStack(name, { ...localSettings(), replicas: 1 }, project);
  await stack.up();
  const { url } = await stack.outputs();
  expect((await fetch(url ?? "")).status).toBe(200);
  expect((await pods(name)).filter(isReady)).toHaveLength(1);
  await stack.preview({}, "--expect-no-changes");
});

it("is checked against the packed policies by its own command", async () => {
  if (stack === undefined) throw new Error("the stack was not deployed");
  const pack = join(folder, "pack");
  writeLocalPack(join(project, "node_modules", "@tarmac", "policy"), pack);
  const command = ["--no", "--", "tarmac", "policy", name, "--config-file", await stack.writeSettings(), "--json"];
  const env = { ...stackEnvironment(), TARMAC_POLICY_PACK: pack };
  const { code, stdout, stderr } = await ended("npx", command, { cwd: project, env });
  expect([code, stderr]).toEqual([1, expect.any(String)]);
  const { findings, passed } = JSON.parse(stdout) as Findings;
  // These cannot hold on a simulated cluster, and this project has no exceptions.
  expect(findings.map(({ policy }) => policy)).toEqual(
    expect.arrayContaining(["cluster-api-server", "cluster-no-local-accounts"]),
  );
  expect(passed).toBeGreaterThan(0);
});

/**
 * tarmac without a fork: the packed packages install into an empty project outside of the checkout. Its program of twenty
 * lines type-checks and deploys. docs/without-forking.md shows this project.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { isReady, pods, start } from "./localStack.ts";
import { localSettings, ownStack, type OwnStack } from "./ownStack.ts";
import { run } from "./runProgram.ts";

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
  const tarballs = [...packed.matchAll(/^wrote (.*tarmac-(?:validate|components|settings)-.*\.tgz)$/gm)].map(
    ([, file = ""]) => file,
  );
  expect(tarballs).toHaveLength(3);
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

it("deploys a service that answers", async () => {
  stack = await ownStack(name, { ...localSettings(), replicas: 1 }, project);
  await stack.up();
  const { url } = await stack.outputs();
  expect((await fetch(url ?? "")).status).toBe(200);
  expect((await pods(name)).filter(isReady)).toHaveLength(1);
  await stack.preview({}, "--expect-no-changes");
});

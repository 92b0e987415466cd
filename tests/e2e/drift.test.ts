/** The drift check reports changes outside of Pulumi by resource and property, but not changes of what the program does not set. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { azure, revoke } from "./azureQueries.ts";
import { copyCheckout } from "./checkoutCopy.ts";
import { ended } from "./runProgram.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { local, start } from "./localStack.ts";

interface Finding {
  state: string;
  drifted: {
    what: string;
    type: string;
    name: string;
    properties: { path: string; before?: string; after?: string }[];
  }[];
  problems: string[];
}

/** As on a machine without a Docker engine. */
const noEngine = { DOCKER_HOST: "unix:///run/nowhere/docker.sock" };

/** Runs the command like a workflow does, on a machine without a Docker engine. */
async function drift(...args: string[]): Promise<{ code: number; stderr: string; findings: Finding[] }> {
  const command = ["run", "--silent", "drift", "--", "--json", ...args];
  const env = { ...stackEnvironment(), ...noEngine, TARMAC_PROJECT: project };
  const { code, stdout, stderr } = await ended("npm", command, { env });
  process.stderr.write(stderr);
  return { code, stderr, findings: stdout === "" ? [] : (JSON.parse(stdout) as Finding[]) };
}

/** The project with policies for the stack: those of this machine. */
const project = mkdtempSync(join(tmpdir(), "tarmac-e2e-"));

let stack: OwnStack;
let configFile: string;
const kubectl = (...args: string[]) => local("kubectl", "--namespace", "e2e-drift", ...args);

beforeAll(async () => {
  await start();
  await copyCheckout(project);
  const policies = join(project, "policy", "config");
  cpSync(join(policies, "local.json"), join(policies, "e2e-drift.json"));
  stack = await ownStack("e2e-drift", { autoscale: { min: 2, max: 4, cpuPercent: 70 } });
  await stack.up();
  configFile = await stack.writeSettings();
});

afterAll(async () => {
  rmSync(project, { recursive: true });
  await stack.remove();
});

it("finds no drift after an update, whatever defaults Kubernetes and Azure filled in", async () => {
  const { code, findings } = await drift("e2e-drift", "--config-file", configFile);
  expect(findings).toMatchObject([{ state: "none", drifted: [], problems: [] }]);
  expect(code).toBe(0);
});

it("finds no drift when the autoscaler scales, or when others set what the program leaves unset", async () => {
  await kubectl("scale", "deployment", "e2e-drift", "--replicas", "3");
  await kubectl("label", "deployment", "e2e-drift", "team=blue");
  const { code, findings } = await drift("e2e-drift", "--config-file", configFile);
  expect({ code, drifted: findings[0]?.drifted }).toEqual({ code: 0, drifted: [] });
});

it("names drift by resource and property, and corrects it except on guarded resources", async () => {
  const { resourceGroup = "" } = await stack.outputs();
  await kubectl("set", "env", "deployment/e2e-drift", "DRAIN_SECONDS=60");
  await kubectl("delete", "poddisruptionbudget", "e2e-drift");
  await revoke(resourceGroup, "AcrPull");
  const { resourceGroups } = azure();
  const { location, tags } = await resourceGroups.get(resourceGroup);
  await resourceGroups.createOrUpdate(resourceGroup, { location, tags: { ...tags, stack: "mine" } });

  const { code, findings } = await drift("e2e-drift", "--config-file", configFile);
  expect(code).toBe(1);
  const found = findings.flatMap(({ drifted }) => drifted);
  expect(found.map(({ what, type }) => `${what} ${type}`).sort()).toEqual([
    "changed azure-native:resources:ResourceGroup",
    "changed kubernetes:apps/v1:Deployment",
    "deleted azure-native:authorization:RoleAssignment",
    "deleted kubernetes:policy/v1:PodDisruptionBudget",
  ]);
  const changes = found.flatMap(({ properties }) => properties);
  expect(changes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ path: "tags.stack", before: "e2e-drift", after: "mine" }),
      expect.objectContaining({ path: expect.stringContaining("env[") as string, before: "5", after: "60" }),
    ]) as unknown[],
  );

  // Looking has changed nothing: the same is seen again, and put back.
  const back = await drift("e2e-drift", "--config-file", configFile, "--put-back");
  expect(back.findings[0]?.drifted).toHaveLength(4);
  expect(back.stderr).toMatch(/ResourceGroup\) stays as it is: it is guarded/);
  expect(back.stderr).toMatch(/^put back /m);
  // The guarded resource was left.
  expect(back.code).toBe(1);
  const left = await drift("e2e-drift", "--config-file", configFile);
  expect(left.findings[0]?.drifted.map(({ type }) => type)).toEqual(["azure-native:resources:ResourceGroup"]);
  await stack.up({}, "--refresh");
  expect((await drift("e2e-drift", "--config-file", configFile)).code).toBe(0);
});

it("cannot check a stack that does not exist", async () => {
  const { code, findings } = await drift("e2e-nowhere");
  expect({ code, state: findings[0]?.state }).toEqual({ code: 2, state: "unseen" });
  expect(findings[0]?.problems[0]).toMatch(/no stack named 'e2e-nowhere' found/);
});

it("needs no Docker engine, like a preview and the deletion of the stack: only a build does", async () => {
  stack.variables = noEngine;
  expect(await stack.preview()).toMatch(/providers:docker +e2e-drift-no-engine +create/);
  // Nor does an update whose image is that of the last one.
  stack.variables = { DOCKER_HOST: "ssh://no-docker-engine-on-this-machine" };
  await stack.up({}, "--refresh");
  stack.variables = noEngine;
  const destroyed = await stack.pulumi("destroy", {}, "--yes", "--skip-preview");
  expect(destroyed).toMatch(/^ +- \d+ deleted$/m);
  expect(JSON.parse(await stack.state())).not.toHaveProperty("deployment.resources.0");
});

/**
 * Sandboxes in an existing registry and on an existing cluster that others use as well. `down` deletes what belongs to the
 * sandbox, even after the sign-in has changed, and nothing else.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { parse, stringify } from "yaml";
import { roles } from "../../components/azure/builtInRoles.ts";
import { stateFolder } from "../../local/layout.ts";
import { azure, grantsOn } from "./azureQueries.ts";
import { type Gone, ownVariables, sandbox, writeForm } from "./sandboxCommand.ts";
import { eventually, isReady, local, outputs, pods, start } from "./localStack.ts";

const registries = "Microsoft.ContainerRegistry/registries";
const place = { group: "e2e-others", name: "e2eothers" };
const deployers = ["first", "second"].map((name) => `e2e-${name}-deployer`);
const folder = mkdtempSync(join(tmpdir(), "tarmac-shared-"));
const forms: string[] = [];
let kubelet: string;

const kubectl = (...args: string[]) => local("kubectl", ...args);

/** A kubeconfig for one of the deployers: the environment's, with a token of that service account. */
async function signInAs(deployer: string): Promise<string> {
  const token = (await kubectl("create", "token", deployer, "--namespace", "kube-system")).trim();
  const file = join(folder, "kubeconfig");
  const { clusters = [] } = parse(await kubectl("config", "view", "--raw", "--minify", "--flatten")) as {
    clusters?: { cluster: object }[];
  };
  writeFileSync(
    file,
    stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "shared" },
      clusters: [{ name: "shared", cluster: clusters[0]?.cluster }],
      users: [{ name: deployer, user: { token } }],
      contexts: [{ name: "shared", context: { cluster: "shared", user: deployer } }],
    }),
    { mode: 0o600 },
  );
  return file;
}

/** Who may pull from the shared registry. */
const pullers = async () => (await grantsOn(place.group, registries)).map(({ principalId }) => principalId);

const repositories = () =>
  readdirSync(join(stateFolder, "azure/registries", place.name, "images/docker/registry/v2/repositories/hello")).sort();

beforeAll(async () => {
  await start();
  const { subscription, resourceGroups, roleAssignments } = azure();
  kubelet = (await outputs()).kubeletObjectId;
  await resourceGroups.createOrUpdate(place.group, { location: "northeurope" });
  const { id = "" } = await azure()
    .registries.create(place.group, place.name, {
      location: "northeurope",
      sku: { name: "Basic" },
      tags: { owner: "others" },
    })
    .pollUntilDone();
  // Like `az aks update --attach-acr`, once for everything that runs on the cluster.
  await roleAssignments.create(id, randomUUID(), {
    ...{ principalId: kubelet, principalType: "ServicePrincipal" },
    roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roles.acrPull}`,
  });
  for (const name of deployers) {
    await kubectl("create", "serviceaccount", name, "--namespace", "kube-system");
    const subject = `--serviceaccount=kube-system:${name}`;
    await kubectl("create", "clusterrolebinding", name, "--clusterrole=cluster-admin", subject);
  }
  ownVariables.KUBECONFIG = await signInAs(deployers[0] ?? "");
  const registry = { existingRegistry: place.name, existingRegistryGroup: place.group };
  // Such a cluster is not part of the stack, so the program would refuse settings about one.
  const cluster = { kubeContext: "shared", nodeCount: 2, grantSeconds: 90, localAccounts: false };
  forms.push(writeForm("e2e-on-shared", { ...registry, ...cluster }), writeForm("e2e-attached", registry));
});

afterAll(async () => {
  const known = await local("pulumi", "stack", "ls", "--output", "json");
  for (const name of ["guest", "attached"]) {
    if (known.includes(`"sandbox-${name}"`)) await sandbox("down", name, "--from", "e2e-on-shared");
  }
  for (const name of deployers) {
    await kubectl("delete", "serviceaccount", name, "--namespace", "kube-system", "--ignore-not-found");
    await kubectl("delete", "clusterrolebinding", name, "--ignore-not-found");
  }
  await azure().resourceGroups.beginDeleteAndWait(place.group);
  for (const file of [...forms, folder]) rmSync(file, { recursive: true, force: true });
});

it("sandboxes are created next to others", async () => {
  const made = await Promise.all([
    sandbox("up", "guest", "--from", "e2e-on-shared"),
    sandbox("up", "attached", "--from", "e2e-attached"),
  ]);
  expect(made.map(({ code, text }) => (code === 0 ? "up" : text))).toEqual(["up", "up"]);
  expect((await pods("sandbox-guest")).every(isReady)).toBe(true);
  expect(repositories()).toEqual(["sandbox-attached", "sandbox-guest"]);
  expect(await pullers()).toHaveLength(2);
});

it("sandboxes are deleted with their namespace and images, even if the sign-in that created them is no longer valid", async () => {
  const [first = "", second = ""] = deployers;
  const old = ownVariables.KUBECONFIG ?? "";
  await kubectl("delete", "serviceaccount", first, "--namespace", "kube-system");
  await eventually(
    () => kubectl("get", "namespaces", "--kubeconfig", old).catch(String),
    (said) => said.includes("Unauthorized") || said.includes("logged in"),
  );
  const blind = await sandbox("down", "guest", "--from", "e2e-on-shared");
  expect(blind.text).toMatch(/the cluster https:\S+ cannot be asked: it answers 401/);
  expect(blind.code).toBe(2);

  ownVariables.KUBECONFIG = await signInAs(second);
  const { result, code, text } = await sandbox<Gone>("down", "guest", "--from", "e2e-on-shared");
  expect({ code, text }).toMatchObject({ code: 0 });
  const images = expect.stringMatching(/^images localhost:\d+\/hello\/sandbox-guest$/) as string;
  expect(result).toEqual({ stack: "sandbox-guest", swept: [images], left: [], kept: [] });
  expect(text).toContain("deletion 1 of 3 failed");
  expect(text).not.toContain("deletion 2 of 3 failed");
  await expect(kubectl("get", "namespace", "sandbox-guest")).rejects.toThrow("not found");
});

it("sandboxes leave the registry, the cluster and other sandboxes untouched", async () => {
  expect(repositories()).toEqual(["sandbox-attached"]);
  expect(await pullers()).toHaveLength(2);
  expect(await azure().registries.get(place.group, place.name)).toMatchObject({ tags: { owner: "others" } });
  expect((await pods("hello")).every(isReady)).toBe(true);
  expect((await fetch((await outputs()).url)).status).toBe(200);
});

it("sandboxes remove their own cluster's right to pull", async () => {
  const { result, code, text } = await sandbox<Gone>("down", "attached", "--from", "e2e-attached");
  expect({ code, text }).toMatchObject({ code: 0 });
  expect(result.left).toEqual([]);
  expect(await pullers()).toEqual([kubelet]);
});

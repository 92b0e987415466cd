/**
 * Microsoft's `az` against the simulated Azure and the stack that runs on it. The tests need `az` on PATH, or its path in `TARMAC_AZ`
 * (`pip install azure-cli` in a virtual environment).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { caCertificate, ports } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { run } from "./runProgram.ts";
import { type Outputs, outputs, start } from "./localStack.ts";
import { optionalProgram } from "./optionalProgram.ts";

const program = optionalProgram("az", process.env.TARMAC_AZ);

const suite =
  program === undefined
    ? (name: string, tests: () => void) =>
        describe.skip(`${name} (skipped: az is neither on PATH nor in TARMAC_AZ)`, tests)
    : describe;

suite("az", () => {
  const group = "tarmac-az";
  /** az keeps its clouds, accounts and tokens here; the user's own stay untouched. */
  const folder = mkdtempSync(join(tmpdir(), "tarmac-az-"));
  const environment = {
    ...process.env,
    AZURE_CONFIG_DIR: folder,
    REQUESTS_CA_BUNDLE: caCertificate,
    AZURE_CORE_COLLECT_TELEMETRY: "no",
  };
  const az = (...args: string[]) => run(program ?? "az", [...args, "--only-show-errors"], { env: environment });
  const parsed = async <T>(...args: string[]) => JSON.parse(await az(...args, "--output", "json")) as T;
  const names = (...args: string[]) => parsed<string[]>(...args, "--query", "[].name");
  let stack: Outputs;
  let registry: string;

  beforeAll(async () => {
    await start();
    stack = await outputs();
    await az(
      "cloud",
      "register",
      "--name",
      "TarmacLocal",
      "--endpoint-resource-manager",
      `https://localhost:${ports.azure}`,
    );
    await az("cloud", "set", "--name", "TarmacLocal");
    // The environment's Entra is not among those that Microsoft's own knows.
    await az("config", "set", "core.instance_discovery=false");
    const { ARM_CLIENT_ID = "", ARM_CLIENT_SECRET = "", ARM_TENANT_ID = "" } = stackEnvironment();
    await az(
      "login",
      "--service-principal",
      "--username",
      ARM_CLIENT_ID,
      "--password",
      ARM_CLIENT_SECRET,
      "--tenant",
      ARM_TENANT_ID,
    );
    await az("group", "create", "--name", group, "--location", "westeurope");
    [registry = ""] = await names("acr", "list", "--resource-group", stack.resourceGroup);
  });
  afterAll(async () => {
    await az("group", "delete", "--name", group, "--yes");
    rmSync(folder, { recursive: true });
  });

  it("signs in as the deployer", async () => {
    expect(await parsed("account", "show")).toMatchObject({
      environmentName: "TarmacLocal",
      id: stackEnvironment().ARM_SUBSCRIPTION_ID,
      user: { name: stackEnvironment().ARM_CLIENT_ID, type: "servicePrincipal" },
    });
  });

  it("lists groups and resources", async () => {
    expect(await names("group", "list")).toEqual(expect.arrayContaining([stack.resourceGroup, group]));
    const types = await parsed<string[]>(
      "resource",
      "list",
      "--resource-group",
      stack.resourceGroup,
      "--query",
      "[].type",
    );
    expect(types).toEqual(
      expect.arrayContaining([
        "Microsoft.ContainerRegistry/registries",
        "Microsoft.ContainerService/managedClusters",
        "Microsoft.ManagedIdentity/userAssignedIdentities",
      ]),
    );
  });

  it("shows the registry, signs in to it, and lists what was pushed", async () => {
    expect(await parsed("acr", "show", "--name", registry)).toMatchObject({
      loginServer: stack.loginServer,
      provisioningState: "Succeeded",
    });
    expect(await parsed("acr", "login", "--name", registry, "--expose-token")).toMatchObject({
      loginServer: stack.loginServer,
      refreshToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    });
    const [repository = "", tag = ""] = stack.imageReference.slice(stack.loginServer.length + 1).split(/[:@]/);
    expect(await parsed("acr", "repository", "list", "--name", registry)).toContain(repository);
    expect(await parsed("acr", "repository", "show-tags", "--name", registry, "--repository", repository)).toContain(
      tag,
    );
  });

  it("shows the cluster and its pools, and fetches a kubeconfig that works", async () => {
    const cluster = ["--resource-group", stack.resourceGroup, "--cluster-name", stack.clusterName];
    expect(await names("aks", "list")).toContain(stack.clusterName);
    expect(
      await parsed("aks", "show", "--resource-group", stack.resourceGroup, "--name", stack.clusterName),
    ).toMatchObject({
      provisioningState: "Succeeded",
      identityProfile: { kubeletidentity: { objectId: stack.kubeletObjectId } },
    });
    const [pool] = await parsed<object[]>("aks", "nodepool", "list", ...cluster);
    expect(pool).toMatchObject({ mode: "System", provisioningState: "Succeeded" });
    const kubeconfig = join(folder, "kubeconfig");
    await az(
      "aks",
      "get-credentials",
      "--resource-group",
      stack.resourceGroup,
      "--name",
      stack.clusterName,
      // A user's kubeconfig calls kubelogin, which is not available here. The local stack has local accounts.
      "--admin",
      "--file",
      kubeconfig,
    );
    const namespaces = await run("kubectl", ["--kubeconfig", kubeconfig, "get", "namespaces", "--output", "name"], {
      env: stackEnvironment(),
    });
    expect(namespaces).toContain(`namespace/${stack.namespaceName}`);
  });

  it("shows identities and who holds which role, with the names that Graph gives", async () => {
    const identities = await parsed<{ name: string; principalId: string; clientId: string }[]>(
      "identity",
      "list",
      "--resource-group",
      stack.resourceGroup,
    );
    const kubelet = identities.find(({ principalId }) => principalId === stack.kubeletObjectId);
    expect(
      await parsed("identity", "show", "--resource-group", stack.resourceGroup, "--name", kubelet?.name ?? ""),
    ).toEqual(kubelet);
    const assignments = await parsed<{ roleDefinitionName: string }[]>(
      ...["role", "assignment", "list", "--all", "--assignee", kubelet?.clientId ?? ""],
    );
    // Pulls work in both role modes of the registry.
    expect(assignments.map(({ roleDefinitionName }) => roleDefinitionName).sort()).toEqual([
      "AcrPull",
      "Container Registry Repository Reader",
    ]);
    for (const assignment of assignments)
      expect(assignment).toMatchObject({
        principalId: stack.kubeletObjectId,
        principalName: kubelet?.clientId,
        scope: expect.stringMatching(new RegExp(`/registries/${registry}$`)) as string,
      });
  });

  it("attaches the registry to the cluster, as in the lesson", async () => {
    const cluster = ["--name", stack.clusterName, "--resource-group", stack.resourceGroup];
    await az("aks", "update", ...cluster, "--attach-acr", registry);
    const scope = ["--scope", await parsed<string>("acr", "show", "--name", registry, "--query", "id")];
    const granted = await parsed<{ principalId: string; roleDefinitionName: string }[]>(
      "role",
      "assignment",
      "list",
      ...scope,
    );
    const roles = granted.filter(({ principalId }) => principalId === stack.kubeletObjectId);
    expect(roles.map(({ roleDefinitionName }) => roleDefinitionName)).toContain("AcrPull");
  });

  it("creates and lists networks and storage accounts", async () => {
    const place = ["--resource-group", group, "--location", "westeurope"];
    await az("network", "vnet", "create", ...place, "--name", "azure-cli", "--address-prefixes", "10.9.0.0/16");
    expect(await parsed("network", "vnet", "list", "--resource-group", group)).toEqual([
      expect.objectContaining({ name: "azure-cli", addressSpace: { addressPrefixes: ["10.9.0.0/16"] } }),
    ]);
    await az("storage", "account", "create", ...place, "--name", "tarmacazurecli", "--sku", "Standard_LRS");
    expect(await names("storage", "account", "list", "--resource-group", group)).toEqual(["tarmacazurecli"]);
  });
});

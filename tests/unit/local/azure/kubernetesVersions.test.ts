/** The versions of the simulated AKS: new clusters, upgrades, and pools relative to their control plane. */
import { supportedMinors } from "../../../../validate/aksVersions.ts";
import type { AgentPool, ManagedCluster } from "@azure/arm-containerservice";
import {
  compareVersions,
  defaultVersion,
  fullVersion,
  offeredVersions,
  poolVersion,
  requireCompatible,
  requireOffered,
  requireVersionsOfAllOrNone,
  upgradedControlPlane,
} from "../../../../local/azure/resourceTypes/clusterVersions.ts";
import { arm, type Clients, type Environment, eventually, simulation, startWithGroup } from "./testAzure.ts";

/** A refusal with this code and message. */
const refusal = (code: string, message: string): Error =>
  expect.objectContaining({ status: 400, code, message: expect.stringContaining(message) as string }) as Error;

const inNovember = new Date("2026-11-28T08:00:00Z");

describe("a new cluster", () => {
  test("may have a version in community support, and any newer patch of it", () => {
    for (const version of ["1.35", "1.36", "1.37", "1.36.2"]) {
      expect(() => requireOffered("aks", version, false, inNovember)).not.toThrow();
    }
  });

  test.each([
    ["in the month in which community support ends", "1.34"],
    ["after the end of community support", "1.33"],
  ])("needs long-term support %s", (_, version) => {
    expect(() => requireOffered("aks", version, false, inNovember)).toThrow(
      refusal(
        "K8sVersionNotSupported",
        `Managed cluster aks is on version ${fullVersion(version)}, which is only available for Long-Term Support (LTS).`,
      ),
    );
    expect(() => requireOffered("aks", version, true, inNovember)).not.toThrow();
  });

  test.each(["1.30", "1.21", "1.99"])("cannot have %s, which is retired or not released yet", (version) => {
    expect(() => requireOffered("aks", version, true, inNovember)).toThrow(
      `Managed cluster aks is on version ${version} which is not supported in this region. Please use [az aks get-versions] command`,
    );
  });

  test("gets the second newest version if it requests none", () => {
    expect(defaultVersion(inNovember)).toBe("1.36");
    expect(offeredVersions(inNovember).map(({ version, isDefault }) => [version, isDefault])).toEqual([
      ["1.31", undefined],
      ["1.32", undefined],
      ["1.33", undefined],
      ["1.34", undefined],
      ["1.35", undefined],
      ["1.36", true],
      ["1.37", undefined],
    ]);
  });
});

describe("a control plane", () => {
  test("moves to the next minor version or a newer patch, and does not move for its own minor version", () => {
    expect(upgradedControlPlane("1.35.4", "1.36")).toBe("1.36.2");
    expect(upgradedControlPlane("1.35.4", "1.35.6")).toBe("1.35.6");
    expect(upgradedControlPlane("1.35.4", "1.35")).toBe("1.35.4");
    expect(upgradedControlPlane("1.35.4", undefined)).toBe("1.35.4");
  });

  test.each([
    ["skips no minor version", "1.34.9", "1.36", "Available upgrades: [1.35.6]."],
    ["is not downgraded", "1.36.2", "1.35", "Available upgrades: [1.37.1]."],
  ])("%s", (_, current, asked, available) => {
    expect(() => upgradedControlPlane(current, asked)).toThrow(
      refusal(
        "OperationNotAllowed",
        `Upgrading Kubernetes version ${current} to ${asked} is not allowed. ${available} Please see https://aka.ms/aks-supported-k8s-ver for version details.`,
      ),
    );
  });
});

describe("a pool", () => {
  test("keeps its version if the request names none, and has the control plane's if it is new", () => {
    const before = { orchestratorVersion: "1.35", currentOrchestratorVersion: "1.35.6" };
    expect(poolVersion(undefined, before, "1.36.2")).toEqual(before);
    expect(poolVersion(undefined, undefined, "1.36.2")).toEqual({
      ...{ orchestratorVersion: "1.36", currentOrchestratorVersion: "1.36.2" },
    });
    expect(poolVersion("1.36", before, "1.36.2")).toEqual({
      ...{ orchestratorVersion: "1.36", currentOrchestratorVersion: "1.36.2" },
    });
  });

  test.each([
    [
      "newer than its control plane",
      "1.36.2",
      "1.35.6",
      "Minor version of node pool version 36 is bigger than control plane version 35.",
    ],
    ["with a newer patch than its control plane", "1.35.9", "1.35.6", "Patch version of node pool is bigger"],
    [
      "more than three minor versions behind",
      "1.32.4",
      "1.36.2",
      "Minor version of node pool cannot be more than 3 versions less than control plane's version.",
    ],
  ])("cannot be %s", (_, pool, controlPlane, reason) => {
    expect(() => requireCompatible(pool, controlPlane)).toThrow(refusal("NodePoolMcVersionIncompatible", reason));
  });

  test("is not downgraded", () => {
    expect(() => poolVersion("1.35", { currentOrchestratorVersion: "1.36.2" }, "1.36.2")).toThrow(
      refusal("AgentPoolUpgradeVersionNotAllowed", "A node pool cannot be downgraded."),
    );
  });

  test("versions compare as numbers", () => {
    expect(compareVersions("1.9.10", "1.36.2")).toBeLessThan(0);
    expect(compareVersions("1.36.10", "1.36.9")).toBeGreaterThan(0);
    expect(compareVersions("1.36.2", "1.36.2")).toBe(0);
  });
});

describe("versions of pools in a cluster's own request", () => {
  const pools = new Map([
    ["system", { orchestratorVersion: "1.35", currentOrchestratorVersion: "1.35.6" }],
    ["apps", { orchestratorVersion: "1.35", currentOrchestratorVersion: "1.35.6" }],
  ]);
  const profile = (name: string, orchestratorVersion?: string) => ({ name, profile: { orchestratorVersion } });

  test("are stated for none or for all: unchanged, or the control plane's", () => {
    requireVersionsOfAllOrNone([profile("system")], pools, "1.36.2");
    requireVersionsOfAllOrNone([profile("system", "1.36"), profile("apps", "1.35")], pools, "1.36.2");
  });

  test.each([
    ["of some", [profile("system", "1.36"), profile("apps")]],
    ["stated for some pools while others exist", [profile("system", "1.36")]],
    ["neither unchanged nor the control plane's", [profile("system", "1.34"), profile("apps", "1.36")]],
  ])("are refused %s", (_, profiles) => {
    expect(() => requireVersionsOfAllOrNone(profiles, pools, "1.36.2")).toThrow(
      refusal("NotAllAgentPoolOrchestratorVersionSpecifiedAndUnchanged", "must be all specified or all unspecified"),
    );
  });
});

describe("an upgrade through @azure/arm-containerservice", () => {
  // The versions that are supported when the test runs.
  const [from = "", to = "", beyond = ""] = supportedMinors(false, new Date()).slice(-3);
  let environment: Environment;
  let azure: Clients;
  let group: string;
  beforeAll(async () => {
    ({ environment, azure, group } = await startWithGroup());
    await azure.clusters.managedClusters.createOrUpdate("rg", "aks", cluster(from));
    await azure.clusters.agentPools.createOrUpdate("rg", "aks", "apps", pool());
  });
  afterAll(() => environment.stop());

  const cluster = (kubernetesVersion: string, more: Partial<ManagedCluster> = {}): ManagedCluster => ({
    location: "swedencentral",
    identity: { type: "SystemAssigned" },
    kubernetesVersion,
    agentPoolProfiles: [{ name: "system", mode: "System", count: 2, vmSize: "Standard_D4s_v5" }],
    ...more,
  });
  const pool = (orchestratorVersion?: string): AgentPool => ({
    ...{ mode: "User", count: 1, vmSize: "Standard_D4s_v5", orchestratorVersion },
  });

  const versions = async () => {
    const { currentKubernetesVersion, agentPoolProfiles } = await azure.clusters.managedClusters.get("rg", "aks");
    const ofPools = agentPoolProfiles?.map(({ name, currentOrchestratorVersion }) => [
      name,
      currentOrchestratorVersion,
    ]);
    return { cluster: currentKubernetesVersion, ...(Object.fromEntries(ofPools ?? []) as object) };
  };

  test("of the control plane leaves the pools as they are, until each is upgraded by itself", async () => {
    await expect(azure.clusters.agentPools.createOrUpdate("rg", "aks", "apps", pool(to))).rejects.toMatchObject({
      statusCode: 400,
      code: "NodePoolMcVersionIncompatible",
    });
    await azure.clusters.managedClusters.createOrUpdate("rg", "aks", cluster(to));
    expect(await versions()).toEqual({ cluster: fullVersion(to), system: fullVersion(from), apps: fullVersion(from) });

    await azure.clusters.agentPools.createOrUpdate("rg", "aks", "apps", pool(to));
    expect(await versions()).toEqual({ cluster: fullVersion(to), system: fullVersion(from), apps: fullVersion(to) });
  });

  test("of the system pool can be a deployment of a template, because the pool is not a resource of its own to a program", async () => {
    const answer = await deploy("upgrade", { mode: "System", orchestratorVersion: to });
    expect(answer.status).toBe(201);
    await eventually(async () => {
      expect(await versions()).toEqual({ cluster: fullVersion(to), system: fullVersion(to), apps: fullVersion(to) });
    });
    await eventually(async () => {
      const { properties } = await arm(environment.azure, "GET", `${deployments()}/upgrade`, "2024-03-01");
      expect(properties).toMatchObject({ provisioningState: "Succeeded", mode: "Incremental" });
      expect(properties).not.toHaveProperty("template");
    });
  });

  test("that a template requests and AKS refuses fails the deployment, which says why", async () => {
    await deploy("too-new", { mode: "System", orchestratorVersion: beyond });
    const { operationsInProgress } = (await simulation(environment.azure, "GET", "inventory")) as {
      operationsInProgress: unknown[];
    };
    expect(operationsInProgress).toEqual([]);
    const { properties } = await arm(environment.azure, "GET", `${deployments()}/too-new`, "2024-03-01");
    expect(properties).toMatchObject({ provisioningState: "Failed" });
  });

  test.each([
    ["of another mode", { mode: "Complete" }],
    ["without resources", { mode: "Incremental", template: { resources: [] } }],
    [
      "with an expression",
      { mode: "Incremental", template: { resources: [{ type: "A.B/c", name: "[parameters('n')]" }] } },
    ],
  ])("a deployment %s is refused: the simulation does not pretend to know it", async (_, properties) => {
    expect(await arm(environment.azure, "PUT", `${deployments()}/odd`, "2024-03-01", { properties })).toMatchObject({
      ...{ status: 400, code: "InvalidTemplate" },
    });
  });

  test("waits for the operation that runs on the cluster, on any of its pools", async () => {
    await simulation(environment.azure, "PUT", "delays", { agentPoolSeconds: 60 });
    await azure.clusters.agentPools.createOrUpdate("rg", "aks", "apps", pool()).submitted();
    const refused = {
      ...{ statusCode: 409, code: "OperationNotAllowed" },
      message: expect.stringMatching(
        /^Operation is not allowed because there's an in progress update node pool operation \(operation ID: [0-9a-f-]{36}\) on the agent pool apps started on UTC/,
      ) as string,
    };
    await expect(azure.clusters.agentPools.createOrUpdate("rg", "aks", "more", pool())).rejects.toMatchObject(refused);
    await expect(azure.clusters.managedClusters.createOrUpdate("rg", "aks", cluster(to))).rejects.toMatchObject(
      refused,
    );
  });

  const deployments = () => `${group}/providers/Microsoft.Resources/deployments`;
  const deploy = async (name: string, properties: object) => {
    const type = "Microsoft.ContainerService/managedClusters/agentPools";
    const resources = [{ type, apiVersion: "2025-09-01", name: "aks/system", properties }];
    return arm(environment.azure, "PUT", `${deployments()}/${name}`, "2024-03-01", {
      properties: { mode: "Incremental", template: { contentVersion: "1.0.0.0", resources } },
    });
  };
});

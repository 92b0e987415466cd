/** Checks the resources of a workload against the rules that AKS Automatic enforces. */
import * as pulumi from "@pulumi/pulumi";
import { Workload as WorkloadComponent, type Workload } from "../../../../components/workload.ts";
import type { WorkloadArgs } from "../../../../components/workload/workloadArgs.ts";
import { digest } from "../../providerAnswers.ts";
import { mockCloud, only } from "../../pulumiMocks.ts";
import { type Container, denials, mutations, type PodSpec, type Workload as Manifest } from "./deploymentSafeguards.ts";

jest.setTimeout(60_000);

async function rendered(more: Partial<WorkloadArgs> = {}) {
  const cloud = await mockCloud();
  const image = `hello.azurecr.io/hello:1.4.2@${digest}`;
  const workload: Workload = new WorkloadComponent("hello", { namespace: "apps", image, ...more });
  const resources = await cloud.settled();
  expect(pulumi.Output.isInstance(workload.workloadName)).toBe(true);
  return { resources, deployment: only(resources, "kubernetes:apps/v1:Deployment").inputs as unknown as Manifest };
}

const cases: [string, Partial<WorkloadArgs>][] = [
  ["by default", {}],
  ["with an autoscaler", { autoscale: { min: 2, max: 5 } }],
  ["with one pod", { replicas: 1 }],
  [
    "with files, values and folders",
    { configFiles: { "/etc/app/a.json": "{}" }, writablePaths: { "/var/cache": "64Mi" } },
  ],
  ["behind a load balancer", { serviceType: "PublicLoadBalancer", startupSeconds: 60 }],
];

it.each(cases)("neither denies nor changes a workload: %s", async (_, more) => {
  const { deployment, resources } = await rendered(more);
  expect(denials(deployment)).toEqual([]);
  expect(mutations(deployment)).toEqual([]);
  // "Kubernetes cluster services should use unique selectors", and none of externalIPs.
  const services = resources.filter(({ type }) => type === "kubernetes:core/v1:Service");
  expect(services).toHaveLength(1);
  expect(services[0]?.inputs.spec).not.toHaveProperty("externalIPs");
});

describe("the rules deny", () => {
  let manifest: Manifest;
  beforeAll(async () => {
    manifest = (await rendered()).deployment;
  });

  const withPod = (more: Partial<PodSpec>): Manifest => {
    const { template } = manifest.spec;
    return { ...manifest, spec: { ...manifest.spec, template: { ...template, spec: { ...template.spec, ...more } } } };
  };
  const withContainer = (more: Partial<Container>) => {
    const [container] = manifest.spec.template.spec.containers;
    if (container === undefined) throw new Error("the workload has no container");
    return withPod({ containers: [{ ...container, ...more }] });
  };

  it.each<[string, () => Manifest]>([
    ["has no resource requests", () => withContainer({ resources: {} })],
    ["explicit, versioned image tag", () => withContainer({ image: "hello.azurecr.io:443/hello:latest" })],
    ["explicit, versioned image tag", () => withContainer({ image: "hello.azurecr.io:443/hello" })],
    ["has no livenessProbe", () => withContainer({ livenessProbe: undefined })],
    ["has no readinessProbe", () => withContainer({ readinessProbe: undefined })],
    ["Privileged containers are disallowed", () => withContainer({ securityContext: { privileged: true } })],
    ["Disallowed capabilities", () => withContainer({ securityContext: { capabilities: { add: ["NET_ADMIN"] } } })],
    ["ProcMount must be", () => withContainer({ securityContext: { procMount: "Unmasked" } })],
    ["Seccomp profile", () => withContainer({ securityContext: { seccompProfile: { type: "Unconfined" } } })],
    ["HostPorts are forbidden", () => withContainer({ ports: [{ hostPort: 80 }] })],
    ["podAntiAffinity or topologySpread", () => withPod({ affinity: undefined, topologySpreadConstraints: [] })],
    [
      "kubernetes.azure.com is reserved",
      () => ({ ...manifest, metadata: { labels: { "kubernetes.azure.com/a": "b" } } }),
    ],
    ["spec.hostNetwork is set to true", () => withPod({ hostNetwork: true })],
    ["spec.hostPID is set to true", () => withPod({ hostPID: true })],
    ["spec.hostIPC is set to true", () => withPod({ hostIPC: true })],
    ["HostPath volumes are forbidden", () => withPod({ volumes: [{ name: "node", hostPath: {} }] })],
    ["Seccomp profile", () => withPod({ securityContext: { seccompProfile: { type: "Unconfined" } } })],
    ["Disallowed sysctl", () => withPod({ securityContext: { sysctls: [{ name: "kernel.msgmax" }] } })],
  ])("%s", (words, change) => {
    expect(denials(change())).toEqual([expect.stringContaining(words)]);
  });

  it("and raise requests and limits that are too small", () => {
    const resources = { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "64Mi" } };
    expect(mutations(withContainer({ resources }))).toEqual([
      "requests.cpu of hello becomes 100m",
      "limits.memory of hello becomes 100Mi",
    ]);
  });
});

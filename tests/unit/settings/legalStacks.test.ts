/** Stacks that Azure and Kubernetes take: whatever else is refused, these are not. */
import { parse } from "yaml";
import { readSettings } from "../../../settings/readSettings.ts";

const pinned = `myregistry.azurecr.io/hello:1.4.2@sha256:${"a".repeat(64)}`;

const stacks: Record<string, string> = {
  "the defaults": "",
  "Arm nodes and an image for them": "{nodeSize: Standard_D2ps_v5, platform: linux/arm64}",
  "Arm nodes for the cluster's own pods only":
    "{nodeSize: Standard_D2pds_v5, userPools: {apps: {vmSize: Standard_D2s_v5, count: 1}}}",
  "an Arm pool that the pods are kept off":
    "{nodeSelector: {kubernetes.io/arch: amd64}, userPools: {apps: {vmSize: Standard_D4as_v5, count: 2}, arm: {vmSize: Standard_D2ps_v6, count: 1}}}",
  "an image that exists, on Arm nodes": `{nodeSize: Standard_D2ps_v5, image: "${pinned}"}`,
  "spot nodes that the pods tolerate":
    '{userPools: {spot: {vmSize: Standard_E4ds_v5, minCount: 0, maxCount: 5, spot: true}}, tolerations: ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"], nodeSelector: {kubernetes.azure.com/scalesetpriority: spot}}',
  "a tainted pool, tolerated by key alone":
    '{userPools: {data: {vmSize: Standard_F4s_v2, count: 2, labels: {team: data}, taints: ["team=data:NoExecute"]}}, tolerations: ["team:NoExecute"], nodeSelector: {team: data}}',
  "a preference of a pool is no refusal":
    '{userPools: {apps: {vmSize: Standard_D2s_v5, count: 2, taints: ["team=data:PreferNoSchedule"]}}}',
  "the system pool, tolerated":
    '{userPools: {apps: {vmSize: Standard_D2s_v5, count: 0}}, tolerations: ["CriticalAddonsOnly:NoSchedule"]}',
  "a size that tarmac does not know": "{nodeSize: Standard_XY12abs_v9, memoryRequest: 100Gi, memoryLimit: 100Gi}",
  "a machine with accelerators": "{userPools: {gpu: {vmSize: Standard_NC24ads_A100_v4, count: 1}}}",
  "a constrained size": "{nodeSize: Standard_E8-2s_v5}",
  "an older size": "{nodeSize: Standard_DS2_v2}",
  "a burstable size": "{nodeSize: Standard_B2s_v2}",
  "labels of the kubelet's domains":
    '{userPools: {apps: {vmSize: Standard_D2s_v5, count: 1, labels: {node.kubernetes.io/web: "", example.com/team: a.b_c-d}}}}',
  "a request that just fits": '{cpuRequest: 1900m, cpuLimit: "2", replicas: 1, memoryRequest: 5Gi, memoryLimit: 6Gi}',
  "decimal and plain quantities": '{memoryRequest: 128M, memoryLimit: "268435456", cpuRequest: "0.1", cpuLimit: "1"}',
  "folders and files beside each other":
    '{writablePaths: {/var/cache/app: 64Mi, /data: 1Gi, /data/tmp: {size: 16Mi, memory: true}, /run: 1Mi}, configFiles: {/tmp/app.json: "{}", /etc/hello/a..b: x, /etc/hello/c: y, /data/seed.json: z}}',
  "labels and annotations of others":
    '{labels: {app.kubernetes.io/version: "1", team: ""}, podAnnotations: {prometheus.io/scrape: "true", cluster-autoscaler.kubernetes.io/safe-to-evict: "true"}}',
  "an internal load balancer that says so twice":
    '{serviceType: InternalLoadBalancer, serviceAnnotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true", service.beta.kubernetes.io/azure-load-balancer-internal-subnet: nodes}}',
  "a public load balancer for some":
    '{serviceType: PublicLoadBalancer, ingressFrom: ["203.0.113.0/24", "0.0.0.0/0"], serviceAnnotations: {service.beta.kubernetes.io/azure-dns-label-name: contoso-hello, external-dns.alpha.kubernetes.io/hostname: hello.example.com}}',
  "a route with an unusual path":
    '{hostname: hello-1.example.co.uk, gateway: infra/shared/https, routePath: "/shop/v1.2/~me;a=b/%C3%A4:(x)\'!*@&$+,="}',
  "probes with a query": '{livenessPath: "/healthz?full=1"}',
  "rules for peers":
    '{ingressFrom: ["shop", "10.20.0.0/24", "203.0.113.7/32"], egressTo: ["kube-system", "0.0.0.0/0", "20.0.0.0/8"]}',
  "the cluster's own way out alone": '{authorizedRanges: ["0.0.0.0/32"]}',
  "200 ranges": `{authorizedRanges: ${JSON.stringify(Array.from({ length: 200 }, (_, i) => `203.0.${i}.7/32`))}}`,
  "45 tags": `{tags: ${JSON.stringify(Object.fromEntries(Array.from({ length: 45 }, (_, i) => [`tag ${i}`, "x".repeat(256)])))}}`,
  "reserved words further back": "{appName: my-login, registryName: xlogin1}",
  "a word of Microsoft's with more": "{appName: office-hours}",
  "a leap day": '{expires: "2096-02-29T12:00:00Z"}',
  "Docker Hub with an owner": "{registryServer: docker.io, repository: contoso/hello}",
  "a registry with a port": '{registryServer: "registry.example.com:5000", repository: v1.2/hello}',
  "a base image of another registry":
    '{buildArgs: {NODE_IMAGE: "mcr.microsoft.com/azurelinux/base/nodejs:20", VERSION: "1+2"}}',
  "texts that look like secrets and are none":
    '{environment: {TOKEN_URL: "https://login.example.com/token", PASSWORD_FILE: /run/secrets/db, API_KEY: "changeme", SIGNING_SECRET: "the-name-of-it"}}',
  "zones, spread evenly":
    '{nodeZones: ["1", "2", "3"], zoneSpread: required, nodeSelector: {topology.kubernetes.io/zone: swedencentral-2}}',
  "a window for upgrades": '{maintenanceDay: Sunday, maintenanceStart: "23:30", maintenanceUtcOffset: "+05:45"}',
  "keys with nothing behind them": "{environment: , tolerations: , owner: }",
};

test.each(Object.entries(stacks))("%s", (_, yaml) => {
  const written = (parse(yaml) ?? {}) as Record<string, unknown>;
  const values: Record<string, string> = Object.fromEntries(
    Object.entries(written).map(([key, value]) => [
      key,
      typeof value === "string" ? value : value === null ? "" : JSON.stringify(value),
    ]),
  );
  expect(() => readSettings("dev", { location: "swedencentral", ...values })).not.toThrow();
});

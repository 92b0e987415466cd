/** Stacks that Azure and Kubernetes accept. The program must accept them too. */
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
  "an identity on an existing cluster": `{appIdentity: true, oidcIssuer: "https://swedencentral.oic.prod-aks.azure.com/tenant/cluster/", kubeconfig: '{clusters: [{name: c, cluster: {server: "https://c"}}], users: [{name: u, user: {}}], contexts: [{name: c, context: {cluster: c, user: u}}], current-context: c}'}`,
  "secrets of a vault on an existing cluster": `{keyVaultId: /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.KeyVault/vaults/shop, keyVaultSecrets: {A: a, /mnt/keys/b: b}, appIdentity: true, oidcIssuer: "https://swedencentral.oic.prod-aks.azure.com/tenant/cluster/", kubeconfig: '{clusters: [{name: c, cluster: {server: "https://c"}}], users: [{name: u, user: {}}], contexts: [{name: c, context: {cluster: c, user: u}}], current-context: c}'}`,
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
  "a folder in memory below /tmp, and files beside the image's own":
    '{writablePaths: {/tmp/fast: {size: 16Mi, memory: true}, /app/node_modules/.cache: 16Mi, /var/log: 16Mi, /home/node/.npm: 16Mi}, configFiles: {/etc/ssl/certs/company.pem: x, /etc/nsswitch.conf: x, /home/node/.npmrc: x, /run/secrets/db.json: "{}"}}',
  "variables near those that are refused":
    '{environment: {NODE_OPTIONS: "--max-old-space-size=200 --enable-source-maps --inspect", NODE_TLS_REJECT_UNAUTHORIZED: "1", HOST: "0.0.0.0", DB_HOST: localhost, REDIS_HOST: "127.0.0.1", KUBERNETES_NAMESPACE: shop, LD_PRELOAD: /usr/lib/x86_64-linux-gnu/libjemalloc.so.2, PATH: "/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}}',
  "a heap that fits the limit": '{memoryLimit: 1Gi, environment: {NODE_OPTIONS: "--max_old_space_size=768"}}',
  "a share of the limit for the heap": '{configValues: {NODE_OPTIONS: "--max-old-space-size-percentage=75"}}',
  "checks as long as their period": "{livenessTimeoutSeconds: 10, readinessTimeoutSeconds: 5}",
  "a slow start": "{startupSeconds: 900, readinessInitialDelaySeconds: 1100, livenessInitialDelaySeconds: 15}",
  "a priority of the company's own": "{priorityClass: high-priority}",
  "a workload identity":
    '{labels: {azure.workload.identity/use: "true"}, podAnnotations: {prometheus.io/port: "8080"}}',
  "no sidecar, said so": '{podAnnotations: {sidecar.istio.io/inject: "false", linkerd.io/inject: disabled}}',
  "an owner by name and address": '{owner: "Platform Team <platform@example.com> – Zürich"}',
  "tags of a private zone":
    '{ownNetwork: "true", privateRegistry: "true", registrySku: Premium, tags: {cost-center: "4711", team_1: a}}',
  "tags with spaces where no zone gets them": '{tags: {cost center: "4711", 1st: x, "a(b)": y}}',
  "zones where there are zones": '{location: japanwest, nodeZones: ["1", "2"]}',
  "zones of a region that is newer than the list": '{location: icelandwest, nodeZones: ["1"]}',
  "a region in China, with a copy in another":
    "{location: chinaeast2, registrySku: Premium, registryReplicas: [chinanorth3]}",
  "addresses of a whole company, and everything":
    '{egressTo: ["10.20.0.0/16", "168.63.0.0/16", "169.254.0.0/15", "0.0.0.0/0"]}',
  "a load balancer on this machine": '{serviceType: PublicLoadBalancer, ingressFrom: ["127.0.0.0/8"]}',
  "load balancer addresses of its network":
    '{ownNetwork: "true", serviceType: InternalLoadBalancer, serviceAnnotations: {service.beta.kubernetes.io/azure-load-balancer-ipv4: 10.224.15.250}}',
  "a load balancer in another subnet":
    '{ownNetwork: "true", serviceType: InternalLoadBalancer, serviceAnnotations: {service.beta.kubernetes.io/azure-load-balancer-ipv4: 10.50.0.9, service.beta.kubernetes.io/azure-load-balancer-internal-subnet: lb}}',
  "a public address of the company's":
    '{serviceType: PublicLoadBalancer, serviceAnnotations: {service.beta.kubernetes.io/azure-load-balancer-ipv4: 20.1.2.3, service.beta.kubernetes.io/azure-load-balancer-resource-group: shared_(1).rg, service.beta.kubernetes.io/azure-pip-tags: "a=b,c=", service.beta.kubernetes.io/azure-allowed-service-tags: "AzureFrontDoor.Backend,Internet", service.beta.kubernetes.io/port_80_health-probe_interval: "5"}}',
  "a Gateway with an internal address":
    '{hostname: hello.corp.example.com, gatewayClass: approuting-istio, tlsSecret: t, gatewayInfrastructureAnnotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true", service.beta.kubernetes.io/azure-load-balancer-internal-subnet: lb}, gatewayAddresses: ["10.224.0.9"]}',
  "a Gateway of Application Gateway for Containers":
    '{hostname: hello.example.com, gatewayClass: azure-alb-external, tlsSecret: t, gatewayAnnotations: {alb.networking.azure.io/alb-name: web, alb.networking.azure.io/alb-namespace: infra}, gatewayAddresses: ["alb.networking.azure.io/alb-frontend=web"]}',
  "a Gateway class of somebody else's":
    "{hostname: hello.example.com, gatewayClass: cilium, tlsSecret: t, gatewayNamespace: shop-gateway}",
  "private names of a company": "{hostname: hello.intranet.contoso.internal, gateway: infra/shared}",
  "a name of Azure's for a public address":
    "{hostname: contoso-hello.swedencentral.cloudapp.azure.com, gateway: infra/shared}",
  "a long host name": `{hostname: ${"a".repeat(60)}.example.com, gatewayClass: approuting-istio, certificateIssuer: letsencrypt}`,
  "a path with a colon and a star inside":
    '{hostname: hello.example.com, gateway: infra/shared, routePath: "/v1/shops:list/a*b"}',
  "current sizes of several families":
    "{nodeSize: Standard_D4lds_v6, userPools: {mem: {vmSize: Standard_E4bds_v5, count: 1}, cpu: {vmSize: Standard_F4als_v7, count: 1}, nvme: {vmSize: Standard_L8as_v3, count: 1}, gpu: {vmSize: Standard_NV36ads_A10_v5, count: 0}, gpus: {vmSize: Standard_ND96isr_H100_v5, count: 0}, sap: {vmSize: Standard_M176s_3_v3, count: 0}, secret: {vmSize: Standard_DC4as_v5, count: 0}}}",
  "the version after the newest of the table": "{nodeSize: Standard_D4s_v8}",
  "a version with a patch": "{kubernetesVersion: 1.36.3, upgradeChannel: none}",
  "a patch of long-term support": "{kubernetesVersion: 1.33.100, upgradeChannel: none, clusterTier: Premium}",
  "4,000 nodes in five pools":
    "{podRange: 10.128.0.0/9, serviceRange: 172.16.0.0/16, clusterTier: Standard, userPools: {a: {vmSize: Standard_D2s_v5, count: 1000}, b: {vmSize: Standard_D2s_v5, count: 1000}, c: {vmSize: Standard_D2s_v5, count: 1000}, d: {vmSize: Standard_D2s_v5, minCount: 0, maxCount: 998}}}",
  "a registry of Google's, with project and folder":
    "{registryServer: europe-docker.pkg.dev, repository: contoso/apps/hello}",
  "a registry of GitHub's with a folder": "{registryServer: ghcr.io, repository: contoso/team/hello}",
  "a registry of a company in its network": '{registryServer: "10.20.0.5:5000", repository: hello}',
  "files that name secrets and have none":
    '{configFiles: {/etc/app.json: "{\\"passwordFile\\": \\"/run/secrets/db\\", \\"password\\": \\"${DB_PASSWORD}\\", \\"tokenUrl\\": \\"https://login.example.com\\"}", /etc/app.env: "DB_PASSWORD=\\nSESSION_SECRET=change-me"}}',
  "a probe with harmless parameters": '{readinessPath: "/ready?token=false&verbose=1"}',
  "labels of nodes near the reserved ones":
    '{userPools: {apps: {vmSize: Standard_D2s_v5, count: 1, labels: {node.kubernetes.io/pool: apps, kubelet.kubernetes.io/x: y, team: a, karpenter.example.com/x: "1"}}}}',
  "old names of labels":
    "{userPools: {apps: {vmSize: Standard_D2s_v5, count: 1}}, nodeSelector: {beta.kubernetes.io/arch: amd64, beta.kubernetes.io/os: linux}}",
  "even zones of a user pool":
    '{userPools: {apps: {vmSize: Standard_D2s_v5, count: 3, zones: ["1", "2", "3"]}}, zoneSpread: required}',
  "the zone of a private cluster's region":
    '{ownNetwork: "true", privateCluster: "true", privateDnsZone: /subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/hub.rg/providers/Microsoft.Network/privateDnsZones/dev.privatelink.swedencentral.azmk8s.io}',
  "a private link to a public load balancer without floating addresses":
    '{serviceType: PublicLoadBalancer, serviceAnnotations: {service.beta.kubernetes.io/azure-pls-create: "true", service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip: "true"}}',
  "pods without a mesh, which the autoscaler may move":
    '{labels: {istio-injection: disabled}, podAnnotations: {cluster-autoscaler.kubernetes.io/safe-to-evict: "true"}}',
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

/** Written from the settings by `npm run write-settings`. */
import type * as pulumi from "@pulumi/pulumi";
import type { Autoscale } from "@tarmac/components/workload/workloadArgs";
import type { Settings } from "../everySetting.ts";
import type { ValueInputs } from "../valueSettings.ts";

/** The settings of docs/settings.md. */
export interface NodeServiceArgs {
  /**
   * Name of the service; all other names derive from it.
   * @default the component's name
   */
  appName?: Settings["appName"];
  /**
   * Azure region, e.g. swedencentral. Required for everything that the stack creates in Azure.
   */
  location?: Settings["location"];
  /**
   * Who is responsible for this environment; a tag on every Azure resource.
   */
  owner?: Settings["owner"];
  /**
   * Additional tags on every Azure resource, e.g. {"cost-center": "4711"}.
   * @default {}
   */
  tags?: Settings["tags"];
  /**
   * Time from which this environment may be deleted, e.g. 2026-12-24T18:00:00Z; a tag on the resource group.
   */
  expires?: Settings["expires"];
  /**
   * When the stack's cluster is stopped to save nodes, if a workflow runs the schedule; docs/sandboxes.md. Allowed:
   * time of day, e.g. `19:00` or `Mon-Fri 07:00`.
   */
  sleepAt?: Settings["sleepAt"];
  /**
   * When it is started again; without this, somebody has to wake it. Allowed: time of day, e.g. `19:00` or `Mon-Fri
   * 07:00`.
   */
  wakeAt?: Settings["wakeAt"];
  /**
   * Time zone of sleepAt and wakeAt. Allowed: time zone, e.g. `Europe/Berlin`.
   * @default "UTC"
   */
  sleepTimeZone?: Settings["sleepTimeZone"];
  /**
   * Kinds of resources that the workflow drift puts back automatically after somebody changed them outside of Pulumi;
   * docs/drift.md. Allowed: harmless kinds, see docs/drift.md.
   * @default []
   */
  autoPutBack?: Settings["autoPutBack"];
  /**
   * Refuse to delete the cluster, the registry, and the namespace until this is set to false.
   * @default false
   */
  protect?: Settings["protect"];
  /**
   * Name of the container registry, globally unique. Default: the app name and a random suffix. Allowed: 5 to 50
   * letters and digits.
   */
  registryName?: Settings["registryName"];
  /**
   * SKU of the container registry. Allowed: `Basic`, `Standard`, `Premium`.
   * @default "Basic"
   */
  registrySku?: Settings["registrySku"];
  /**
   * Which roles grant access: classic (AcrPull, AcrPush) or abac (Container Registry Repository Reader, Writer).
   * Changes in place. Allowed: `classic`, `abac`.
   * @default "classic"
   */
  registryRoleMode?: Settings["registryRoleMode"];
  /**
   * Who may push in role mode abac: principal type by object id. Default: the first deployer. Allowed: object ids with
   * User, Group, ServicePrincipal.
   * @default {}
   */
  registryPushers?: Settings["registryPushers"];
  /**
   * Declare copies in every zone of the region, which every registry has anyway. Only for a registry created with it:
   * cannot be changed later. Premium only.
   * @default false
   */
  registryZoneRedundant?: Settings["registryZoneRedundant"];
  /**
   * Additional regions that hold every image. Premium only. Allowed: regions, e.g. `northeurope`.
   * @default []
   */
  registryReplicas?: Settings["registryReplicas"];
  /**
   * Allow access to the registry from the internet. false is Premium only and requires privateRegistry.
   * @default true
   */
  registryPublicAccess?: Settings["registryPublicAccess"];
  /**
   * The only public IPv4 addresses and ranges that may reach the registry; include nodes and deployer. Premium only.
   * Allowed: e.g. `203.0.113.7` or `203.0.113.0/24`.
   * @default []
   */
  registryAllowedRanges?: Settings["registryAllowedRanges"];
  /**
   * Name of an existing Azure registry: the stack attaches it and pushes to it, but never changes or deletes it.
   * Allowed: 5 to 50 letters and digits.
   */
  existingRegistry?: Settings["existingRegistry"];
  /**
   * Resource group of existingRegistry.
   */
  existingRegistryGroup?: Settings["existingRegistryGroup"];
  /**
   * Subscription of existingRegistry. Default: the subscription of the stack. Allowed: a GUID.
   */
  existingRegistrySubscription?: Settings["existingRegistrySubscription"];
  /**
   * Host of a registry outside Azure, e.g. registry.example.com or registry.example.com:5000. Allowed: HOST or
   * HOST:PORT.
   */
  registryServer?: Settings["registryServer"];
  /**
   * User that pushes to and pulls from registryServer. Default: the Docker engine's own sign-in pushes, and pulls are
   * anonymous.
   */
  registryUsername?: Settings["registryUsername"];
  /**
   * Password of registryUsername.
   * @secret
   */
  registryPassword?: pulumi.Input<string>;
  /**
   * Create a virtual network for the cluster, which can be peered with others. Default: AKS creates one.
   * @default false
   */
  ownNetwork?: Settings["ownNetwork"];
  /**
   * Address range of the network of ownNetwork. Allowed: address range, e.g. `10.224.0.0/16`.
   * @default "10.224.0.0/16"
   */
  networkRange?: Settings["networkRange"];
  /**
   * Address range of the nodes, inside networkRange. Allowed: address range, e.g. `10.224.0.0/16`.
   * @default "10.224.0.0/20"
   */
  nodeRange?: Settings["nodeRange"];
  /**
   * Address range of private endpoints, inside networkRange. Allowed: address range, e.g. `10.224.0.0/16`.
   * @default "10.224.16.0/24"
   */
  privateEndpointRange?: Settings["privateEndpointRange"];
  /**
   * Put the API server into the network of ownNetwork, so that nodes reach it without leaving the network.
   * @default false
   */
  apiServerInNetwork?: Settings["apiServerInNetwork"];
  /**
   * Address range of the API server with apiServerInNetwork or clusterMode automatic, inside networkRange. Allowed:
   * address range, e.g. `10.224.0.0/16`.
   * @default "10.224.17.0/28"
   */
  apiServerRange?: Settings["apiServerRange"];
  /**
   * Address range of AKS's own nodes with clusterMode automatic, inside networkRange. Allowed: address range, e.g.
   * `10.224.0.0/16`.
   * @default "10.224.17.64/26"
   */
  systemNodeRange?: Settings["systemNodeRange"];
  /**
   * Resource id of an existing subnet for the nodes, with its security group and routes. Default: a network of
   * ownNetwork or of AKS.
   */
  nodeSubnetId?: Settings["nodeSubnetId"];
  /**
   * Resource id of an existing subnet for the API server, in the network of nodeSubnetId. Default: the API server is
   * outside the network.
   */
  apiServerSubnetId?: Settings["apiServerSubnetId"];
  /**
   * Resource id of an existing subnet for AKS's own nodes with clusterMode automatic, in the network of nodeSubnetId.
   * Default: none.
   */
  systemNodeSubnetId?: Settings["systemNodeSubnetId"];
  /**
   * Resource id of an existing subnet for the private endpoint of privateRegistry. Default: none.
   */
  privateEndpointSubnetId?: Settings["privateEndpointSubnetId"];
  /**
   * Grant the cluster its roles on the existing subnets and DNS zones; set to false if the network team has granted
   * them.
   * @default true
   */
  assignNetworkRoles?: Settings["assignNetworkRoles"];
  /**
   * How the nodes reach the internet (AKS Automatic in a network of AKS: managedNATGateway). Changing it replaces the
   * cluster; docs/network.md says which network each needs. Allowed: `loadBalancer`, `managedNATGateway`,
   * `userAssignedNATGateway`, `userDefinedRouting`.
   * @default "loadBalancer"
   */
  outboundType?: Settings["outboundType"];
  /**
   * Address range of pods, used inside the cluster only; each node takes a /24. Allowed: address range, e.g.
   * `10.224.0.0/16`.
   * @default "10.244.0.0/16"
   */
  podRange?: Settings["podRange"];
  /**
   * Address range of Services, used inside the cluster only. Allowed: address range, e.g. `10.224.0.0/16`.
   * @default "10.0.0.0/16"
   */
  serviceRange?: Settings["serviceRange"];
  /**
   * Public address ranges that may reach the API server; include the deployer. Default: all addresses. Allowed:
   * address ranges, e.g. `203.0.113.7/32`.
   * @default []
   */
  authorizedRanges?: Settings["authorizedRanges"];
  /**
   * Give the API server no public address; docs/network.md shows how CI reaches it.
   * @default false
   */
  privateCluster?: Settings["privateCluster"];
  /**
   * Private DNS zone of a private cluster: system (AKS creates one), none, or the resource id of a zone. Allowed:
   * `system`, `none` or a resource id.
   * @default "system"
   */
  privateDnsZone?: Settings["privateDnsZone"];
  /**
   * Give the registry a private endpoint in the network; requires registrySku Premium, and ownNetwork or
   * privateEndpointSubnetId.
   * @default false
   */
  privateRegistry?: Settings["privateRegistry"];
  /**
   * Private DNS zone of privateRegistry: own (the stack creates one), the resource id of a shared zone, or none (a
   * policy enters the address). Allowed: `own`, `none` or a resource id.
   * @default "own"
   */
  registryDnsZone?: Settings["registryDnsZone"];
  /**
   * Deploy to an existing cluster: a context of the kubeconfig. The stack then creates no cluster and no identities.
   */
  kubeContext?: Settings["kubeContext"];
  /**
   * The kubeconfig of an existing cluster. Default: with kubeContext, the files that kubectl reads.
   * @secret
   */
  kubeconfig?: Settings["kubeconfig"];
  /**
   * Object id of the kubelet identity of an existing AKS cluster; the stack grants it the right to pull from the
   * registry. Allowed: a GUID.
   */
  kubeletObjectId?: Settings["kubeletObjectId"];
  /**
   * Which implementation enforces network policies on an existing cluster with LocalDNS: cilium (also AKS Automatic)
   * or calico. none: it has no LocalDNS. Allowed: `none`, `cilium`, `calico`.
   * @default "none"
   */
  localDns?: Settings["localDns"];
  /**
   * Who decides about nodes and versions: standard (these settings) or automatic (AKS Automatic; see docs/cluster.md).
   * Changing it replaces the cluster. Allowed: `standard`, `automatic`.
   * @default "standard"
   */
  clusterMode?: Settings["clusterMode"];
  /**
   * Kubernetes version, e.g. "1.36"; patches are automatic. Default: the default version of Azure, which
   * upgradeChannel then moves on.
   */
  kubernetesVersion?: Settings["kubernetesVersion"];
  /**
   * Pricing tier: Free, Standard (uptime SLA), or Premium (with long-term support, which is then on). Allowed: `Free`,
   * `Standard`, `Premium`.
   * @default "Free"
   */
  clusterTier?: Settings["clusterTier"];
  /**
   * Virtual machine size of the system pool; Microsoft supports 4 vCPUs and more, and no B series. Cannot be changed
   * later; see docs/cluster.md.
   * @default "Standard_D4ads_v6"
   */
  nodeSize?: Settings["nodeSize"];
  /**
   * Number of nodes in the system pool; with nodeMaxCount, the minimum. Allowed: 1 to 1000.
   * @default 2
   */
  nodeCount?: Settings["nodeCount"];
  /**
   * Maximum number of nodes in the system pool, for the cluster autoscaler. 0: no autoscaler. Allowed: 0 to 1000.
   * @default 0
   */
  nodeMaxCount?: Settings["nodeMaxCount"];
  /**
   * Availability zones of the system pool. Default: none. Allowed: "1", "2", "3".
   * @default []
   */
  nodeZones?: Settings["nodeZones"];
  /**
   * Size of the operating system disk of the system pool's nodes, in GiB. 0: AKS's, 128 or more by the size. Cannot be
   * changed later; see docs/cluster.md. Allowed: 0, or 30 to 2048.
   * @default 0
   */
  nodeDiskSizeGB?: Settings["nodeDiskSizeGB"];
  /**
   * Node pools for workloads, by name: {apps: {vmSize: Standard_D4ads_v6, minCount: 1, maxCount: 5}}; docs/cluster.md
   * lists all properties.
   * @default {}
   */
  userPools?: Settings["userPools"];
  /**
   * Less safe: also accept the cluster's admin certificate, which bypasses Entra.
   * @default false
   */
  localAccounts?: Settings["localAccounts"];
  /**
   * How the kubeconfig signs in with Entra. Allowed: `azurecli`, `workloadidentity`, `msi`, `spn`.
   * @default "azurecli"
   */
  kubelogin?: Settings["kubelogin"];
  /**
   * Who administers the cluster: principal type by object id. Default: the first deployer.
   * @default {}
   */
  clusterAdmins?: Settings["clusterAdmins"];
  /**
   * Seconds to wait after granting roles before creating the cluster, because AKS rejects a cluster whose roles have
   * not propagated. Allowed: 0 to 600.
   * @default 90
   */
  grantSeconds?: Settings["grantSeconds"];
  /**
   * Automatic upgrades of Kubernetes: none, patch (patches of kubernetesVersion), stable or rapid (also minor
   * versions), or node-image. Default: patch with kubernetesVersion, stable without. Allowed: `none`, `patch`,
   * `stable`, `rapid`, `node-image`.
   */
  upgradeChannel?: Settings["upgradeChannel"];
  /**
   * Automatic upgrades of the operating system of the nodes. Allowed: `None`, `Unmanaged`, `SecurityPatch`,
   * `NodeImage`.
   * @default "NodeImage"
   */
  nodeUpgradeChannel?: Settings["nodeUpgradeChannel"];
  /**
   * Day of the week on which upgrades of Kubernetes may start; AKS's own releases may the day before, node images the
   * day after. Default: any time. Allowed: `Monday`, `Tuesday`, `Wednesday`, `Thursday`, `Friday`, `Saturday`,
   * `Sunday`.
   */
  maintenanceDay?: Settings["maintenanceDay"];
  /**
   * Time of maintenanceDay from which automatic upgrades may start. Allowed: HH:MM.
   * @default "02:00"
   */
  maintenanceStart?: Settings["maintenanceStart"];
  /**
   * Length of the maintenance window in hours. Allowed: 4 to 24.
   * @default 4
   */
  maintenanceHours?: Settings["maintenanceHours"];
  /**
   * UTC offset of maintenanceStart. Allowed: +HH:MM or -HH:MM.
   * @default "+00:00"
   */
  maintenanceUtcOffset?: Settings["maintenanceUtcOffset"];
  /**
   * Enforce the Azure policies of the subscription on what runs on the cluster.
   * @default false
   */
  azurePolicy?: Settings["azurePolicy"];
  /**
   * Collect the cluster's metrics in an Azure Monitor workspace (managed Prometheus), with alerts.
   * @default false
   */
  managedPrometheus?: Settings["managedPrometheus"];
  /**
   * Resource id of an existing Azure Monitor workspace for the metrics of managedPrometheus. Default: the stack
   * creates one.
   */
  monitorWorkspaceId?: Settings["monitorWorkspaceId"];
  /**
   * Azure region of monitorWorkspaceId. Default: location.
   */
  monitorWorkspaceLocation?: Settings["monitorWorkspaceLocation"];
  /**
   * Who gets an e-mail for each alert about the cluster's metrics. Default: nobody. Allowed: e-mail addresses.
   * @default []
   */
  alertEmails?: Settings["alertEmails"];
  /**
   * Resource id of an existing action group that gets each alert as well.
   */
  alertActionGroupId?: Settings["alertActionGroupId"];
  /**
   * Resource id of a Log Analytics workspace for the logs of containers and of the control plane. Default: logs are
   * not stored.
   */
  logWorkspaceId?: Settings["logWorkspaceId"];
  /**
   * Azure region of logWorkspaceId. Default: location.
   */
  logWorkspaceLocation?: Settings["logWorkspaceLocation"];
  /**
   * Logs of the control plane that go to logWorkspaceId as well; see docs/monitoring.md. Allowed: logs of the control
   * plane, e.g. `kube-apiserver`.
   * @default ["kube-audit-admin","guard"]
   */
  controlPlaneLogs?: Settings["controlPlaneLogs"];
  /**
   * Resource id of the existing AKS cluster to monitor, with kubeContext or kubeconfig.
   */
  monitoredClusterId?: Settings["monitoredClusterId"];
  /**
   * Run this existing image instead of building one, e.g. for a rollback. Allowed:
   * `HOST/REPOSITORY:TAG@sha256:DIGEST`.
   */
  image?: Settings["image"];
  /**
   * In a program with several services: run these existing images, by service, instead of building them. Allowed:
   * `HOST/REPOSITORY:TAG@sha256:DIGEST` by service.
   * @default {}
   */
  images?: Settings["images"];
  /**
   * Run the image that the last deployment of this stack proved, e.g. dev, instead of building: `tarmac deploy` finds
   * it and imports it. Allowed: name of a stack.
   */
  imageFrom?: Settings["imageFrom"];
  /**
   * Import image (or images) from this Azure registry into the registry of the stack before running it. `tarmac
   * deploy` sets it with imageFrom. Allowed: resource ID of a registry.
   */
  importFrom?: Settings["importFrom"];
  /**
   * Folder with the source and the Dockerfile of the service.
   * @default "app"
   */
  context?: Settings["context"];
  /**
   * Path of the Dockerfile. Default: Dockerfile in the context.
   */
  dockerfile?: Settings["dockerfile"];
  /**
   * Values of the Dockerfile's ARGs. Not for secrets: they stay readable in the image. Allowed: strings by ARG.
   * @default {}
   */
  buildArgs?: Settings["buildArgs"];
  /**
   * Stage of the Dockerfile to build. Default: the last one.
   */
  buildTarget?: Settings["buildTarget"];
  /**
   * Platform of the nodes, for which the image is built. Allowed: `linux/amd64`, `linux/arm64`.
   * @default "linux/amd64"
   */
  platform?: Settings["platform"];
  /**
   * Images whose layers a build may reuse, such as the last pushed one. Default: none. Allowed: list of
   * `HOST/REPOSITORY:TAG`.
   * @default []
   */
  cacheFrom?: Settings["cacheFrom"];
  /**
   * Builder of the image: the Docker engine of this machine, or the Azure registry itself (acr), which needs no Docker
   * engine anywhere. Allowed: `docker`, `acr`.
   * @default "docker"
   */
  buildWith?: Settings["buildWith"];
  /**
   * Also build in previews: slower, but a broken Dockerfile fails in the pull request.
   * @default false
   */
  buildOnPreview?: Settings["buildOnPreview"];
  /**
   * Repository of the image in the registry. Default: the app name.
   */
  repository?: Settings["repository"];
  /**
   * Tag of the image. Default: computed from the content of the build context.
   */
  imageTag?: Settings["imageTag"];
  /**
   * `tarmac deploy` attaches an SBOM and provenance to the image that it has built; needs syft (docs/attestations.md).
   * @default false
   */
  attest?: Settings["attest"];
  /**
   * Who signs the image and what attest attaches: a key of an Azure Key Vault, or the GitHub workflow. Default:
   * nobody. Allowed: id of a key, `https://VAULT.vault.azure.net/keys/NAME`, or `keyless`.
   */
  signWith?: Settings["signWith"];
  /**
   * `tarmac deploy` runs only images whose SBOM, provenance and signature are by one of these. Default: it verifies
   * nothing. Allowed: ids of keys, files with a public key, or workflows (docs/attestations.md).
   * @default []
   */
  trustedSigners?: Settings["trustedSigners"];
  /**
   * Kubernetes namespace. Default: the app name.
   */
  namespace?: Settings["namespace"];
  /**
   * Number of pods; exclusive with autoscale. Allowed: 1 to 1000.
   * @default 3
   */
  replicas?: Settings["replicas"];
  /**
   * Scale the number of pods with the load; percentages refer to the requests of a pod, and cpuPercent defaults to 70.
   * Default: replicas. Allowed: `{min: 3, max: 10, cpuPercent: 70, memoryPercent: 80}`.
   * @default {}
   */
  autoscale?: Autoscale;
  /**
   * Port the process listens on, passed to it as PORT. Allowed: 1024 to 65535.
   * @default 8080
   */
  port?: Settings["port"];
  /**
   * Memory that the scheduler reserves for a pod.
   * @default "128Mi"
   */
  memoryRequest?: Settings["memoryRequest"];
  /**
   * CPU that the scheduler reserves for a pod.
   * @default "100m"
   */
  cpuRequest?: Settings["cpuRequest"];
  /**
   * Memory above which the kernel kills the process.
   * @default "256Mi"
   */
  memoryLimit?: Settings["memoryLimit"];
  /**
   * CPU above which the process is throttled.
   * @default "500m"
   */
  cpuLimit?: Settings["cpuLimit"];
  /**
   * Path of the liveness probe: a failing check restarts the container.
   * @default "/healthz"
   */
  livenessPath?: Settings["livenessPath"];
  /**
   * Time from the start of the container to the first liveness check. Allowed: 0 to 3600.
   * @default 15
   */
  livenessInitialDelaySeconds?: Settings["livenessInitialDelaySeconds"];
  /**
   * Time between two liveness checks. Allowed: 1 to 3600.
   * @default 10
   */
  livenessPeriodSeconds?: Settings["livenessPeriodSeconds"];
  /**
   * Timeout of a liveness check; use at least 2 with a CPU limit. Allowed: 1 to 3600.
   * @default 2
   */
  livenessTimeoutSeconds?: Settings["livenessTimeoutSeconds"];
  /**
   * Consecutive failed liveness checks that make the probe fail. Allowed: 1 to 100.
   * @default 3
   */
  livenessFailureThreshold?: Settings["livenessFailureThreshold"];
  /**
   * Path of the readiness probe: a failing check stops requests to the pod.
   * @default "/ready"
   */
  readinessPath?: Settings["readinessPath"];
  /**
   * Time from the start of the container to the first readiness check. Allowed: 0 to 3600.
   * @default 0
   */
  readinessInitialDelaySeconds?: Settings["readinessInitialDelaySeconds"];
  /**
   * Time between two readiness checks. Allowed: 1 to 3600.
   * @default 5
   */
  readinessPeriodSeconds?: Settings["readinessPeriodSeconds"];
  /**
   * Timeout of a readiness check; use at least 2 with a CPU limit. Allowed: 1 to 3600.
   * @default 2
   */
  readinessTimeoutSeconds?: Settings["readinessTimeoutSeconds"];
  /**
   * Consecutive failed readiness checks that make the probe fail. Allowed: 1 to 100.
   * @default 3
   */
  readinessFailureThreshold?: Settings["readinessFailureThreshold"];
  /**
   * Time that the process may take to start; liveness and readiness checks wait until then. 0: no startup probe.
   * Allowed: 0 to 3600.
   * @default 0
   */
  startupSeconds?: Settings["startupSeconds"];
  /**
   * Pause before SIGTERM, so that load balancers stop sending requests to the pod. Allowed: 0 to 300.
   * @default 5
   */
  preStopSeconds?: Settings["preStopSeconds"];
  /**
   * Time the process keeps serving after SIGTERM, passed to it as DRAIN_SECONDS. Allowed: 0 to 300.
   * @default 5
   */
  drainSeconds?: Settings["drainSeconds"];
  /**
   * Time from the start of preStopSeconds to SIGKILL. Allowed: 1 to 3600.
   * @default 30
   */
  gracePeriodSeconds?: Settings["gracePeriodSeconds"];
  /**
   * Size of the writable /tmp.
   * @default "64Mi"
   */
  tmpSize?: Settings["tmpSize"];
  /**
   * Additional writable folders, empty whenever a pod starts. Default: none. Allowed: size by path, `"128Mi"` or
   * `{size: "16Mi", memory: true}`.
   * @default {}
   */
  writablePaths?: Settings["writablePaths"];
  /**
   * Less safe: the process, and anybody who compromises it, may write anywhere in the container.
   * @default false
   */
  writableRoot?: Settings["writableRoot"];
  /**
   * User and group id of the process. Allowed: 10000 to 2147483647.
   * @default 10001
   */
  userId?: Settings["userId"];
  /**
   * Additional labels on every Kubernetes object of the service. Allowed: strings by label.
   * @default {}
   */
  labels?: Settings["labels"];
  /**
   * Annotations of the pods. Allowed: strings by annotation.
   * @default {}
   */
  podAnnotations?: Settings["podAnnotations"];
  /**
   * Environment variables of the process. Not for secrets. Allowed: strings by variable.
   * @default {}
   */
  environment?: ValueInputs["environment"];
  /**
   * Environment variables from a ConfigMap. Not for secrets. Allowed: strings by variable.
   * @default {}
   */
  configValues?: ValueInputs["configValues"];
  /**
   * Environment variables from a Secret, encrypted in the state and not visible in the Deployment. Allowed: strings by
   * variable.
   * @secret
   * @default {}
   */
  secretValues?: ValueInputs["secretValues"];
  /**
   * Read-only files from a ConfigMap. Not for secrets. Allowed: contents by path, e.g. `/etc/hello/app.json`; `{file:
   * PATH}` for a file of the repository.
   * @default {}
   */
  configFiles?: ValueInputs["configFiles"];
  /**
   * Read-only files from a Secret, encrypted in the state and only in memory on the node. Allowed: contents by path,
   * e.g. `/etc/hello/key.pem`.
   * @secret
   * @default {}
   */
  secretFiles?: ValueInputs["secretFiles"];
  /**
   * Give the service an identity of its own, with which its pods sign in to Azure without a secret (workload
   * identity).
   * @default false
   */
  appIdentity?: Settings["appIdentity"];
  /**
   * Roles of the service's identity on data, each with the resource ids that it is granted on: {Key Vault Secrets
   * User: [/subscriptions/.../vaults/shop]}; see docs/identity.md. Allowed: lists of resource ids by role: `App
   * Configuration Data Reader`, `Azure Event Hubs Data Receiver`, `Azure Event Hubs Data Sender`, `Azure Service Bus
   * Data Receiver`, `Azure Service Bus Data Sender`, `Key Vault Crypto User`, `Key Vault Secrets User`, `Storage Blob
   * Data Contributor`, `Storage Blob Data Reader`, `Storage Queue Data Contributor`, `Storage Queue Data Message
   * Processor`, `Storage Queue Data Message Sender`, `Storage Queue Data Reader`.
   * @default {}
   */
  appRoles?: Settings["appRoles"];
  /**
   * URL of the OIDC issuer of the existing cluster, with kubeContext or kubeconfig.
   */
  oidcIssuer?: Settings["oidcIssuer"];
  /**
   * Secrets of the vault, by the variable or file that the process reads: {DB_PASSWORD: database-password}; needs
   * appIdentity, and keyVaultId or ownKeyVault; see docs/secrets.md. Allowed: secret, or `SECRET/VERSION`, by variable
   * or path, e.g. `/mnt/secrets-store/key.pem`.
   * @default {}
   */
  keyVaultSecrets?: Settings["keyVaultSecrets"];
  /**
   * Secrets of the vault that the service reads itself, with its identity, at the address in KEY_VAULT_URL; needs
   * appIdentity. Allowed: names of secrets, e.g. `database-password`.
   * @default []
   */
  keyVaultReads?: Settings["keyVaultReads"];
  /**
   * Resource id of the existing Key Vault of keyVaultSecrets and keyVaultReads.
   */
  keyVaultId?: Settings["keyVaultId"];
  /**
   * Let the service's identity read keyVaultSecrets and keyVaultReads; set to false if the owner of the vault grants
   * the role.
   * @default true
   */
  assignKeyVaultRole?: Settings["assignKeyVaultRole"];
  /**
   * How often the files of running pods get newer secrets, e.g. 10m, or off; in a cluster that the stack creates.
   * Allowed: seconds, minutes, or hours, e.g. `10m`, or `off`.
   * @default "2m"
   */
  keyVaultRotation?: Settings["keyVaultRotation"];
  /**
   * Create a Key Vault for the secrets of the service, with a private endpoint if the registry has one
   * (privateRegistry); see docs/secrets.md.
   * @default false
   */
  ownKeyVault?: Settings["ownKeyVault"];
  /**
   * Name of the vault of ownKeyVault, globally unique. Default: the app name and a random suffix. Allowed: 3 to 24
   * letters, digits and single `-`.
   */
  keyVaultName?: Settings["keyVaultName"];
  /**
   * Let nobody purge the deleted vault or its deleted secrets before keyVaultRetentionDays have passed; cannot be
   * turned off again.
   * @default true
   */
  keyVaultPurgeProtection?: Settings["keyVaultPurgeProtection"];
  /**
   * Days for which the deleted vault and its deleted secrets can be recovered. Cannot be changed later. Allowed: 7 to
   * 90.
   * @default 90
   */
  keyVaultRetentionDays?: Settings["keyVaultRetentionDays"];
  /**
   * Who may write and read all secrets of the vault of ownKeyVault: principal type by object id. Default: nobody, not
   * even the deployer. Allowed: object ids with User, Group, ServicePrincipal.
   * @default {}
   */
  keyVaultWriters?: Settings["keyVaultWriters"];
  /**
   * Public addresses that may reach the vault of ownKeyVault; include the nodes' and the writers'. Default: all, or
   * none with privateRegistry. Allowed: IPv4 addresses and ranges, e.g. `203.0.113.0/24`.
   * @default []
   */
  keyVaultAllowedRanges?: Settings["keyVaultAllowedRanges"];
  /**
   * Private DNS zone of the vault of ownKeyVault with privateRegistry: own (the stack creates one), the resource id of
   * a shared zone, or none (a policy enters the address). Allowed: `own`, `none` or a resource id.
   * @default "own"
   */
  keyVaultDnsZone?: Settings["keyVaultDnsZone"];
  /**
   * How evenly pods spread over zones: preferred (if there is room) or required (a pod waits for room). Allowed:
   * `preferred`, `required`.
   * @default "preferred"
   */
  zoneSpread?: Settings["zoneSpread"];
  /**
   * Labels that a node needs to run the pods, e.g. {kubernetes.azure.com/agentpool: apps}. Default: any node. Allowed:
   * strings by label.
   * @default {}
   */
  nodeSelector?: Settings["nodeSelector"];
  /**
   * Node taints that the pods tolerate. Default: none. Allowed: list of `KEY=VALUE:EFFECT`.
   * @default []
   */
  tolerations?: Settings["tolerations"];
  /**
   * Existing PriorityClass of the pods. Default: the default of the cluster.
   */
  priorityClass?: Settings["priorityClass"];
  /**
   * Who can reach the Service: pods of the cluster, the virtual network, or the internet. Allowed: `ClusterIP`,
   * `InternalLoadBalancer`, `PublicLoadBalancer`.
   * @default "ClusterIP"
   */
  serviceType?: Settings["serviceType"];
  /**
   * Port of the Service. Allowed: 1 to 65535.
   * @default 80
   */
  servicePort?: Settings["servicePort"];
  /**
   * Annotations of the Service, e.g. to configure Azure's load balancer. Allowed: strings by annotation.
   * @default {}
   */
  serviceAnnotations?: Settings["serviceAnnotations"];
  /**
   * Host name under which a Gateway exposes the service with TLS, e.g. hello.example.com. Default: none.
   */
  hostname?: Settings["hostname"];
  /**
   * Prefix of the paths under hostname that are routed to the service.
   * @default "/"
   */
  routePath?: Settings["routePath"];
  /**
   * Existing Gateway for hostname. Allowed: `NAMESPACE/NAME` or `NAMESPACE/NAME/LISTENER`.
   */
  gateway?: Settings["gateway"];
  /**
   * GatewayClass of a new Gateway for hostname; approuting-istio is enabled in a cluster that the stack creates.
   */
  gatewayClass?: Settings["gatewayClass"];
  /**
   * Namespace of the new Gateway. Default: the app name and -gateway.
   */
  gatewayNamespace?: Settings["gatewayNamespace"];
  /**
   * Annotations of the new Gateway, e.g. those of Application Gateway for Containers. Allowed: strings by annotation.
   * @default {}
   */
  gatewayAnnotations?: Settings["gatewayAnnotations"];
  /**
   * Annotations of what the new Gateway's implementation creates, e.g. to give its load balancer an internal address.
   * Allowed: strings by annotation.
   * @default {}
   */
  gatewayInfrastructureAnnotations?: Settings["gatewayInfrastructureAnnotations"];
  /**
   * Addresses that the new Gateway asks for: IP addresses, or TYPE=VALUE. Default: its implementation chooses.
   * Allowed: list of addresses.
   * @default []
   */
  gatewayAddresses?: Settings["gatewayAddresses"];
  /**
   * Secret with the certificate of the new Gateway, in the Gateway's namespace. Default: the app name and -tls.
   */
  tlsSecret?: Settings["tlsSecret"];
  /**
   * ClusterIssuer of cert-manager that issues the certificate. Default: tlsSecret already exists.
   */
  certificateIssuer?: Settings["certificateIssuer"];
  /**
   * Certificate of the new Gateway in a Key Vault: the vault's resource id and /certificates/NAME; with
   * approuting-istio in a cluster of the stack. Default: none.
   */
  keyVaultCertificate?: Settings["keyVaultCertificate"];
  /**
   * Let the Gateway's identity read keyVaultCertificate; set to false if the owner of the vault grants the role.
   * @default true
   */
  assignCertificateRole?: Settings["assignCertificateRole"];
  /**
   * Namespaces and address ranges that may connect; with a load balancer only ranges. Default: everyone that
   * serviceType allows. Allowed: list of namespaces and address ranges.
   * @default []
   */
  ingressFrom?: Settings["ingressFrom"];
  /**
   * Namespaces and address ranges that the pods may connect to; DNS is always allowed. Default: none. Allowed: list of
   * namespaces and address ranges.
   * @default []
   */
  egressTo?: Settings["egressTo"];
}

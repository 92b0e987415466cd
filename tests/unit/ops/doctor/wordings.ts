/** Causes with actual messages of Kubernetes, containerd and programs, each in a minimal observation. */
import type { CauseCode } from "../../../../ops/doctor/causes/causeCodes.ts";
import type { Event, Pod } from "../../../../ops/cluster/kubernetesObjects.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { before, event, observation, pending, pod, pull } from "./exampleObservations.ts";

export interface Wording {
  code: CauseCode;
  made: string;
  seen: () => Observation;
}

type Spec = Partial<NonNullable<Pod["spec"]>>;
type Container = NonNullable<Pod["spec"]>["containers"][number];
const image = "reg.example.com/app:v1";
export const main = (parts: Partial<Container> = {}): Container => ({ name: "main", image, ...parts });
/** Every pod here belongs to a Deployment "web". */
const owned = {
  ownerReferences: [{ kind: "ReplicaSet", name: "web-1", apiVersion: "apps/v1", uid: "rs", controller: true }],
};
export const deployment = (spec: Spec = {}, more: object = {}) => ({
  deployments: [
    {
      metadata: { name: "web", uid: "dep" },
      spec: { replicas: 1, selector: {}, template: { spec: { containers: [main()], ...spec } }, ...more },
    },
  ],
  replicaSets: [
    {
      metadata: {
        name: "web-1",
        uid: "rs",
        ownerReferences: [{ kind: "Deployment", name: "web", apiVersion: "", uid: "dep" }],
      },
    },
  ],
});
export const of = (one: Pod, parts: Partial<Observation> = {}, more: object = {}): Observation => {
  Object.assign(one.metadata ?? {}, owned, { labels: { app: "web", "pod-template-hash": "1" } });
  return observation({ pods: [one], ...deployment(one.spec, more), ...parts });
};

export const crashed = (
  log: string,
  container: Partial<Container> = {},
  end: object = {},
  spec: Spec = {},
  parts: Partial<Observation> = {},
) =>
  of(
    pod("web-1", {
      status: {
        restartCount: 3,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s restarting failed container" } },
        lastState: {
          terminated: { exitCode: 1, reason: "Error", startedAt: before(40), finishedAt: before(38), ...end },
        },
      },
      spec: { containers: [main(container)], ...spec },
    }),
    { logs: [{ pod: "web-1", container: "main", previous: log }], ...parts },
  );
export const unstarted = (
  message: string,
  container: Partial<Container> = {},
  spec: Spec = {},
  parts: Partial<Observation> = {},
) => crashed("", container, { exitCode: 128, reason: "StartError", message }, spec, parts);
export const unplaced = (message: string, spec: Spec = {}, parts: Partial<Observation> = {}) =>
  of(pending("web-1", message, spec), parts);
export const waiting = (
  reason: string,
  message: string,
  container: Partial<Container> = {},
  spec: Spec = {},
  parts: Partial<Observation> = {},
) =>
  of(
    pod("web-1", {
      status: { state: { waiting: { reason, message } } },
      spec: { containers: [main(container)], ...spec },
    }),
    parts,
  );
export const creating = (reason: string, message: string, spec: Spec = {}, parts: Partial<Observation> = {}) =>
  waiting("ContainerCreating", "", {}, spec, { events: [event("web-1", reason, message)], ...parts });
export const unready = (message: string, container: Partial<Container>, log = "", more: Event[] = []) =>
  of(
    pod("web-1", {
      status: {
        ready: false,
        state: { running: { startedAt: before(300) } },
        ...(more.length > 0
          ? {
              lastState: {
                terminated: { exitCode: 137, reason: "Error", startedAt: before(400), finishedAt: before(301) },
              },
            }
          : {}),
      },
      spec: { containers: [main(container)] },
    }),
    {
      events: [event("web-1", "Unhealthy", message), ...more],
      logs: [{ pod: "web-1", container: "main", current: log }],
    },
  );
export const refused = (message: string, spec: Spec = {}, parts: Partial<Observation> = {}) => {
  const { deployments, replicaSets } = deployment(spec);
  Object.assign(deployments[0] ?? {}, { status: { replicas: 0, availableReplicas: 0 } });
  const about: Event = {
    metadata: {},
    involvedObject: { kind: "ReplicaSet", name: "web-1", uid: "rs" },
    reason: "FailedCreate",
    message: `Error creating: ${message}`,
    lastTimestamp: before(20),
  };
  return observation({ deployments, replicaSets, events: [about], ...parts });
};
export const http = (parts: object = {}) => ({
  httpGet: { path: "/ready", port: 8080 },
  periodSeconds: 2,
  failureThreshold: 2,
  ...parts,
});
const tail = "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
const claimVolume = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
const forbidden = 'pods "web-1-" is forbidden: ';
export const conditions = (list: object[]) => ({
  status: { replicas: 1, updatedReplicas: 0, availableReplicas: 0, conditions: list as never[] },
});
export const ownerOnly = (
  kind: "Job" | "CronJob" | "DaemonSet" | "Deployment",
  object: object,
  events: Event[] = [],
): Observation =>
  observation({
    ...{
      Job: { jobs: [object] },
      CronJob: { cronJobs: [object] },
      DaemonSet: { daemonSets: [object] },
      Deployment: { deployments: [object] },
    }[kind],
    events,
  } as never);
export const old = { creationTimestamp: before(3600) };

const api: NonNullable<Observation["services"]>[number] = {
  metadata: { name: "api" },
  spec: { clusterIP: "10.0.0.9", selector: { app: "api" }, ports: [{ port: 80, targetPort: 8080 }] },
};
const policy = (spec: object) =>
  ({ metadata: { name: "lock" }, spec: { podSelector: {}, ...spec } }) as NonNullable<
    NonNullable<Observation["reach"]>["networkPolicies"]
  >[number];
export const waitsAtInit = (command: string[], log: string, seconds: number, parts: Partial<Observation>) =>
  of(
    pod("web-1", {
      podStatus: {
        phase: "Pending",
        conditions: [{ type: "Ready", status: "False" }],
        containerStatuses: [],
        initContainerStatuses: [
          {
            name: "wait",
            image,
            imageID: "",
            ready: false,
            restartCount: 0,
            state: { running: { startedAt: before(seconds) } },
          },
        ],
      },
      spec: { containers: [main()], initContainers: [{ name: "wait", image, command }] },
    }),
    { logs: [{ pod: "web-1", container: "wait", current: log }], ...parts },
  );

/** The event of a volume whose secret the driver cannot read. */
const secretNotMounted = (secret: string, why: string, objectVersion = "") =>
  `MountVolume.SetUp failed for volume "key-vault" : rpc error: code = Unknown desc = failed to mount secrets store objects for pod shop/web-1, err: rpc error: code = Unknown desc = failed to mount objects, error: failed to get objectType:secret, objectName:${secret}, objectVersion:${objectVersion}: ${why}`;
const version = "0123456789abcdef0123456789abcdef";
const dashes = "-".repeat(80);
/** An answer, as Azure's library for Go prints it. */
const answered = (request: string, status: string, body: object) =>
  [request, dashes, `RESPONSE ${status}`, dashes, JSON.stringify(body, undefined, 2), dashes, ""].join("\n");
const signInFailed =
  "ClientAssertionCredential authentication failed.\nPOST https://login.microsoftonline.com/tenant/oauth2/v2.0/token";

export const wordings: readonly Wording[] = [
  {
    code: "namespace-terminating",
    made: "namespace held by a finalizer of a ConfigMap",
    seen: () =>
      observation({
        namespace: {
          metadata: { name: "shop", deletionTimestamp: before(60) },
          status: {
            phase: "Terminating",
            conditions: [
              {
                type: "NamespaceContentRemaining",
                status: "True",
                message: "Some resources are remaining: configmaps. has 1 resource instances",
              },
              {
                type: "NamespaceFinalizersRemaining",
                status: "True",
                message:
                  "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
              },
            ],
          },
        },
      }),
  },
  {
    code: "subnet-full",
    made: "Azure CNI without addresses",
    seen: () =>
      creating(
        "FailedCreatePodSandBox",
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "1": plugin type="azure-vnet" failed (add): IPAM Invoker Add failed: No available addresses',
      ),
  },
  {
    code: "sandbox-not-created",
    made: "pause image that cannot be pulled",
    seen: () =>
      creating(
        "FailedCreatePodSandBox",
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "mcr.microsoft.com/pause:3.6": failed to pull image: dial tcp 1.2.3.4:443: i/o timeout',
      ),
  },
  {
    code: "runtime-class-missing",
    made: "RuntimeClass unknown to the node",
    seen: () =>
      creating(
        "FailedCreatePodSandBox",
        'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "kata" is configured',
        { runtimeClassName: "kata" },
      ),
  },
  {
    code: "quota-wants-value",
    made: "quota on limits.cpu, container without one",
    seen: () => refused(`${forbidden}failed quota: q: must specify limits.cpu for: main`),
  },
  {
    code: "quota-exceeded",
    made: "quota whose refusals are older than the events",
    seen: () => {
      const { deployments } = deployment();
      const status = {
        observedGeneration: 1,
        replicas: 1,
        availableReplicas: 1,
        updatedReplicas: 1,
        conditions: [
          {
            type: "ReplicaFailure",
            status: "True",
            reason: "FailedCreate",
            message:
              'pods "web-1-abc" is forbidden: exceeded quota: compute, requested: limits.memory=1Gi, used: limits.memory=1Gi, limited: limits.memory=1Gi',
          },
        ],
      };
      const [one] = deployments;
      return observation({ deployments: [{ ...one, spec: { ...one?.spec, replicas: 2 }, status }] as never });
    },
  },
  {
    code: "host-not-found",
    made: "host with the name of the image",
    seen: () => crashed("Error: getaddrinfo ENOTFOUND redis", { image: "redis" }, {}, {}, { services: [] }),
  },
  {
    code: "quota-exceeded",
    made: "quota of pods that is used up",
    seen: () => refused(`${forbidden}exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2`),
  },
  {
    code: "limit-range-exceeded",
    made: "LimitRange with a maximum of 1Mi",
    seen: () =>
      refused(`${forbidden}maximum memory usage per Container is 1Mi, but limit is 64Mi`, {
        containers: [main({ resources: { limits: { memory: "64Mi" } } })],
      }),
  },
  {
    code: "priority-class-missing",
    made: "PriorityClass that does not exist",
    seen: () => refused(`${forbidden}no PriorityClass with name high was found`),
  },
  {
    code: "policy-denied",
    made: "ValidatingAdmissionPolicy that requires a label",
    seen: () =>
      refused(
        `${forbidden}ValidatingAdmissionPolicy 'team' with binding 'team' denied request: every pod needs the label team`,
      ),
  },
  {
    code: "policy-denied",
    made: "admission webhook that denies the pod",
    seen: () =>
      refused(
        'admission webhook "validation.gatekeeper.sh" denied the request: [no-latest] container main uses the tag latest',
      ),
  },
  {
    code: "webhook-unavailable",
    made: "webhook whose Service has no endpoints",
    seen: () =>
      refused(
        'Internal error occurred: failed calling webhook "v.example.com": failed to call webhook: Post "https://guard.policy.svc:443/v?timeout=10s": no endpoints available for service "guard"',
      ),
  },
  {
    code: "admission-refused",
    made: "a refusal in words that are not known",
    seen: () => refused(`${forbidden}the moon is in the wrong phase`),
  },
  {
    code: "scheduling-gated",
    made: "pod with a scheduling gate",
    seen: () =>
      of(
        pod("web-1", {
          podStatus: {
            phase: "Pending",
            containerStatuses: [],
            conditions: [
              {
                type: "PodScheduled",
                status: "False",
                reason: "SchedulingGated",
                message: "Scheduling is blocked due to non-empty scheduling gates",
              },
            ],
          },
          spec: { nodeName: undefined, containers: [main()], schedulingGates: [{ name: "queue/held" }] },
        }),
      ),
  },
  {
    code: "scheduler-missing",
    made: "schedulerName that nobody answers to",
    seen: () =>
      of(
        pod("web-1", {
          podStatus: { phase: "Pending", containerStatuses: [], conditions: [] },
          spec: { nodeName: undefined, schedulerName: "batch-scheduler", containers: [main()] },
        }),
      ),
  },
  {
    code: "insufficient-resource",
    made: "request of a GPU that no node offers",
    seen: () =>
      unplaced(
        "0/1 nodes are available: 1 Insufficient nvidia.com/gpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        { containers: [main({ resources: { limits: { "nvidia.com/gpu": "1" } } })] },
      ),
  },
  {
    code: "host-port-taken",
    made: "second pod with the same hostPort",
    seen: () =>
      unplaced(`0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. ${tail}`, {
        containers: [main({ ports: [{ containerPort: 8080, hostPort: 8999 }] })],
      }),
  },
  {
    code: "pod-anti-affinity",
    made: "required anti-affinity, one node (1.34)",
    seen: () =>
      unplaced(
        `0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, ${tail}`,
      ),
  },
  {
    code: "pod-affinity",
    made: "required affinity to a pod that does not run",
    seen: () => unplaced(`0/1 nodes are available: 1 node(s) didn't match pod affinity rules. ${tail}`),
  },
  {
    code: "topology-spread",
    made: "spread over a label that no node has",
    seen: () =>
      unplaced(
        `0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label). ${tail}`,
        { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "rack", whenUnsatisfiable: "DoNotSchedule" }] },
      ),
  },
  {
    code: "claim-missing",
    made: "claim that does not exist",
    seen: () =>
      unplaced(
        '0/1 nodes are available: persistentvolumeclaim "data" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
        claimVolume,
      ),
  },
  {
    code: "storage-class-missing",
    made: "claim of a class that does not exist",
    seen: () =>
      unplaced("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found", claimVolume, {
        storage: {
          claims: [
            {
              metadata: { name: "data" },
              spec: { storageClassName: "managed-csi-premum" },
              status: { phase: "Pending" },
            },
          ],
          classes: [{ metadata: { name: "managed-csi-premium" }, provisioner: "disk.csi.azure.com" }],
        },
      }),
  },
  {
    code: "volume-not-bound",
    made: "claim that waits for a volume",
    seen: () => unplaced("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", claimVolume),
  },
  {
    code: "volume-in-use",
    made: "second pod of a ReadWriteOncePod claim (1.34)",
    seen: () =>
      unplaced(
        `0/1 nodes are available: 1 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode. no new claims to deallocate, ${tail}`,
        claimVolume,
      ),
  },
  {
    code: "volume-in-use",
    made: "disk that is attached to another node",
    seen: () =>
      creating(
        "FailedAttachVolume",
        'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-0',
        claimVolume,
      ),
  },
  {
    code: "volume-other-zone",
    made: "disk in another zone",
    seen: () => unplaced(`0/1 nodes are available: 1 node(s) had volume node affinity conflict. ${tail}`, claimVolume),
  },
  {
    code: "rejected-by-node",
    made: "pod that names its node, which is full",
    seen: () =>
      observation({
        pods: [
          pod("web-1", {
            podStatus: {
              phase: "Failed",
              reason: "OutOfcpu",
              message: "Pod was rejected: Node didn't have enough resource: cpu",
            },
          }),
        ],
      }),
  },
  {
    code: "rollout-paused",
    made: "change of a paused Deployment",
    seen: () =>
      ownerOnly("Deployment", {
        metadata: { name: "web", generation: 2, ...old },
        spec: { replicas: 1, paused: true, template: {} },
        ...conditions([
          { type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message: "Deployment is paused" },
        ]),
      }),
  },
  {
    code: "rollout-stuck",
    made: "Deployment that timed out without a pod that says why",
    seen: () =>
      ownerOnly("Deployment", {
        metadata: { name: "web", ...old },
        spec: { replicas: 1, template: {} },
        ...conditions([
          {
            type: "Progressing",
            status: "False",
            reason: "ProgressDeadlineExceeded",
            message: 'ReplicaSet "web-1" has timed out progressing.',
          },
        ]),
      }),
  },
  {
    code: "daemonset-without-nodes",
    made: "DaemonSet with a selector that no node has",
    seen: () =>
      ownerOnly("DaemonSet", {
        metadata: { name: "agent", ...old },
        spec: { template: { spec: { nodeSelector: { disk: "fast" }, containers: [] } } },
        status: { desiredNumberScheduled: 0 },
      }),
  },
  {
    code: "image-never-pulled",
    made: "imagePullPolicy Never, image not on the node",
    seen: () => waiting("ErrImageNeverPull", `Container image "${image}" is not present with pull policy of Never`),
  },
  {
    code: "layer-host-unreachable",
    made: "layers on a host that no name server knows",
    seen: () =>
      observation(
        pull(
          "web-1",
          "contoso.azurecr.io/app:v1",
          'failed to pull and unpack image "contoso.azurecr.io/app:v1": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://wus1.blob.core.windows.net/a/data?sig=r": dial tcp: lookup wus1.blob.core.windows.net on 10.0.0.10:53: no such host',
        ),
      ),
  },
  {
    code: "registry-server-error",
    made: "registry that answers 500",
    seen: () =>
      observation(
        pull(
          "web-1",
          image,
          `failed to resolve reference "${image}": unexpected status from HEAD request to https://reg.example.com/v2/app/manifests/v1: 500 Internal Server Error`,
        ),
      ),
  },
  {
    code: "registry-firewall",
    made: "registry whose network rules refuse the address",
    seen: () =>
      observation(
        pull(
          "web-1",
          "contoso.azurecr.io/app:v1",
          "unexpected status from HEAD request to https://contoso.azurecr.io/v2/app/manifests/v1: 403 Forbidden: denied: client with IP '20.1.2.3' is not allowed access",
        ),
      ),
  },
  {
    code: "image-unsupported",
    made: "Helm chart pulled as an image",
    seen: () =>
      observation(
        pull("web-1", image, "failed to unpack image: unsupported media type application/vnd.cncf.helm.config.v1+json"),
      ),
  },
  {
    code: "repository-not-found",
    made: "repository whose name ends in -tls",
    seen: () => {
      const one = "reg.example.com/gateway-tls:v1";
      return observation({
        ...pull("web-1", one, `failed to resolve reference "${one}": ${one}: not found`),
        images: { [one]: { answer: "no-repository", as: "an anonymous client" } },
      });
    },
  },
  {
    code: "secret-key-missing",
    made: "projected volume with a key that the Secret lacks",
    seen: () =>
      creating(
        "FailedMount",
        'MountVolume.SetUp failed for volume "tls" : references non-existent secret key: ca.crt',
        {
          volumes: [
            {
              name: "tls",
              projected: {
                sources: [
                  { secret: { name: "gateway", items: [{ key: "ca.crt", path: "ca.crt" }] } },
                  { configMap: { name: "settings" } },
                ],
              },
            },
          ],
        },
      ),
  },
  {
    code: "runs-as-root",
    made: "runAsUser 0 of the container under runAsNonRoot",
    seen: () =>
      waiting(
        "CreateContainerConfigError",
        "container's runAsUser breaks non-root policy (pod: web-1, container: main)",
        { securityContext: { runAsUser: 0 } },
      ),
  },
  {
    code: "subpath-variable-missing",
    made: "subPathExpr with a variable that is not set",
    seen: () =>
      waiting("CreateContainerConfigError", "missing value for POD_NAME", {
        volumeMounts: [{ name: "d", mountPath: "/d", subPathExpr: "$(POD_NAME)" }],
      }),
  },
  {
    code: "sysctl-forbidden",
    made: "sysctl that the kubelet does not allow",
    seen: () =>
      observation({
        pods: [
          pod("web-1", {
            podStatus: {
              phase: "Failed",
              reason: "SysctlForbidden",
              message: 'Pod was rejected: forbidden sysctl: "net.core.somaxconn" not allowlisted',
            },
          }),
        ],
      }),
  },
  {
    code: "csi-driver-missing",
    made: "volume of the Key Vault driver, not installed",
    seen: () =>
      creating(
        "FailedMount",
        'MountVolume.SetUp failed for volume "kv" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name secrets-store.csi.k8s.io not found in the list of registered CSI drivers',
      ),
  },
  {
    code: "key-vault-secret-missing",
    made: "secret that the vault does not have",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          answered(
            "GET https://shop.vault.azure.net/secrets/database/",
            "404: 404 Not Found\nERROR CODE: SecretNotFound",
            {
              error: {
                code: "SecretNotFound",
                message: "A secret with (name/id) database was not found in this key vault.",
              },
            },
          ),
        ),
      ),
  },
  {
    code: "key-vault-secret-missing",
    made: "version that the vault does not have",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          answered(
            `GET https://shop.vault.azure.net/secrets/database/${version}`,
            "404: 404 Not Found\nERROR CODE: SecretNotFound",
            { error: { code: "SecretNotFound", message: "A secret with (name/id) was not found in this key vault." } },
          ),
          version,
        ),
      ),
  },
  {
    code: "key-vault-secret-missing",
    made: "secret that is disabled",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          answered("GET https://shop.vault.azure.net/secrets/database/", "403: 403 Forbidden\nERROR CODE: Forbidden", {
            error: {
              code: "Forbidden",
              message: "Operation get is not allowed on a disabled secret.",
              innererror: { code: "SecretDisabled" },
            },
          }),
        ),
      ),
  },
  {
    code: "key-vault-unreachable",
    made: "vault that does not exist",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          'Get "https://shoop.vault.azure.net/secrets/database/?api-version=7.6": dial tcp: lookup shoop.vault.azure.net on 10.0.0.10:53: no such host',
        ),
      ),
  },
  {
    code: "key-vault-unreachable",
    made: "vault that lets other networks in",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          answered("GET https://shop.vault.azure.net/secrets/database/", "403: 403 Forbidden\nERROR CODE: Forbidden", {
            error: {
              code: "Forbidden",
              message:
                "Client address is not authorized and caller is not a trusted service.\r\nClient address: 20.1.2.3",
              innererror: { code: "ForbiddenByFirewall" },
            },
          }),
        ),
      ),
  },
  {
    code: "azure-role-missing",
    made: "driver for secrets without the role",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          answered("GET https://shop.vault.azure.net/secrets/database/", "403: 403 Forbidden\nERROR CODE: Forbidden", {
            error: {
              code: "Forbidden",
              message:
                "Caller is not authorized to perform action on resource.\r\nCaller: appid=1;oid=11111111-2222-4333-8444-666666666666;iss=https://sts.windows.net/\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '/subscriptions/1/resourcegroups/shop/providers/microsoft.keyvault/vaults/shop/secrets/database'\r\n",
              innererror: { code: "ForbiddenByRbac" },
            },
          }),
        ),
      ),
  },
  {
    code: "workload-identity-not-federated",
    made: "driver for secrets, as an identity that trusts another ServiceAccount",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          answered(signInFailed, "401: 401 Unauthorized", {
            error: "invalid_client",
            error_description:
              "AADSTS700213: No matching federated identity record found for presented assertion subject 'system:serviceaccount:shop:web'. Trace ID: 1",
          }),
        ),
      ),
  },
  {
    code: "workload-identity-not-federated",
    made: "driver for secrets, as an identity without a credential",
    seen: () =>
      creating(
        "FailedMount",
        secretNotMounted(
          "database",
          answered(signInFailed, "401: 401 Unauthorized", {
            error: "invalid_client",
            error_description:
              "AADSTS70025: The client '11111111-2222-4333-8444-666666666666'(web) has no configured federated identity credentials. Trace ID: 1",
          }),
        ),
      ),
  },
  {
    code: "volume-not-mounted",
    made: "hostPath of another type",
    seen: () =>
      creating(
        "FailedMount",
        'MountVolume.SetUp failed for volume "data" : hostPath type check failed: /srv/data is not a directory',
      ),
  },
  {
    code: "service-link-variable",
    made: "port that is a Service's variable",
    seen: () =>
      crashed(
        "RangeError [ERR_SOCKET_BAD_PORT]: options.port should be >= 0 and < 65536. Received type number (NaN).\n    at Server.listen (node:net:2551:5)",
        {},
        {},
        {},
        { services: [{ metadata: { name: "web" }, spec: { clusterIP: "10.0.0.9", ports: [{ port: 80 }] } }] },
      ),
  },
  {
    code: "mount-over-file",
    made: "ConfigMap mounted over a file of the image",
    seen: () =>
      unstarted(
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/1/volumes/kubernetes.io~configmap/c" to rootfs at "/etc/os-release": mount src=x, dst=/etc/os-release: not a directory: Are you trying to mount a directory onto a file (or vice-versa)?: unknown',
        { volumeMounts: [{ name: "c", mountPath: "/etc/os-release" }] },
        { volumes: [{ name: "c", configMap: { name: "settings" } }] },
        { configMaps: { settings: { exists: true, keys: ["os-release"] } } },
      ),
  },
  {
    code: "command-not-split",
    made: "command line in one string",
    seen: () =>
      unstarted(
        'OCI runtime create failed: runc create failed: unable to start container process: exec: "node server.js --port 8080": executable file not found in $PATH: unknown',
        { command: ["node server.js --port 8080"] },
      ),
  },
  {
    code: "container-not-created",
    made: "working directory that cannot be entered",
    seen: () =>
      unstarted(
        'OCI runtime create failed: runc create failed: unable to start container process: error during container init: chdir to cwd ("/srv/app") set in config.json failed: permission denied: unknown',
        { workingDir: "/srv/app" },
      ),
  },
  {
    code: "command-not-found",
    made: "program that the shell does not find",
    seen: () =>
      crashed("/bin/sh: 1: myserver: not found", { command: ["/bin/sh", "-c", "myserver"] }, { exitCode: 127 }),
  },
  {
    code: "module-not-found",
    made: "file that is not in the image",
    seen: () =>
      crashed(
        "node:internal/modules/cjs/loader:1568\n  throw err;\n  ^\n\nError: Cannot find module '/app/dist/server.js'\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1564:15) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v24.21.0",
        { command: ["node", "/app/dist/server.js"] },
      ),
  },
  {
    code: "post-start-hook-failed",
    made: "postStart hook that exits with 4",
    seen: () =>
      crashed(
        "listening on 8080",
        { lifecycle: { postStart: { exec: { command: ["/bin/sh", "-c", "exit 4"] } } } },
        { exitCode: 137 },
        {},
        { events: [event("web-1", "FailedPostStartHook", "PostStartHook failed")] },
      ),
  },
  {
    code: "heap-exhausted",
    made: "heap that NODE_OPTIONS keeps small",
    seen: () =>
      crashed(
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        {
          env: [{ name: "NODE_OPTIONS", value: "--max-old-space-size=24" }],
          resources: { limits: { memory: "128Mi" } },
        },
        { exitCode: 134 },
      ),
  },
  {
    code: "path-not-writable",
    made: "volume that belongs to root, after a time of day",
    seen: () =>
      crashed(
        "2026-11-28T11:58:02.114Z error: cannot start: EACCES: permission denied, open '/data/settings.json'",
        { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        {},
        claimVolume,
      ),
  },
  {
    code: "application-error",
    made: "database error after a harmless EROFS warning",
    seen: () =>
      crashed(
        "warn: could not write update cache, going on: EROFS: read-only file system, open '/etc/x'\nError: relation \"users\" does not exist\n    at main.js:3",
      ),
  },
  {
    code: "application-error",
    made: "missing API key that is no variable",
    seen: () => crashed("Error: Missing API key for the mail service: file /etc/keys/mail is empty"),
  },
  {
    code: "address-in-use",
    made: "two containers on one port",
    seen: () =>
      crashed(
        "Error: listen EADDRINUSE: address already in use :::8080\n    at Server.setupListenHandle [as _listen2] (node:net:2328:16) {\n  code: 'EADDRINUSE',\n  syscall: 'listen',\n  port: 8080\n}",
      ),
  },
  {
    code: "host-not-found",
    made: "host that is no Service",
    seen: () =>
      crashed(
        "Error: getaddrinfo EAI_AGAIN orders-db\n    at GetAddrInfoReqWrap.onlookupall (node:dns:122:26) {\n  code: 'EAI_AGAIN',\n  syscall: 'getaddrinfo',\n  hostname: 'orders-db'\n}",
        {},
        {},
        {},
        { services: [] },
      ),
  },
  {
    code: "dependency-unreachable",
    made: "database that refuses the connection",
    seen: () => crashed("Error: connect ECONNREFUSED 10.0.31.7:5432"),
  },
  {
    code: "service-account-forbidden",
    made: "ServiceAccount without a right in its namespace, before a last line that says less",
    seen: () =>
      crashed(
        'E1128 10:00:00.123456       1 leaderelection.go:330] error retrieving resource lock shop/lock: leases.coordination.k8s.io "lock" is forbidden: User "system:serviceaccount:shop:default" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "shop"\nF1128 10:00:01.000000       1 main.go:30] leader election lost',
      ),
  },
  {
    code: "service-account-forbidden",
    made: "ServiceAccount that may not list in the whole cluster",
    seen: () =>
      crashed(
        'Error: pods is forbidden: User "system:serviceaccount:shop:watcher" cannot list resource "pods" in API group "" at the cluster scope',
        {},
        {},
        { serviceAccountName: "watcher" },
      ),
  },
  {
    code: "service-account-forbidden",
    made: "ServiceAccount that may not scale a Deployment",
    seen: () =>
      crashed(
        'Error: deployments.apps "api" is forbidden: User "system:serviceaccount:shop:default" cannot patch resource "deployments/scale" in API group "apps" in the namespace "shop"',
      ),
  },
  {
    code: "service-account-forbidden",
    made: "ServiceAccount that may not list the Secrets of the cluster",
    seen: () =>
      crashed(
        'Error: secrets is forbidden: User "system:serviceaccount:shop:default" cannot list resource "secrets" in API group "" at the cluster scope',
      ),
  },
  {
    code: "environment-variable-missing",
    made: "variable that is missing, after a warning about a right",
    seen: () =>
      crashed(
        'WARN configmaps is forbidden: User "system:serviceaccount:shop:default" cannot list resource "configmaps" in API group "" in the namespace "shop"\nError: missing environment variable DATABASE_URL',
      ),
  },
  {
    code: "host-not-found",
    made: "host that is not found, after a refusal that the program survived",
    seen: () =>
      crashed(
        'Error: configmaps is forbidden: User "system:serviceaccount:shop:default" cannot list resource "configmaps" in API group "" in the namespace "shop"\nusing defaults\nError: getaddrinfo ENOTFOUND orders-db',
        {},
        {},
        {},
        { services: [] },
      ),
  },
  {
    code: "application-error",
    made: "another error after a warning about a right",
    seen: () =>
      crashed(
        'warn: configmaps is forbidden: User "system:serviceaccount:shop:default" cannot list resource "configmaps" in API group "" in the namespace "shop"\nError: the license has expired',
      ),
  },
  {
    code: "service-account-forbidden",
    made: "ServiceAccount that may not read a path",
    seen: () =>
      crashed('Error: metrics is forbidden: User "system:serviceaccount:shop:default" cannot get path "/metrics"'),
  },
  {
    code: "application-error",
    made: "the API's refusal of somebody else's account",
    seen: () =>
      crashed(
        'Error: pods is forbidden: User "system:serviceaccount:other:robot" cannot list resource "pods" in API group "" at the cluster scope',
      ),
  },
  {
    code: "module-not-found",
    made: "shared library that is missing",
    seen: () =>
      crashed(
        "/app/server: error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory",
        {},
        { exitCode: 127 },
      ),
  },
  {
    code: "application-error",
    made: "symbol that the C library lacks, exit code 127",
    seen: () => crashed("Error relocating /app/server: __res_search: symbol not found", {}, { exitCode: 127 }),
  },
  {
    code: "environment-variable-missing",
    made: "variable in the list of a schema's issues",
    seen: () =>
      crashed(
        'ZodError: [\n  {\n    "code": "invalid_type",\n    "expected": "string",\n    "path": [\n      "SESSION_SECRET"\n    ],\n    "message": "Required"\n  }\n]\n    at file:///app/index.js:3:1',
      ),
  },
  {
    code: "path-not-writable",
    made: "nginx that may not create its cache",
    seen: () => crashed('nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)'),
  },
  {
    code: "network-policy-blocks-connection",
    made: "policy for outgoing connections without DNS",
    seen: () =>
      crashed(
        "Error: getaddrinfo EAI_AGAIN api",
        {},
        {},
        {},
        {
          services: [api],
          reach: { networkPolicies: [policy({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 8080 }] }] })] },
        },
      ),
  },
  {
    code: "network-policy-blocks-connection",
    made: "policy for outgoing connections with DNS alone",
    seen: () =>
      crashed(
        "Error: connect ECONNREFUSED 10.0.0.9:80",
        {},
        {},
        {},
        {
          services: [api],
          reach: {
            networkPolicies: [
              policy({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] }),
            ],
          },
        },
      ),
  },
  {
    code: "network-policy-blocks-connection",
    made: "timeout of a process that logs no address, policy with DNS alone",
    seen: () =>
      crashed(
        "DOMException [TimeoutError]: The operation was aborted due to timeout",
        {},
        {},
        {},
        {
          reach: {
            networkPolicies: [
              policy({ policyTypes: ["Egress"], egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] }),
            ],
          },
        },
      ),
  },
  {
    code: "network-policy-blocks-connection",
    made: "policy of the target's pods that admits others",
    seen: () => {
      const seen = crashed(
        "dial tcp 10.0.0.9:80: i/o timeout",
        {},
        {},
        {},
        {
          services: [api],
          reach: {
            networkPolicies: [
              policy({
                podSelector: { matchLabels: { app: "api" } },
                ingress: [{ from: [{ podSelector: { matchLabels: { role: "frontend" } } }] }],
              }),
            ],
          },
        },
      );
      seen.pods.push(
        pod("api-1", { metadata: { labels: { app: "api" } } }),
        pod("edge-1", { metadata: { labels: { role: "frontend" } } }),
      );
      return seen;
    },
  },
  {
    code: "dependency-unreachable",
    made: "database that refuses the connection, which the policies allow",
    seen: () =>
      crashed(
        "Error: connect ECONNREFUSED 10.0.0.9:80",
        {},
        {},
        {},
        {
          services: [api],
          reach: { networkPolicies: [policy({ policyTypes: ["Egress"], egress: [{ to: [{ podSelector: {} }] }] })] },
        },
      ),
  },
  {
    code: "init-container-waits",
    made: "init container that waits for a Service with a typing error",
    seen: () => waitsAtInit(["sh", "-c", "until nc -z appi 80; do sleep 2; done"], "", 60, { services: [api] }),
  },
  {
    code: "init-container-waits",
    made: "init container that logs repeatedly that it waits",
    seen: () =>
      waitsAtInit(["/migrate"], "waiting for api:80\napi:80 not reachable, retrying\n", 60, {
        services: [api],
        reach: { endpointSlices: [] },
      }),
  },
  {
    code: "init-container-waits",
    made: "init container that runs for ten minutes and logs nothing",
    seen: () => waitsAtInit(["/migrate"], "", 600, {}),
  },
  {
    code: "node-missing",
    made: "nodeName of no node",
    seen: () =>
      of(
        pod("web-1", {
          podStatus: { phase: "Pending", conditions: [], containerStatuses: [] },
          spec: { containers: [main()], nodeName: "node-77" },
        }),
      ),
  },
  {
    code: "disk-pressure",
    made: "pod that was evicted for its disk space, on a node that has recovered",
    seen: () =>
      of(
        pod("web-1", {
          podStatus: {
            phase: "Failed",
            reason: "Evicted",
            message:
              "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 500Mi. Container main was using 3Gi, request is 0, has larger consumption of ephemeral-storage. ",
            containerStatuses: [],
            conditions: [],
            startTime: before(60),
          },
        }),
      ),
  },
  {
    code: "rejected-by-node",
    made: "pod that was evicted for its processes",
    seen: () =>
      of(
        pod("web-1", {
          podStatus: {
            phase: "Failed",
            reason: "Evicted",
            message: "The node was low on resource: pids. Threshold quantity: 100, available: 20. ",
            containerStatuses: [],
            conditions: [],
            startTime: before(60),
          },
        }),
      ),
  },
  {
    code: "azure-role-missing",
    made: "storage account that refuses the identity, without an action",
    seen: () =>
      crashed(
        "GET https://orders.blob.core.windows.net/invoices\nRestError: This request is not authorized to perform this operation using this permission. Code: AuthorizationPermissionMismatch",
      ),
  },
  {
    code: "webhook-unavailable",
    made: "webhook whose certificate has expired",
    seen: () =>
      refused(
        'Internal error occurred: failed calling webhook "m.example.com": failed to call webhook: Post "https://inject.mesh.svc:443/inject?timeout=10s": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-28T10:00:00Z is after 2026-11-01T00:00:00Z',
      ),
  },
  ...(
    [
      ["UnknownTimeZone", 'invalid timeZone: "Europe/Berln": unknown time zone Europe/Berln', "Europe/Berln"],
      ["UnknownTimeZone", 'invalid timeZone: "Mars": unknown time zone Mars', "Mars"],
      ["UnparseableSchedule", 'unparseable schedule: "61 * * * *": end of range (61) above maximum (59)', "Etc/UTC"],
    ] as const
  ).map(([reason, message, timeZone]): Wording => ({
    code: "cronjob-failing",
    made: `CronJob with ${reason}, ${timeZone}`,
    seen: () =>
      ownerOnly(
        "CronJob",
        {
          metadata: { name: "nightly", uid: "cj", ...old },
          spec: {
            schedule: "0 1 * * *",
            timeZone,
            jobTemplate: { spec: { template: { spec: { containers: [main()] } } } },
          },
          status: {},
        },
        [
          {
            metadata: {},
            involvedObject: { kind: "CronJob", name: "nightly", uid: "cj" },
            type: "Warning",
            reason,
            message,
            lastTimestamp: before(30),
          },
        ],
      ),
  })),
  {
    code: "volume-not-mounted",
    made: "SecretProviderClass that does not exist",
    seen: () =>
      creating(
        "FailedMount",
        'MountVolume.SetUp failed for volume "secrets" : rpc error: code = Unknown desc = failed to get secretproviderclass shop/kv, error: SecretProviderClass.secrets-store.csi.x-k8s.io "kv" not found',
      ),
  },
  {
    code: "volume-not-mounted",
    made: "disk more than the size of the node takes",
    seen: () =>
      creating(
        "FailedAttachVolume",
        'AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Unknown desc = Attach volume failed: OperationNotAllowed: The maximum number of data disks allowed to be attached to a VM of this size is 4.',
      ),
  },
  {
    code: "volume-not-bound",
    made: "claim that is being deleted",
    seen: () =>
      unplaced(
        '0/1 nodes are available: persistentvolumeclaim "data" is being deleted. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
        claimVolume,
      ),
  },
  { code: "process-crashed", made: "SIGSEGV", seen: () => crashed("Segmentation fault", {}, { exitCode: 139 }) },
  {
    code: "pre-stop-hook-too-long",
    made: "preStop hook longer than the grace period",
    seen: () =>
      observation({
        pods: [
          pod("web-1", {
            metadata: { deletionTimestamp: before(-2), deletionGracePeriodSeconds: 25 },
            spec: {
              terminationGracePeriodSeconds: 25,
              containers: [main({ lifecycle: { preStop: { exec: { command: ["sleep", "120"] } } } })],
            },
          }),
        ],
      }),
  },
  {
    code: "finalizer-holds-pod",
    made: "pod that has ended and is held by a finalizer",
    seen: () =>
      observation({
        pods: [
          pod("web-1", {
            metadata: {
              deletionTimestamp: before(60),
              deletionGracePeriodSeconds: 0,
              finalizers: ["example.com/hold"],
            },
            status: { state: { terminated: { exitCode: 0 } } },
            podStatus: {},
          }),
        ],
      }),
  },
  {
    code: "liveness-check-fails",
    made: "liveness path that answers 500",
    seen: () =>
      unready("Liveness probe failed: HTTP probe failed with statuscode: 500", { livenessProbe: http() }, "", [
        event("web-1", "Killing", "Container main failed liveness probe, will be restarted"),
      ]),
  },
  {
    code: "liveness-check-fails",
    made: "liveness command that exits with 1",
    seen: () =>
      unready("Liveness probe failed: ", { livenessProbe: { exec: { command: ["test", "-f", "/tmp/healthy"] } } }, "", [
        event("web-1", "Killing", "Container main failed liveness probe, will be restarted"),
      ]),
  },
  {
    code: "job-failed",
    made: "Job that ran out of time",
    seen: () =>
      ownerOnly("Job", {
        metadata: { name: "migrate", ...old },
        spec: { activeDeadlineSeconds: 600, template: {} },
        status: {
          conditions: [
            {
              type: "Failed",
              status: "True",
              reason: "DeadlineExceeded",
              message: "Job was active longer than specified deadline",
            },
          ],
        },
      }),
  },
  {
    code: "cronjob-failing",
    made: "CronJob whose failed Jobs are not kept",
    seen: () =>
      ownerOnly(
        "CronJob",
        {
          metadata: { name: "nightly", uid: "cron", ...old },
          spec: { schedule: "* * * * *", failedJobsHistoryLimit: 0, jobTemplate: { spec: { template: {} } } },
          status: {},
        },
        [
          {
            metadata: {},
            involvedObject: { kind: "CronJob", name: "nightly", uid: "cron" },
            reason: "SawCompletedJob",
            message: "Saw completed job: nightly-1, condition: Failed",
            lastTimestamp: before(10),
          },
        ],
      ),
  },
  {
    code: "probe-redirected",
    made: "redirect to HTTPS of the same host",
    seen: () =>
      unready(
        'Readiness probe failed: Get "https://10.244.0.23/ready": dial tcp 10.244.0.23:443: connect: connection refused',
        { readinessProbe: http() },
        "listening on 8080",
      ),
  },
  {
    code: "probe-redirected",
    made: "redirect to HTTPS of the same port",
    seen: () =>
      unready(
        'Readiness probe failed: Get "https://10.244.0.23:8080/ready": http: server gave HTTP response to HTTPS client',
        { readinessProbe: http() },
        "listening on 8080",
      ),
  },
  {
    code: "probe-tool-missing",
    made: "exec probe with curl, which is not in the image",
    seen: () =>
      unready(
        'Readiness probe errored and resulted in unknown state: rpc error: code = Unknown desc = failed to exec in container: failed to start exec "8": OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
        { readinessProbe: { exec: { command: ["curl", "-f", "http://localhost:8080/ready"] } } },
      ),
  },
  {
    code: "probe-tool-missing",
    made: "the same by a shell",
    seen: () =>
      unready("Readiness probe failed: /bin/sh: 1: curl: not found", {
        readinessProbe: { exec: { command: ["/bin/sh", "-c", "curl -f http://localhost:8080/ready || exit 1"] } },
      }),
  },
  {
    code: "probe-scheme-mismatch",
    made: "HTTPS probe of a port that speaks HTTP",
    seen: () =>
      unready(
        'Readiness probe failed: Get "https://10.244.0.35:8080/ready": http: server gave HTTP response to HTTPS client',
        { readinessProbe: http({ httpGet: { path: "/ready", port: 8080, scheme: "HTTPS" } }) },
      ),
  },
  {
    code: "probe-host-refused",
    made: "process that refuses the pod's address as Host",
    seen: () =>
      unready(
        "Readiness probe failed: HTTP probe failed with statuscode: 400",
        { readinessProbe: http() },
        "Host validation failed for: 10.244.0.31:3000. Hint: set ALLOWED_HOSTS",
      ),
  },
  {
    code: "probe-wrong-port",
    made: "probe that names a port which is not declared",
    seen: () =>
      unready('Readiness probe errored and resulted in unknown state: strconv.Atoi: parsing "http": invalid syntax', {
        ports: [{ name: "web", containerPort: 8080 }],
        readinessProbe: { httpGet: { path: "/", port: "http" as never } },
      }),
  },
  {
    code: "nothing-listens",
    made: "process that waits for a database on another port",
    seen: () =>
      unready(
        'Readiness probe failed: Get "http://10.244.0.9:8080/": dial tcp 10.244.0.9:8080: connect: connection refused',
        { readinessProbe: http() },
        "waiting for the database server orders-db on port 5432",
      ),
  },
  {
    code: "not-ready-by-itself",
    made: "exec probe that fails",
    seen: () =>
      unready("Readiness probe failed: cat: can't open '/tmp/ready': No such file or directory", {
        readinessProbe: { exec: { command: ["cat", "/tmp/ready"] } },
      }),
  },
  {
    code: "readiness-gate-closed",
    made: "readiness gate that nobody opens",
    seen: () =>
      of(
        pod("web-1", {
          status: { ready: true },
          podStatus: {
            conditions: [
              { type: "Ready", status: "False", reason: "ReadinessGatesNotReady" },
              { type: "ContainersReady", status: "True" },
            ],
          },
          spec: { containers: [main()], readinessGates: [{ conditionType: "target-health.example.com" }] },
        }),
      ),
  },
];

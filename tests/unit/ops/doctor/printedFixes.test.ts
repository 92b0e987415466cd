/** Printed commands of the doctor that one machine cannot run, or whose exact text matters. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { before, event, node, observation, pending, pod, pull } from "./exampleObservations.ts";
import { foreignBackend, quotaOf, reached, reachWordings, serviceOf } from "./reachWordings.ts";
import { http, unready, unstarted, wordings } from "./wordings.ts";

const commandsOf = (seen: Observation): string[] =>
  diagnose(seen).findings.flatMap(({ mend }) =>
    mend.flatMap(({ command }) => (command === undefined ? [] : [command])),
  );
const worded = (made: string): Observation => {
  const one = wordings.find((each) => each.made === made);
  if (one === undefined) throw new Error(`no case "${made}"`);
  return one.seen();
};
/** The object that a command applies from its own text. */
const applied = (command = ""): unknown =>
  JSON.parse(/^echo '(.*)' \| kubectl apply --filename -$/.exec(command)?.[1] ?? "");

const web = { matchLabels: { app: "web" } };
const toDns = {
  podSelector: web,
  policyTypes: ["Egress"],
  egress: [
    {
      to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
      ports: [
        { protocol: "UDP", port: 53 },
        { protocol: "TCP", port: 53 },
      ],
    },
  ],
};

describe("a policy that allows the blocked connection", () => {
  it.each([
    ["policy for outgoing connections without DNS", "web-dns", toDns],
    [
      "policy for outgoing connections with DNS alone",
      "web-to-api",
      {
        podSelector: web,
        policyTypes: ["Egress"],
        egress: [{ to: [{ podSelector: { matchLabels: { app: "api" } } }], ports: [{ protocol: "TCP", port: 8080 }] }],
      },
    ],
    [
      "policy of the target's pods that admits others",
      "api-from-web",
      {
        podSelector: { matchLabels: { app: "api" } },
        policyTypes: ["Ingress"],
        ingress: [{ from: [{ podSelector: web }], ports: [{ protocol: "TCP", port: 8080 }] }],
      },
    ],
  ])("%s", (made, name, spec) => {
    expect(applied(commandsOf(worded(made))[0])).toEqual({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace: "shop" },
      spec,
    });
  });

  it("uses the stack's setting if a stack owns the pods", () => {
    const inStack = (made: string) => {
      const seen = worded(made);
      return commandsOf({ ...seen, target: { ...seen.target, stack: "dev" } });
    };
    expect(inStack("policy for outgoing connections without DNS")[0]).toBe("pulumi up --refresh --stack dev");
    expect(inStack("policy for outgoing connections with DNS alone").slice(0, 2)).toEqual([
      "pulumi config get --path tarmac:egressTo --stack dev",
      "pulumi config set --path 'tarmac:egressTo[NUMBER]' NAME --stack dev && pulumi up --stack dev",
    ]);
  });

  it("is followed by a new pod, because the kubelet waits before it retries", () => {
    expect(commandsOf(worded("policy for outgoing connections without DNS"))[1]).toBe(
      "kubectl delete pod web-1 --namespace shop",
    );
  });
});

describe("a role has the missing permission, and is bound to the account", () => {
  it("with all permissions for leader election", () => {
    const [create, check] = commandsOf(
      worded("ServiceAccount without a right in its namespace, before a last line that says less"),
    );
    expect(create).toBe(
      "kubectl create role default-get-leases --namespace shop --verb=get,create,update --resource=leases.coordination.k8s.io && kubectl create rolebinding default-get-leases --namespace shop --role=default-get-leases --serviceaccount=shop:default",
    );
    expect(check).toBe(
      "kubectl auth can-i get leases.coordination.k8s.io --namespace shop --as system:serviceaccount:shop:default",
    );
  });

  it("in the whole cluster", () => {
    const [everywhere] = commandsOf(worded("ServiceAccount that may not list in the whole cluster"));
    expect(everywhere).toContain(
      "kubectl create clusterrole shop-watcher-list-pods --verb=list,get,watch --resource=pods && kubectl create clusterrolebinding shop-watcher-list-pods --clusterrole=shop-watcher-list-pods",
    );
  });

  it("for a subresource", () => {
    const [create, check] = commandsOf(worded("ServiceAccount that may not scale a Deployment"));
    expect(create).toContain(
      "kubectl create role default-patch-deployments-scale --namespace shop --verb=patch --resource=deployments.apps/scale ",
    );
    expect(check).toContain("kubectl auth can-i patch deployments.apps --subresource=scale --namespace shop ");
  });

  it("with a warning if it grants access to Secrets", () => {
    const [finding] = diagnose(worded("ServiceAccount that may not list the Secrets of the cluster")).findings;
    expect(finding?.mend[0]?.say).toContain("read every Secret of the cluster");
  });
});

it("an init container waits for the Service that exists", () => {
  expect(commandsOf(worded("init container that waits for a Service with a typing error"))[0]).toContain(
    "until nc -z api 80; do sleep 2; done",
  );
});

it("a port of an Ingress is replaced as the object that it is", () => {
  const ingress = {
    metadata: { name: "shop" },
    spec: {
      rules: [
        {
          http: {
            paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { name: "https" } } } }],
          },
        },
      ],
    },
  };
  expect(commandsOf(reached({ ingresses: [ingress] }, { services: [serviceOf()] }))[0]).toContain(
    '"path":"/spec/rules/0/http/paths/0/backend/service/port","value":{"number":80}',
  );
});

it("a Service whose pods declare no port gets no guess", () => {
  const bare = pod("web-1", { metadata: { labels: { app: "web" } } });
  const seen = reached({ refusedPorts: { "web-1:8080": "connection refused" } }, { pods: [bare] });
  expect(commandsOf(seen)).toEqual(["kubectl get pods --namespace shop --selector app=web"]);
});

describe("a pod on a node that no longer exists", () => {
  const lost = (kind?: string) => {
    const one = pod("web-1", {
      podStatus: { phase: "Pending", conditions: [], containerStatuses: [] },
      spec: { nodeName: "gone", containers: [] },
    });
    const ownerReferences = kind === undefined ? [] : [{ kind, name: "web", apiVersion: "", uid: "" }];
    Object.assign(one.metadata ?? {}, { ownerReferences });
    return diagnose(observation({ pods: [one] })).findings[0];
  };

  it("is deleted, so that its owner creates another", () => {
    expect(lost("DaemonSet")?.mend[0]?.command).toBe("kubectl delete pod web-1 --namespace shop --force");
  });

  it("of a StatefulSet is deleted only once the machine is gone", () => {
    const [warning, remove] = lost("StatefulSet")?.mend ?? [];
    expect(warning?.say).toContain('the machine of the node "gone" is gone for good');
    expect(remove).toEqual({
      say: "Only then delete the pod, so that the StatefulSet creates it on a node that exists:",
      command: "kubectl delete pod web-1 --namespace shop --force",
    });
  });

  it("without an owner is lost with its node, and is created again", () => {
    expect(lost()?.title).toBe('The pod is bound to the node "gone", which the cluster no longer has');
    expect(lost()?.mend[0]?.command).toMatch(/^kubectl get pod\/web-1 .*"nodeName":null.* kubectl replace --force/);
  });
});

describe("a DaemonSet without nodes", () => {
  const taint = { key: "sku", value: "gpu", effect: "NoSchedule" };
  const pool = (labels: Record<string, string>, taints: object[] = []) => {
    const one = node(`node-${Object.values(labels).join("")}`, { taints: taints as never });
    Object.assign(one.metadata?.labels ?? {}, labels);
    return one;
  };
  const agent = (spec: object, nodes: Observation["nodes"]) => {
    const daemonSet = {
      metadata: { name: "agent", creationTimestamp: "2026-11-22T11:00:00Z" },
      spec: { template: { spec: { containers: [], ...spec } } },
      status: { desiredNumberScheduled: 0 },
    };
    const [finding] = diagnose(
      observation({ daemonSets: [daemonSet as never], ...(nodes === undefined ? {} : { nodes }) }),
    ).findings;
    return { title: finding?.title, command: finding?.mend[1]?.command };
  };

  it("tolerates the taint of the nodes that it is for", () => {
    const tolerations = [{ key: "other", operator: "Exists" }];
    expect(
      agent({ nodeSelector: { sku: "gpu" }, tolerations }, [pool({ sku: "gpu" }, [taint]), pool({ sku: "cpu" })]),
    ).toEqual({
      title:
        "No node suits daemonset/agent, so it has no pod: it does not tolerate the taint sku=gpu:NoSchedule of the nodes with sku=gpu",
      command:
        'kubectl patch daemonset/agent --namespace shop --patch \'{"spec":{"template":{"spec":{"tolerations":[{"key":"other","operator":"Exists"},{"key":"sku","operator":"Equal","value":"gpu","effect":"NoSchedule"}]}}}}\'',
    });
  });

  it("names each taint once, and none that the controller tolerates itself", () => {
    const taints = [taint, { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }];
    expect(agent({}, [pool({ n: "1" }, taints), pool({ n: "2" }, taints)]).title).toMatch(
      /does not tolerate the taint sku=gpu:NoSchedule$/,
    );
    expect(agent({}, [pool({ n: "1" }, taints.slice(1))]).title).toMatch(
      /the controller finds no node that accepts its pods$/,
    );
    expect(agent({}, []).title).toMatch(/no node accepts pods$/);
  });

  it("names terms of an affinity as alternatives", () => {
    const term = (key: string, value: string) => ({ matchExpressions: [{ key, operator: "In", values: [value] }] });
    const affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term("a", "1"), term("b", "2")] },
      },
    };
    expect(agent({ nodeSelector: { disk: "fast" }, affinity }, [pool({ sku: "cpu" })])).toEqual({
      title: "No node suits daemonset/agent, so it has no pod: none has disk=fast and (a In 1 or b In 2)",
      command:
        'kubectl patch daemonset/agent --namespace shop --patch \'{"spec":{"template":{"spec":{"nodeSelector":null,"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":null}}}}}}\'',
    });
    expect(agent({ nodeSelector: { disk: "fast" } }, []).title).toMatch(/none has disk=fast$/);
  });
});

describe("a quota", () => {
  const mends = (seen: Observation) => diagnose(seen).findings[0]?.mend.map(({ say }) => say)[0];

  it("without room for a rollout of one pod gets a fix that warns of an outage", () => {
    expect(mends(quotaOf({ pods: "1" }, { pods: "1" }))).toContain("a short outage");
  });

  it("with exactly the room for the extra pod is not a problem", () => {
    const seen = quotaOf({ "limits.cpu": "1" }, { "limits.cpu": "900m" });
    Object.assign(seen.pods[0]?.spec?.containers[0] ?? {}, { resources: { limits: { cpu: "100m" } } });
    expect(diagnose(seen).findings).toEqual([]);
  });

  it("reports the missing amount as a quantity", () => {
    const seen = quotaOf({ "requests.cpu": "1" }, { "requests.cpu": "900m" });
    Object.assign(seen.pods[0]?.spec?.containers[0] ?? {}, { resources: { requests: { cpu: "250m" } } });
    expect(diagnose(seen).findings[0]?.title).toContain("(requests.cpu: 900m of 1 used, 250m more needed)");
  });

  const exceeded = (has: number, stack?: string) => {
    const seen = worded("quota of pods that is used up");
    Object.assign(seen.deployments[0] ?? {}, {
      spec: { ...seen.deployments[0]?.spec, replicas: 3 },
      status: { replicas: has, availableReplicas: has },
    });
    return commandsOf({ ...seen, target: { ...seen.target, ...(stack === undefined ? {} : { stack }) } });
  };

  it("allows as many pods as fit", () => {
    expect(exceeded(2)[0]).toContain('{"spec":{"replicas":2,"strategy":');
    expect(exceeded(2, "dev")[0]).toBe("pulumi config set tarmac:replicas 2 --stack dev && pulumi up --stack dev");
  });

  it("counts pods that are not ready yet, and none that have ended", () => {
    const seen = worded("quota of pods that is used up");
    Object.assign(seen.deployments[0]?.spec ?? {}, { replicas: 3 });
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", uid: "rs" }];
    const starting = pod("web-1-a", {
      metadata: { ownerReferences },
      status: { ready: false, state: { waiting: { reason: "ContainerCreating" } } },
    });
    const evicted = pod("web-1-b", {
      metadata: { ownerReferences },
      status: { ready: false },
      podStatus: { phase: "Failed", reason: "Evicted", startTime: before(7200) },
    });
    const commands = commandsOf({ ...seen, pods: [starting, evicted] });
    expect(commands[0]).toContain('{"spec":{"replicas":1,"strategy":');
  });

  it("with room for no pod gets no fix that stops the workload", () => {
    expect(exceeded(0)).toEqual(["kubectl describe resourcequota q --namespace shop"]);
    expect(exceeded(0, "dev")).toEqual(["kubectl describe resourcequota q --namespace shop"]);
  });
});

describe("an explicit message of Kubernetes becomes the fix", () => {
  it.each<[string, string]>([
    ["CronJob with UnknownTimeZone, Europe/Berln", `'{"spec":{"timeZone":"Europe/Berlin"}}'`],
    ["storage account that refuses the identity, without an action", '--role "Storage Blob Data Contributor"'],
    ["SecretProviderClass that does not exist", "kubectl get secretproviderclass --namespace shop"],
  ])("%s", (made, part) => expect(commandsOf(worded(made))[0]).toContain(part));

  it.each<[string, string]>([
    ["CronJob with UnknownTimeZone, Mars", "IANA"],
    ["CronJob with UnparseableSchedule, Etc/UTC", "Correct the schedule"],
    ["webhook whose certificate has expired", "renew it"],
    ["disk more than the size of the node takes", "allows a fixed number of disks"],
    ["claim that is being deleted", "is deleted once no pod uses it"],
  ])("%s", (made, part) => expect(diagnose(worded(made)).findings[0]?.mend[0]?.say).toContain(part));
});

describe("an evicted pod", () => {
  const evicted = (parts: { allocatable?: string; limit?: string }) => {
    const seen = worded("pod that was evicted for its disk space, on a node that has recovered");
    const [one] = seen.nodes ?? [];
    Object.assign(one?.status?.allocatable ?? {}, { "ephemeral-storage": parts.allocatable ?? "100Gi" });
    const limits = parts.limit === undefined ? {} : { limits: { "ephemeral-storage": parts.limit } };
    Object.assign(seen.pods[0]?.spec?.containers[0] ?? {}, { resources: limits });
    return commandsOf(seen)[0];
  };

  it("requests what it used", () => {
    expect(evicted({})).toContain('"resources":{"requests":{"ephemeral-storage":"3Gi"}}');
  });

  it("requests no more than its limit and no more than a node has", () => {
    expect(evicted({ limit: "1Gi" })).toBe("kubectl describe node node-1");
    expect(evicted({ allocatable: "2Gi" })).toBe("kubectl describe node node-1");
  });

  it("ignores the current state of the disk", () => {
    const [finding] = diagnose(
      worded("pod that was evicted for its disk space, on a node that has recovered"),
    ).findings;
    expect(finding?.title).toBe(
      'Node "node-1" ran short of disk space and evicted the pod, whose container "main" used 3Gi',
    );
  });
});

it("a route may use the Services of another namespace after that namespace allows it", () => {
  const [first] = commandsOf(foreignBackend("RefNotPermitted"));
  expect(first).toContain('"kind":"ReferenceGrant","metadata":{"name":"routes-of-shop","namespace":"other"}');
  expect(commandsOf(foreignBackend("BackendNotFound"))[0]).toBe("kubectl describe httproute/shop --namespace shop");
});

it("the garbage collector's finalizer is kept when another is removed", () => {
  const [one] = reachWordings.filter(({ made }) => made.startsWith("Ingress with the finalizers"));
  expect(commandsOf(one?.seen() ?? observation())[1]).toBe(
    `kubectl patch ingress/shop --namespace shop --type merge --patch '{"metadata":{"finalizers":["foregroundDeletion"]}}'`,
  );
});

describe("a registry whose certificate this process does not trust", () => {
  const image = "app.azurecr.io/app:v2";
  const look = {
    [image]: { answer: "tls" as const, as: "an anonymous client", problem: "unable to verify the first certificate" },
  };

  it("has answered the node, so the image is missing there", () => {
    const [finding] = diagnose(observation({ ...pull("web-1", image, "not found"), images: look })).findings;
    expect(finding?.code).toBe("tag-not-found");
    expect(finding?.title).toContain("the tag, or the whole repository, does not exist");
    expect(finding?.evidence.join("\n")).toContain(
      "the registry answered the node, but the doctor could not reach it itself",
    );
  });

  it("says nothing about a node that does not reach it", () => {
    const words = "dial tcp 10.0.0.1:443: i/o timeout";
    const [finding] = diagnose(observation({ ...pull("web-1", image, words), images: look })).findings;
    expect(finding?.code).toBe("registry-unreachable");
    expect(finding?.evidence.join("\n")).toContain("which says nothing about the nodes");
  });
});

it("a claim that is larger than the free volume of its class says so", () => {
  const waiting = pending("web-1", "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", {
    volumes: [{ name: "d", persistentVolumeClaim: { claimName: "d" } }],
  });
  const claim = {
    metadata: { name: "d" },
    spec: { storageClassName: "by-hand", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
    status: { phase: "Pending" },
  };
  const volume = {
    metadata: { name: "one" },
    spec: { storageClassName: "by-hand", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } },
  };
  const storage = { claims: [claim], volumes: [volume], classes: [] };
  const [finding] = diagnose(observation({ pods: [waiting], storage })).findings;
  expect(finding?.code).toBe("volume-not-bound");
  expect(finding?.title).toContain(
    "requests 10Gi ReadWriteOnce, and the free volumes of its class have 1Gi ReadWriteOnce",
  );
});

describe("a verdict on a workload that is starting", () => {
  it("names minReadySeconds if nothing else is pending", () => {
    const deployment = {
      metadata: { name: "web", creationTimestamp: "2026-11-22T11:59:00Z" },
      spec: { replicas: 1, minReadySeconds: 300, selector: {}, template: {} },
      status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 0 },
    };
    const { verdict, owners } = diagnose(observation({ deployments: [deployment] }));
    expect(verdict).toBe("starting");
    expect(owners[0]?.note).toContain("minReadySeconds (300 s)");
  });

  it("is neither healthy nor failing", () => {
    const young = pod("web-1", { status: { ready: false, state: { waiting: { reason: "ContainerCreating" } } } });
    Object.assign(young.metadata ?? {}, { creationTimestamp: "2026-11-22T11:59:55Z" });
    expect(diagnose(observation({ pods: [young] })).verdict).toBe("starting");
    Object.assign(young.metadata ?? {}, {
      ownerReferences: [{ kind: "Job", name: "load", apiVersion: "batch/v1", uid: "" }],
    });
    expect(diagnose(observation({ pods: [young] })).verdict).toBe("healthy");
  });
});

describe("a path that the process does not know", () => {
  const alive = http({ httpGet: { path: "/alive", port: 8080 } });
  const commands = (earlier: string) => {
    const seen = unready("Readiness probe failed: HTTP probe failed with statuscode: 404", {
      readinessProbe: http(),
      livenessProbe: alive,
    });
    seen.events?.push(event("web-1", "Unhealthy", `Liveness probe failed: ${earlier}`));
    return commandsOf(seen).join("\n");
  };

  it.each(["dial tcp 10.0.0.1:8080: connect: connection refused", "context deadline exceeded"])(
    "is replaced by that of a liveness probe that failed only at the start: %s",
    (failure) => {
      expect(commands(`Get "http://10.0.0.1:8080/alive": ${failure}`)).toContain('"httpGet":{"path":"/alive"');
    },
  );

  it("is not replaced by one that failed later", () => {
    expect(commands("HTTP probe failed with statuscode: 503")).not.toContain('"/alive"');
  });
});

it.each([
  ["a file", "mkdir /etc/passwd: not a directory"],
  ["on a read-only file system", "mkdir /work: read-only file system"],
])("a working directory that is %s gives way to the image's own", (_, words) => {
  const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${words}: unknown`;
  const seen = unstarted(message, { workingDir: "/work" });
  expect(diagnose(seen).findings[0]?.title).toContain(`The working directory "${words.split(/[ :]/)[1]}"`);
  expect(commandsOf(seen)[0]).toContain('"workingDir":null');
});

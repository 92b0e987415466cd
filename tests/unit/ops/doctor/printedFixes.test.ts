/** Printed commands of the doctor that one machine cannot run, or whose exact text matters. */
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import type { Observation } from "../../../../ops/doctor/observation.ts";
import { observation, pending, pod, pull } from "./observations.ts";
import { reached, serviceOf } from "./reachWordings.ts";
import { wordings } from "./wordings.ts";

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

describe("a policy that opens what is missing", () => {
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

  it("goes through the stack's setting where a stack owns the pods", () => {
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

  it("is followed by a new pod, because the kubelet waits before it tries again", () => {
    expect(commandsOf(worded("policy for outgoing connections without DNS"))[1]).toBe(
      "kubectl delete pod web-1 --namespace shop",
    );
  });
});

it("a role has the right that is missing, and is bound to the account", () => {
  const [inNamespace] = commandsOf(
    worded("ServiceAccount without a right in its namespace, before a last line that says less"),
  );
  expect(inNamespace).toBe(
    "kubectl create role default-leases --namespace shop --verb=get --resource=leases.coordination.k8s.io && kubectl create rolebinding default-leases --namespace shop --role=default-leases --serviceaccount=shop:default",
  );
  const [everywhere] = commandsOf(worded("ServiceAccount that may not list in the whole cluster"));
  expect(everywhere).toContain("kubectl create clusterrole shop-watcher-pods --verb=list,get,watch --resource=pods");
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

it("a Service whose pods say nothing of their port gets no guess", () => {
  const bare = pod("web-1", { metadata: { labels: { app: "web" } } });
  const seen = reached({ refusedPorts: { "web-1:8080": "connection refused" } }, { pods: [bare] });
  expect(commandsOf(seen)).toEqual(["kubectl get pods --namespace shop --selector app=web"]);
});

it("a pod on a node that is gone is deleted, so that its owner creates another", () => {
  const lost = pod("web-1", {
    podStatus: { phase: "Pending", conditions: [], containerStatuses: [] },
    spec: { nodeName: "gone", containers: [] },
  });
  Object.assign(lost.metadata ?? {}, {
    ownerReferences: [{ kind: "StatefulSet", name: "web", apiVersion: "", uid: "" }],
  });
  expect(commandsOf(observation({ pods: [lost] }))[0]).toBe("kubectl delete pod web-1 --namespace shop --force");
});

describe("a registry whose certificate this process does not trust", () => {
  const image = "app.azurecr.io/app:v2";
  const look = {
    [image]: { answer: "tls" as const, as: "an anonymous client", problem: "unable to verify the first certificate" },
  };

  it("has answered the node: the image is missing there", () => {
    const [finding] = diagnose(observation({ ...pull("web-1", image, "not found"), images: look })).findings;
    expect(finding?.code).toBe("tag-not-found");
    expect(finding?.title).toContain("the tag, or the whole repository, does not exist");
    expect(finding?.evidence.join("\n")).toContain(
      "the registry answered the node, and the doctor could not ask it itself",
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
    "wants 10Gi ReadWriteOnce, and the free volumes of its class have 1Gi ReadWriteOnce",
  );
});

describe("a verdict of what is coming up", () => {
  it("names minReadySeconds where nothing else is waited for", () => {
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

/**
 * Tests which connections succeed and which fail: name resolution, the workload's network policy in both directions, and the
 * connections that no policy may block (probes, the API server's proxy, port-forward).
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { stackEnvironment } from "../../local/stack/stack.ts";
import { ownStack, type OwnStack } from "./ownStack.ts";
import { eventually, inPod, isReady, local, pods, start } from "./localStack.ts";

const name = "e2e-policies";
const [friend, stranger] = ["e2e-friend", "e2e-stranger"] as const;

let stack: OwnStack;

beforeAll(async () => {
  await start();
  stack = await ownStack(name, {
    // Ranges of pods are refused, because Cilium does not know pods by address. The local policy controller does, and only
    // pods are there to ask: for the program, they come from elsewhere.
    podRange: "10.245.0.0/16",
    serviceType: "ClusterIP",
    replicas: 1,
    ingressFrom: [friend],
    egressTo: [friend],
  });
  await stack.up();
  const { imageReference = "" } = await stack.outputs();
  for (const namespace of [friend, stranger]) await makeNeighbour(namespace, imageReference);
});
afterAll(async () => {
  await local("kubectl", "delete", "namespace", friend, stranger, "--ignore-not-found");
  await stack.remove();
});

/** A pod of the same image and a Service before it, in a namespace without policies. */
async function makeNeighbour(namespace: string, image: string, labels: Record<string, string> = {}): Promise<void> {
  const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "neighbour", namespace, labels: { app: "neighbour", ...labels } },
      // The node already has the image, so the pod needs no sign-in.
      spec: { containers: [{ name: "neighbour", image, imagePullPolicy: "IfNotPresent" }] },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "neighbour", namespace },
      spec: { selector: { app: "neighbour" }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await local("sh", "-c", `kubectl apply --filename=- <<'END'\n${list}\nEND`);
  await local("kubectl", "wait", "--for=condition=Ready", "pod/neighbour", "--namespace", namespace, "--timeout=60s");
}

/** The result of a pod's request to an address: a status, or the code of the error. */
async function asked(namespace: string, pod: string, url: string): Promise<string> {
  const script = `
    fetch(${JSON.stringify(url)}, { signal: AbortSignal.timeout(3000) })
      .then((response) => console.log(response.status))
      .catch((error) => console.log(error.cause?.code ?? error.name));`;
  return (await inPod(namespace, pod, script)).trim();
}

const service = `http://${name}.${name}.svc.cluster.local`;
const ofNeighbour = (namespace: string) => `http://neighbour.${namespace}`;

/** The stack's own pod. */
async function own(): Promise<string> {
  const [pod] = (await pods(name)).filter(isReady);
  return pod?.metadata.name ?? "";
}

/** Asks until the answer is as expected, because a policy takes effect a moment after its pod starts. */
const expectAnswer = (ask: () => Promise<string>, expected: string) =>
  eventually(ask, (answer) => answer === expected, 20);

describe("cluster DNS", () => {
  it("resolves every form of a Service's name, and finds no address for other names", async () => {
    const script = `
      const { lookup } = require("node:dns/promises");
      const of = (name) => lookup(name).then(({ address }) => address, ({ code }) => code);
      const names = ["${name}", "${name}.${name}", "neighbour.${friend}.svc.cluster.local", "kubernetes.default", "missing.${friend}", "example.com"];
      Promise.all(names.map(of)).then((found) => console.log(JSON.stringify(found)));`;
    const found = JSON.parse(await inPod(name, await own(), script)) as string[];
    expect(found.slice(0, 4).every((address) => /^10\.96\.\d+\.\d+$/.test(address))).toBe(true);
    expect(found[0]).toBe(found[1]);
    expect(found.slice(3)).toEqual(["10.96.0.1", "ENOTFOUND", "ENOTFOUND"]);
  });
});

describe("the workload's network policy", () => {
  it("lets in only the namespaces that it names", async () => {
    await expectAnswer(() => asked(friend, "neighbour", service), "200");
    await expectAnswer(() => asked(stranger, "neighbour", service), "ECONNREFUSED");
  });

  it("lets the pods out only to the namespaces that it names", async () => {
    const pod = await own();
    await expectAnswer(() => asked(name, pod, ofNeighbour(friend)), "200");
    await expectAnswer(() => asked(name, pod, ofNeighbour(stranger)), "ECONNREFUSED");
    // The API server, which no pod of the service needs.
    await expectAnswer(() => asked(name, pod, "https://kubernetes.default"), "ECONNREFUSED");
  });

  it("does not affect other pods", async () => {
    await expectAnswer(() => asked(stranger, "neighbour", ofNeighbour(friend)), "200");
  });

  it("blocks neither the kubelet's probes nor the API server's connections to the pods", async () => {
    expect((await pods(name)).every(isReady)).toBe(true);
    const proxied = `/api/v1/namespaces/${name}/services/${name}:http/proxy/healthz`;
    expect(await local("kubectl", "get", "--raw", proxied)).toContain("ok");
    expect(await forwarded()).toBe(200);
  });

  it("lets in the address ranges that it names", async () => {
    stack.settings = { ...stack.settings, ingressFrom: ["10.244.0.0/24"], egressTo: ["10.244.0.0/24"] };
    await stack.up();
    await expectAnswer(() => asked(stranger, "neighbour", service), "200");
    await expectAnswer(async () => asked(name, await own(), ofNeighbour(stranger)), "200");
    await stack.up({ ingressFrom: ["203.0.113.0/24"], egressTo: ["203.0.113.0/24"] });
    await expectAnswer(() => asked(stranger, "neighbour", service), "ECONNREFUSED");
    await expectAnswer(async () => asked(name, await own(), ofNeighbour(stranger)), "ECONNREFUSED");
  });

  it("lets no pod reach other networks, even if it allows everything", async () => {
    await stack.up({ egressTo: ["0.0.0.0/0"] });
    await expectAnswer(async () => asked(name, await own(), ofNeighbour(stranger)), "200");
    // An address reserved for documentation, which no host has.
    expect(await asked(name, await own(), "http://198.51.100.1")).toBe("EHOSTUNREACH");
  });

  it("blocks nothing that comes through a load balancer, which enforces the ranges itself", async () => {
    await stack.up({ serviceType: "PublicLoadBalancer", ingressFrom: ["127.0.0.0/8"] });
    const { url = "" } = await stack.outputs();
    await expectAnswer(() => fromHere(url), "200");
    await stack.up({ serviceType: "PublicLoadBalancer", ingressFrom: ["203.0.113.0/24"] });
    await expectAnswer(() => fromHere(url), "no answer");
  });
});

/** The result of this machine's request to an address. */
async function fromHere(url: string): Promise<string> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(3000), headers: { connection: "close" } });
    return String(status);
  } catch {
    return "no answer";
  }
}

/** The status of the service's page through `kubectl port-forward`. */
async function forwarded(): Promise<number> {
  const args = ["port-forward", `service/${name}`, ":80", "--namespace", name];
  const child = spawn("kubectl", args, { env: stackEnvironment(), stdio: ["ignore", "pipe", "inherit"] });
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const port = /127\.0\.0\.1:(\d+) ->/.exec(line)?.[1];
      if (port !== undefined) return (await fetch(`http://127.0.0.1:${port}/healthz`)).status;
    }
    throw new Error("kubectl port-forward ended without a port");
  } finally {
    child.kill();
  }
}

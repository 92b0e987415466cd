import * as pulumi from "@pulumi/pulumi";
import { withDefaults, type WorkloadArgs } from "../../../../components/workload/workloadArgs.ts";
import { processVariableProblem } from "../../../../components/workload/processVariables.ts";
import { gracePeriodProblem, throwIfWorkloadInvalid } from "../../../../components/workload/workloadValidation.ts";
import { refusal } from "../../pulumiMocks.ts";

const pinned = `hello.azurecr.io/hello:1.4.2@sha256:${"ab".repeat(32)}`;
const refuse = (more: Partial<WorkloadArgs>, name = "hello") => {
  const args = { namespace: "apps", image: pinned, ...more };
  throwIfWorkloadInvalid(name, withDefaults(args), args);
};
const problemsOf = (more: Partial<WorkloadArgs>, name?: string) => refusal(() => refuse(more, name));

const integers: [keyof WorkloadArgs, number, number][] = [
  ["replicas", 1, 1000],
  ["port", 1024, 65535],
  ["servicePort", 1, 65535],
  ["userId", 10000, 2147483647],
  ["startupSeconds", 0, 3600],
  ["preStopSeconds", 0, 300],
  ["drainSeconds", 0, 300],
  ["gracePeriodSeconds", 1, 3600],
];
const probeIntegers: [string, number, number][] = [
  ["initialDelaySeconds", 0, 3600],
  ["periodSeconds", 1, 3600],
  ["timeoutSeconds", 1, 3600],
  ["failureThreshold", 1, 100],
];

describe("whole numbers", () => {
  // Time enough for every pause and drain, so that only the number in question is wrong.
  const enough = (key: string) =>
    key === "gracePeriodSeconds" ? { preStopSeconds: 0, drainSeconds: 0 } : { gracePeriodSeconds: 3600 };

  test.each(integers)("%s is between %i and %i", (key, least, most) => {
    for (const good of [least, most]) expect(() => refuse({ ...enough(key), [key]: good })).not.toThrow();
    for (const bad of [least - 1, most + 1, least + 0.5, Number.NaN]) {
      expect(problemsOf({ ...enough(key), [key]: bad })).toContain(
        `${key}: ${bad} is out of range: use a whole number from ${least} to ${most}`,
      );
    }
  });

  test.each(["liveness", "readiness"] as const)("of the %s probe have their ranges", (probe) => {
    for (const [key, least, most] of probeIntegers) {
      // A long period and a late deadline, so that only the number in question can be wrong.
      const only = (value: number) => ({
        startupSeconds: 3600,
        [probe]: { periodSeconds: 3600, timeoutSeconds: 1, [key]: value },
      });
      for (const good of [least, most]) expect(() => refuse(only(good))).not.toThrow();
      for (const bad of [least - 1, most + 1]) {
        expect(problemsOf(only(bad))).toContain(
          `${probe}.${key}: ${bad} is out of range: use a whole number from ${least} to ${most}`,
        );
      }
    }
  });
});

test.each<[string, Partial<WorkloadArgs>, string[]]>([
  [
    "memory that is not a quantity, without also calling the request too large",
    { limits: { memory: "256MB" } },
    [
      'limits.memory: "256MB" is not an amount of memory: use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"; did you mean "256Mi"?',
    ],
  ],
  [
    "CPU that is not a quantity",
    { requests: { cpu: "half" } },
    [
      'requests.cpu: "half" is not an amount of CPU: use thousandths of a CPU with "m", or whole CPUs, e.g. "500m" or "2"',
    ],
  ],
  [
    "a request over the limit",
    { requests: { memory: "1Gi", cpu: "2" } },
    [
      'requests.memory: the memory request "1Gi" exceeds the limit "256Mi", and Kubernetes rejects such a pod: lower the request or raise the limit',
      'requests.cpu: the cpu request "2" exceeds the limit "500m", and Kubernetes rejects such a pod: lower the request or raise the limit',
    ],
  ],
  [
    "an invalid size of /tmp",
    { tmpSize: "0" },
    ['tmpSize: "0" is less than 1Mi: use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"'],
  ],
  [
    "an invalid path",
    { liveness: { path: "healthz" } },
    ['liveness.path: "healthz" is not an HTTP path: start it with "/" and use no spaces, e.g. "/healthz"'],
  ],
  [
    "one path for both probes",
    { readiness: { path: "/healthz" } },
    [
      'readiness.path: "/healthz" is also the liveness path, so Kubernetes would restart a pod that is only not ready: use two paths, e.g. "/healthz" and "/ready"',
    ],
  ],
  [
    "too little time for pause and drain",
    { preStopSeconds: 10, drainSeconds: 20, gracePeriodSeconds: 30 },
    [
      "gracePeriodSeconds: 30 s end before preStop (10 s) and drain (20 s) do, so the kubelet would kill the pod while it still serves: use more than 30, plus the duration of your slowest request",
    ],
  ],
  [
    "invalid ranges, by their index",
    { egressTo: ["10.20.0.0/24", "db.example"] },
    [
      'egressTo[1]: "db.example" is a host name, and network policies know only addresses and namespaces: use its address ranges, e.g. "10.20.0.0/24", or the name of a namespace',
    ],
  ],
  [
    "variables that tarmac sets",
    { environment: { PORT: "80", LOG_LEVEL: "debug" } },
    ["environment.PORT: PORT is set by tarmac (from port): remove it here"],
  ],
  [
    "a fixed number of pods beside an autoscaler",
    { replicas: 3, autoscale: { min: 3, max: 10 } },
    ["replicas: 3 is a fixed number, but autoscale decides the number of pods: remove one of the two"],
  ],
  [
    "an autoscaler without a range",
    { autoscale: { min: 3, max: 3 } },
    ["autoscale: max (3) is not greater than min (3): use a larger max, or a fixed number of replicas"],
  ],
  [
    "a target that no pod can reach",
    { autoscale: { min: 3, max: 10, cpuPercent: 500 } },
    [
      'autoscale: cpuPercent 500 of the request "100m" is not below the limit "500m", at which the container is throttled, so the number of pods would never grow: use less than 500',
    ],
  ],
  [
    "one variable from two sources",
    { environment: { A: "1" }, configValues: { A: "2", B: "1" }, secretValues: { B: "2" } },
    [
      'configValues: "A" is also set in environment, and only one can apply: remove it from one of them',
      'secretValues: "B" is also set in configValues, and only one can apply: remove it from one of them',
    ],
  ],
  [
    "variables that tarmac sets, from any source",
    { configValues: { PORT: "80" }, secretValues: { "a-b": "c" } },
    [
      "configValues.PORT: PORT is set by tarmac (from port): remove it here",
      'secretValues.a-b: "a-b" is not an environment variable name: use letters, digits, and "_", not starting with a digit',
    ],
  ],
  [
    "values that are too large to store",
    { configValues: { A: "x".repeat(2 ** 19) }, configFiles: { "/etc/b": "y".repeat(2 ** 19 + 1) } },
    [
      "configFiles: 1025 KiB, together with configValues, exceed the 1024 KiB that Kubernetes stores in one object: keep large files in the image or in a storage account",
    ],
  ],
  [
    "annotations that are too large together",
    { podAnnotations: { note: "x".repeat(256 * 1024) } },
    [
      "podAnnotations: 257 KiB of annotations exceed the 256 KiB that Kubernetes stores: put large texts into configFiles",
    ],
  ],
  [
    "labels and annotations that undo the workload's protection",
    {
      serviceType: "InternalLoadBalancer",
      labels: { "pod-template-hash": "x", "gateway.networking.k8s.io/gateway-name": "hello" },
      serviceAnnotations: { "service.beta.kubernetes.io/azure-load-balancer-internal": "false" },
    },
    [
      "labels.pod-template-hash: pod-template-hash is set by Kubernetes to tell the pods of two versions apart: use another label",
      "labels.gateway.networking.k8s.io/gateway-name: gateway.networking.k8s.io/gateway-name marks the pods of a Gateway, which everybody may connect to: use another label",
      'serviceAnnotations.service.beta.kubernetes.io/azure-load-balancer-internal: "service.beta.kubernetes.io/azure-load-balancer-internal: false" would make the load balancer public, but serviceType is "InternalLoadBalancer": set serviceType to "PublicLoadBalancer", and remove the annotation',
    ],
  ],
  [
    "files and folders at the same path, in the runtime's folders or without a path",
    { writablePaths: { "/data": "64Mi" }, configFiles: { "/data": "x", "/proc/x": "x" }, secretFiles: { key: "x" } },
    [
      'configFiles./proc/x: "/proc/x" is in /proc, which belongs to the container runtime: use another path',
      'secretFiles.key: "key" is not a path in a container: start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/", e.g. "/var/cache/app"',
      'configFiles: "/data" is also set in writablePaths, and only one can apply: remove it from one of them',
    ],
  ],
  [
    "writable folders without a valid size",
    {
      writablePaths: {
        ...{ "/tmp": "1Gi", "/a": "much", "/b": { size: "200Mi", memory: true } },
        "/c": { size: "56Mi", memory: true },
      },
    },
    [
      'writablePaths./tmp: "/tmp" is always writable: remove it here, and set its size with tmpSize',
      'writablePaths./a: "much" is not an amount of memory: use whole bytes with Ki, Mi, or Gi, e.g. "256Mi"',
      'writablePaths: the in-memory folders (256Mi in total) count toward the memory limit "256Mi" and leave no memory for the process: make them smaller or raise the limit',
    ],
  ],
  [
    "labels, annotations and taints that Kubernetes refuses",
    {
      ...{ nodeSelector: { "a b": "c" }, tolerations: ["spot"], priorityClass: "High" },
      ...{ labels: { team: "a b", "app.kubernetes.io/name": "x" }, podAnnotations: { "/x": "1" } },
      serviceAnnotations: { "x/y/z": "1" },
    },
    [
      'nodeSelector.a b: "a b" is not a label key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/team"',
      'tolerations[0]: "spot" is not a taint: use KEY=VALUE:EFFECT or KEY:EFFECT with NoSchedule, PreferNoSchedule, or NoExecute, e.g. "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"',
      'priorityClass: "High" is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"',
      'labels.team: "a b" is not a label value: use up to 63 letters, digits, "-", "_", and ".", starting and ending with a letter or digit',
      "labels.app.kubernetes.io/name: app.kubernetes.io/name is set by tarmac to select the pods: use another label",
      'serviceAnnotations.x/y/z: "x/y/z" is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"',
      'podAnnotations./x: "/x" is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"',
    ],
  ],
  [
    "sources that cannot be distinguished",
    { serviceType: "PublicLoadBalancer", ingressFrom: ["shop", "10.0.0.1/8"] },
    [
      'ingressFrom[0]: "shop" is not an address range, and behind a load balancer namespaces cannot be told apart: use ADDRESS/BITS, e.g. "203.0.113.0/24"',
      'ingressFrom[1]: "10.0.0.1/8" is an address inside a range: use "10.0.0.1/32" for this address alone, or "10.0.0.0/8" for all 16777216',
    ],
  ],
  [
    "an invalid namespace",
    { ingressFrom: ["Shop"] },
    ['ingressFrom[0]: "Shop" is not a namespace or an address range: use e.g. "shop" or "10.20.0.0/24"'],
  ],
  [
    "a route beside a load balancer",
    {
      serviceType: "PublicLoadBalancer",
      route: { hostname: "hello.example.com", gateway: { namespace: "gateways", name: "shared" } },
    },
    ['serviceType: "PublicLoadBalancer" would serve plain HTTP beside the gateway\'s TLS: use "ClusterIP"'],
  ],
  [
    "a route to an invalid path",
    { route: { hostname: "https://hello", path: "x", gateway: { namespace: "Shared", name: "a_b" } } },
    [
      'route.hostname: "https://hello" is not a host name: use the full name in lower case, without "https://", e.g. "hello.example.com"',
      'route.path: "x" is not the prefix of a path: start it with "/", and use letters, digits, and -._~!$&\'()*+,;=:@, e.g. "/shop"',
      'route.gateway.namespace: "Shared" is not a DNS label: use 1 to 63 lower-case letters, digits, and "-", starting and ending with a letter or digit, e.g. "hello-api"',
      'route.gateway.name: "a_b" is not a Kubernetes object name: use lower-case letters, digits, "-", and ".", starting and ending with a letter or digit, e.g. "hello-tls"',
    ],
  ],
])("refuses %s", (_, bad, problems) => {
  expect(problemsOf(bad)).toEqual(problems);
});

test("does not check an image that is not built yet", () => {
  expect(() => refuse({ image: pulumi.output("not known before the push") })).not.toThrow();
});

describe("the time to stop", () => {
  test.each([
    [11, undefined],
    [
      10,
      "10 s end before preStop (5 s) and drain (5 s) do, so the kubelet would kill the pod while it still serves: use more than 10, plus the duration of your slowest request",
    ],
  ])("is %i s for 5 s of pause and 5 s of drain: %s", (gracePeriodSeconds, problem) => {
    expect(gracePeriodProblem({ gracePeriodSeconds, preStopSeconds: 5, drainSeconds: 5 })).toBe(problem);
  });
});

describe("environment variables", () => {
  test.each([
    ["PORT", "PORT is set by tarmac (from port): remove it here"],
    ["DRAIN_SECONDS", "DRAIN_SECONDS is set by tarmac (from drainSeconds): remove it here"],
    ["POD_NAME", "POD_NAME is set by tarmac (from the name of the pod): remove it here"],
    ["NODE_NAME", "NODE_NAME is set by tarmac (from the name of the pod's node): remove it here"],
    ["SERVICE_NAME", "SERVICE_NAME is set by tarmac (from the component's name): remove it here"],
    [
      "LOG-LEVEL",
      '"LOG-LEVEL" is not an environment variable name: use letters, digits, and "_", not starting with a digit',
    ],
    ["toString", undefined],
    ["LOG_LEVEL", undefined],
  ])("%s: %s", (variable, problem) => {
    expect(processVariableProblem(variable, undefined)).toBe(problem);
  });
});

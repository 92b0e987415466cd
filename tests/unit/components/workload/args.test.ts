import * as pulumi from "@pulumi/pulumi";
import {
  gracePeriodProblem,
  pinnedImageProblem,
  refuseBadWorkload,
  reservedVariableProblem,
  withDefaults,
  workloadDefaults,
  type WorkloadArgs,
} from "../../../../components/workload/args.ts";
import { refusal } from "../../pulumiMocks.ts";

const pinned = `hello.azurecr.io/hello:1.4.2@sha256:${"ab".repeat(32)}`;
const args = { namespace: "apps", image: pinned };
const refuse = (more: Partial<WorkloadArgs>, name = "hello") =>
  refuseBadWorkload(name, withDefaults({ ...args, ...more }));
const problemsOf = (more: Partial<WorkloadArgs>, name?: string) => refusal(() => refuse(more, name));

describe("defaults", () => {
  test("are these, whoever asks", () => {
    expect(withDefaults(args)).toEqual({
      ...args,
      replicas: 3,
      port: 8080,
      requests: { memory: "128Mi", cpu: "100m" },
      limits: { memory: "256Mi", cpu: "500m" },
      liveness: {
        path: "/healthz",
        ...{ initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
      },
      readiness: {
        path: "/ready",
        ...{ initialDelaySeconds: 0, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
      },
      environment: {},
      ...{ preStopSeconds: 5, drainSeconds: 5, gracePeriodSeconds: 30, tmpSize: "64Mi" },
      ...{ serviceType: "ClusterIP", servicePort: 80, egressTo: [], userId: 10001, labels: {} },
    });
  });

  test("are fit to run", () => {
    expect(() => refuse({})).not.toThrow();
  });

  test("stand beside what is given, also within requests, limits and probes", () => {
    const given = { replicas: 1, requests: { memory: "64Mi" }, limits: { cpu: "1" }, liveness: { path: "/alive" } };
    expect(withDefaults({ ...args, ...given, readiness: { periodSeconds: 1 } })).toMatchObject({
      replicas: 1,
      requests: { memory: "64Mi", cpu: "100m" },
      limits: { memory: "256Mi", cpu: "1" },
      liveness: { ...workloadDefaults.liveness, path: "/alive" },
      readiness: { ...workloadDefaults.readiness, periodSeconds: 1 },
    });
  });

  test("hold where something is given as undefined", () => {
    const nothing = { replicas: undefined, requests: { memory: undefined }, liveness: { path: undefined } };
    expect(withDefaults({ ...args, ...nothing, limits: undefined })).toEqual(withDefaults(args));
  });
});

const integers: [keyof WorkloadArgs, number, number][] = [
  ["replicas", 1, 1000],
  ["port", 1024, 65535],
  ["servicePort", 1, 65535],
  ["userId", 10000, 2147483647],
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

  test.each(integers)("%s lies between %i and %i", (key, least, most) => {
    for (const good of [least, most]) expect(() => refuse({ ...enough(key), [key]: good })).not.toThrow();
    for (const bad of [least - 1, most + 1, least + 0.5, Number.NaN]) {
      expect(problemsOf({ ...enough(key), [key]: bad })).toContain(
        `${key}: ${bad} is out of range: use a whole number from ${least} to ${most}`,
      );
    }
  });

  test.each(["liveness", "readiness"] as const)("of the %s probe have their ranges", (probe) => {
    for (const [key, least, most] of probeIntegers) {
      for (const good of [least, most]) expect(() => refuse({ [probe]: { [key]: good } })).not.toThrow();
      for (const bad of [least - 1, most + 1]) {
        expect(problemsOf({ [probe]: { [key]: bad } })).toEqual([
          `${probe}.${key}: ${bad} is out of range: use a whole number from ${least} to ${most}`,
        ]);
      }
    }
  });
});

test.each<[string, Partial<WorkloadArgs>, string[]]>([
  [
    "memory that is no quantity, without calling the request too large as well",
    { limits: { memory: "256MB" } },
    [
      'limits.memory: "256MB" is not an amount of memory: write whole bytes with Ki, Mi or Gi, e.g. "256Mi"; did you mean "256Mi"?',
    ],
  ],
  [
    "CPU that is no quantity",
    { requests: { cpu: "half" } },
    [
      'requests.cpu: "half" is not an amount of CPU: write thousandths of a CPU with "m" or whole CPUs, e.g. "500m" or "2"',
    ],
  ],
  [
    "a request over the limit",
    { requests: { memory: "1Gi", cpu: "2" } },
    [
      'requests.memory: the memory request "1Gi" is over the limit "256Mi", and Kubernetes refuses such a pod: lower the request or raise the limit',
      'requests.cpu: the cpu request "2" is over the limit "500m", and Kubernetes refuses such a pod: lower the request or raise the limit',
    ],
  ],
  [
    "a /tmp of no size",
    { tmpSize: "0" },
    ['tmpSize: "0" is less than one Mi: write whole bytes with Ki, Mi or Gi, e.g. "256Mi"'],
  ],
  [
    "a path that is none",
    { liveness: { path: "healthz" } },
    ['liveness.path: "healthz" is not a path: it must start with "/" and have no spaces, e.g. "/healthz"'],
  ],
  [
    "one path for both probes",
    { readiness: { path: "/healthz" } },
    [
      'readiness.path: "/healthz" is the liveness path as well: a pod that is merely not ready would be killed; use two endpoints, e.g. "/healthz" and "/ready"',
    ],
  ],
  [
    "less time than pause and drain take",
    { preStopSeconds: 10, drainSeconds: 20, gracePeriodSeconds: 30 },
    [
      "gracePeriodSeconds: 30 s are over before preStop (10 s) and drain (20 s) are, so the pod would be killed while it serves: use more than 30, plus the time of your slowest request",
    ],
  ],
  [
    "ranges that are none, by their place",
    { egressTo: ["10.20.0.0/24", "db.example"] },
    ['egressTo[1]: "db.example" is not an address range: write ADDRESS/BITS, e.g. "10.20.0.0/24"'],
  ],
  [
    "variables that tarmac sets",
    { environment: { PORT: "80", LOG_LEVEL: "debug" } },
    ["environment.PORT: PORT is set by tarmac (from port): leave it out here"],
  ],
])("refuses %s", (_, bad, problems) => {
  expect(problemsOf(bad)).toEqual(problems);
});

test("leaves an image that is not built yet to whoever builds it", () => {
  expect(() => refuse({ image: pulumi.output("not known before the push") })).not.toThrow();
});

describe("the time to stop", () => {
  test.each([
    [11, undefined],
    [
      10,
      "10 s are over before preStop (5 s) and drain (5 s) are, so the pod would be killed while it serves: use more than 10, plus the time of your slowest request",
    ],
  ])("of %i s for 5 s of pause and 5 s of drain: %s", (gracePeriodSeconds, problem) => {
    expect(gracePeriodProblem({ gracePeriodSeconds, preStopSeconds: 5, drainSeconds: 5 })).toBe(problem);
  });
});

describe("environment variables", () => {
  test.each([
    ["PORT", "PORT is set by tarmac (from port): leave it out here"],
    ["DRAIN_SECONDS", "DRAIN_SECONDS is set by tarmac (from drainSeconds): leave it out here"],
    ["POD_NAME", "POD_NAME is set by tarmac (from the pod's name): leave it out here"],
    ["NODE_NAME", "NODE_NAME is set by tarmac (from the name of the pod's node): leave it out here"],
    ["SERVICE_NAME", "SERVICE_NAME is set by tarmac (from the component's name): leave it out here"],
    [
      "LOG-LEVEL",
      '"LOG-LEVEL" is not the name of an environment variable: use letters, digits and "_", not starting with a digit',
    ],
    ["toString", undefined],
    ["LOG_LEVEL", undefined],
  ])("%s: %s", (variable, problem) => {
    expect(reservedVariableProblem(variable)).toBe(problem);
  });
});

describe("an exact image", () => {
  const allowed = "name registry host, repository, tag and digest, e.g. myregistry.azurecr.io/hello:1.4.2@sha256:...";
  const sha = `@sha256:${"0".repeat(64)}`;
  const noHost = (image: string) =>
    `"${image}" has no registry host, so nodes would look for it in the public default registry: ${allowed}`;
  const inexact = (image: string) => `"${image}" is not an exact image: ${allowed}`;
  const latest = (image: string) => `"${image}" runs "latest", which changes its meaning: ${allowed}`;

  test.each<[string, string | undefined]>([
    [`hello.azurecr.io/team/hello:1.4.2${sha}`, undefined],
    [`localhost:47500/hello:1.4.2${sha}`, undefined],
    [`localhost/hello:1.4.2${sha}`, undefined],
    ...[`hello:1.4.2${sha}`, `team/hello:1.4.2${sha}`, `/hello:1.4.2${sha}`].map((image): [string, string] => [
      image,
      noHost(image),
    ]),
    ...["hello.azurecr.io/hello:latest", `hello.azurecr.io/hello:latest${sha}`].map((image): [string, string] => [
      image,
      latest(image),
    ]),
    ...[
      "hello.azurecr.io/hello",
      "hello.azurecr.io/hello:1.4.2",
      `hello.azurecr.io/hello${sha}`,
      `hello.azurecr.io/hello:1.4.2${sha}0`,
      "hello.azurecr.io/hello:1.4.2@sha256:12",
    ].map((image): [string, string] => [image, inexact(image)]),
  ])("%s", (image, problem) => {
    expect(pinnedImageProblem(image)).toBe(problem);
  });
});

/** Values of the settings of the service: which are taken, which are refused, and what is then said. */
import { memory, type SettingCases } from "./cases.ts";

const cpu = 'write thousandths of a CPU with "m" or whole CPUs, e.g. "500m" or "2"';

export const workloadCases: SettingCases = {
  accepted: [
    ["namespace", "0-apps", "0-apps"],
    ["replicas", "1", 1],
    ["port", "1024", 1024],
    ["memoryRequest", "64Mi", "64Mi"],
    ["cpuRequest", "0.1", "0.1"],
    ["memoryLimit", "1Gi", "1Gi"],
    ["cpuLimit", "2", "2"],
    ["livenessPath", "/alive", "/alive"],
    ["livenessInitialDelaySeconds", "0", 0],
    ["readinessFailureThreshold", "100", 100],
    ["preStopSeconds", "0", 0],
    ["gracePeriodSeconds", "3600", 3600],
    ["tmpSize", "1Gi", "1Gi"],
    ["environment", '{"LOG_LEVEL":"debug"}', { LOG_LEVEL: "debug" }],
    ["serviceType", "InternalLoadBalancer", "InternalLoadBalancer"],
    ["servicePort", "65535", 65535],
    ["egressTo", '["10.20.0.0/24"]', ["10.20.0.0/24"]],
  ],
  refused: [
    [
      "namespace",
      "Apps",
      '"Apps" is not a DNS label: use 1 to 63 lower-case letters, digits and "-", with a letter or digit at both ends, e.g. "hello-api"',
    ],
    ["replicas", "0", "0 is out of range: use a whole number from 1 to 1000"],
    ["replicas", "1001", "1001 is out of range: use a whole number from 1 to 1000"],
    ["port", "80", "80 is out of range: use a whole number from 1024 to 65535"],
    ["port", "65536", "65536 is out of range: use a whole number from 1024 to 65535"],
    ["memoryRequest", "256MB", `"256MB" is not an amount of memory: ${memory}; did you mean "256Mi"?`],
    ["memoryRequest", "", `"" is not an amount of memory: ${memory}`],
    ["memoryLimit", "0.5 Gi", `"0.5 Gi" is not an amount of memory: ${memory}; did you mean "0.5Gi"?`],
    ["memoryLimit", "256", `"256" is less than one Mi: ${memory}`],
    ["cpuRequest", "100Mi", `"100Mi" is not an amount of CPU: ${cpu}`],
    ["cpuLimit", "0", `"0" is less than 1m, the least there is: ${cpu}`],
    ["livenessPath", "healthz", '"healthz" is not a path: it must start with "/" and have no spaces, e.g. "/healthz"'],
    ["livenessInitialDelaySeconds", "-1", "-1 is out of range: use a whole number from 0 to 3600"],
    ["livenessPeriodSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
    ["livenessTimeoutSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
    ["livenessFailureThreshold", "101", "101 is out of range: use a whole number from 1 to 100"],
    ["readinessPath", "", '"" is not a path: it must start with "/" and have no spaces, e.g. "/healthz"'],
    ["readinessInitialDelaySeconds", "3601", "3601 is out of range: use a whole number from 0 to 3600"],
    ["readinessPeriodSeconds", "5s", '"5s" is not a whole number'],
    ["readinessTimeoutSeconds", "3601", "3601 is out of range: use a whole number from 1 to 3600"],
    ["readinessFailureThreshold", "0", "0 is out of range: use a whole number from 1 to 100"],
    ["preStopSeconds", "301", "301 is out of range: use a whole number from 0 to 300"],
    ["drainSeconds", "301", "301 is out of range: use a whole number from 0 to 300"],
    ["gracePeriodSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
    ["tmpSize", "64 MB", `"64 MB" is not an amount of memory: ${memory}; did you mean "64Mi"?`],
    ["environment", '{"LOG_LEVEL":3}', 'the value of "LOG_LEVEL" is not a text: put it in quotes'],
    ["environment", '{"PORT":"80"}', "PORT is set by tarmac (from port): leave it out here"],
    [
      "environment",
      '{"LOG-LEVEL":"a"}',
      '"LOG-LEVEL" is not the name of an environment variable: use letters, digits and "_", not starting with a digit',
    ],
    [
      "serviceType",
      "LoadBalancer",
      '"LoadBalancer" is not one of "ClusterIP", "InternalLoadBalancer", "PublicLoadBalancer"; did you mean "PublicLoadBalancer"?',
    ],
    ["servicePort", "0", "0 is out of range: use a whole number from 1 to 65535"],
    ["egressTo", '["10.20.0.1/24"]', '"10.20.0.1/24" does not start its range: write "10.20.0.0/24"'],
    ["egressTo", '["db.example"]', '"db.example" is not an address range: write ADDRESS/BITS, e.g. "10.20.0.0/24"'],
  ],
  together: [
    [
      "a memory request over the limit",
      { memoryRequest: "512Mi" },
      [
        'tarmac:memoryRequest: the memory request "512Mi" is over the limit "256Mi", and Kubernetes refuses such a pod: lower the request or raise the limit',
      ],
    ],
    [
      "a CPU limit under the request",
      { cpuLimit: "50m" },
      [
        'tarmac:cpuRequest: the cpu request "100m" is over the limit "50m", and Kubernetes refuses such a pod: lower the request or raise the limit',
      ],
    ],
    [
      "less time than pause and drain take",
      { gracePeriodSeconds: "10" },
      [
        "tarmac:gracePeriodSeconds: 10 s are over before preStop (5 s) and drain (5 s) are, so the pod would be killed while it serves: use more than 10, plus the time of your slowest request",
      ],
    ],
    [
      "one path for both probes",
      { readinessPath: "/healthz" },
      [
        'tarmac:readinessPath: "/healthz" is tarmac:livenessPath as well, so that a pod that is merely not ready would be killed: use two paths',
      ],
    ],
    [
      "several of these",
      { memoryRequest: "512Mi", livenessPath: "/ready" },
      [
        'tarmac:memoryRequest: the memory request "512Mi" is over the limit "256Mi", and Kubernetes refuses such a pod: lower the request or raise the limit',
        'tarmac:readinessPath: "/ready" is tarmac:livenessPath as well, so that a pod that is merely not ready would be killed: use two paths',
      ],
    ],
  ],
};

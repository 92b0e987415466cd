/** Accepted and rejected values of the settings of the service, with the messages. */
import { map, memory, type SettingCases } from "./settingCases.ts";

const cpu = 'use thousandths of a CPU with "m", or whole CPUs, e.g. "500m" or "2"';

const autoscale = "write {min: 3, max: 10, cpuPercent: 70, memoryPercent: 80}; both percentages are optional";
const folder = 'use its size, e.g. "128Mi", or {size: "16Mi", memory: true}';

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
    ["autoscale", '{"min":2,"max":9,"memoryPercent":80}', { min: 2, max: 9, memoryPercent: 80 }],
    ["startupSeconds", "120", 120],
    [
      "writablePaths",
      '{"/var/cache/app":"128Mi","/run/app":{"size":"16Mi","memory":true}}',
      { "/var/cache/app": "128Mi", "/run/app": { size: "16Mi", memory: true } },
    ],
    ["writableRoot", "true", true],
    ["userId", "20000", 20000],
    ["labels", '{"example.com/team":"shop"}', { "example.com/team": "shop" }],
    ["podAnnotations", '{"prometheus.io/scrape":"true"}', { "prometheus.io/scrape": "true" }],
  ],
  refused: [
    [
      "namespace",
      "kube-system",
      '"kube-system" is a namespace of the cluster itself, which network policy and Pod Security would break: use a name of its own, e.g. "hello"',
    ],
    [
      "namespace",
      "gatekeeper-system",
      '"gatekeeper-system" is a namespace of the cluster itself, which network policy and Pod Security would break: use a name of its own, e.g. "hello"',
    ],
    [
      "namespace",
      "default",
      '"default" is a namespace that Kubernetes never deletes, so it cannot be created and deleted with the service: use a name of its own, e.g. "hello"',
    ],
    [
      "cpuLimit",
      "4000",
      '"4000" is more CPUs than any machine has: use thousandths of a CPU with "m", or whole CPUs, e.g. "500m" or "2"; did you mean "4000m"?',
    ],
    [
      "writablePaths",
      '{"/usr":"64Mi","/etc":"64Mi"}',
      '"/usr" would be empty, and hides what the image has there, such as the program or its libraries: use a folder of its own, e.g. "/var/cache/app"',
      '"/etc" would be empty, and hides what the image has there, such as the program or its libraries: use a folder of its own, e.g. "/var/cache/app"',
    ],
    [
      "labels",
      '{"app.kubernetes.io/name":"a","app.kubernetes.io/part-of":"b","tarmac.dev/stack":"c","pod-template-hash":"d"}',
      "app.kubernetes.io/name is set by tarmac to select the pods: use another label",
      "app.kubernetes.io/part-of is set by tarmac from the names of app and stack: use another label",
      "tarmac.dev/stack is set by tarmac from the names of app and stack: use another label",
      "pod-template-hash is set by Kubernetes to tell the pods of two versions apart: use another label",
    ],
    [
      "labels",
      '{"gateway.networking.k8s.io/gateway-name":"hello","service.kubernetes.io/service-proxy-name":"x"}',
      "gateway.networking.k8s.io/gateway-name marks the pods of a Gateway, which everybody may connect to: use another label",
      "service.kubernetes.io/service-proxy-name takes the Service away from the nodes, so that nothing reaches it: use another label",
    ],
    [
      "labels",
      '{"pod-security.kubernetes.io/enforce":"privileged"}',
      "pod-security.kubernetes.io/enforce has an effect on a namespace only, where tarmac sets it: use another label",
    ],
    [
      "labels",
      '{"example..com/team":"a"}',
      '"example..com/team" is not a label key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/team"',
    ],
    [
      "podAnnotations",
      '{"seccomp.security.alpha.kubernetes.io/pod":"unconfined"}',
      '"seccomp.security.alpha.kubernetes.io/pod" has had no effect since Kubernetes 1.27, and the pods have the profile RuntimeDefault: remove it',
    ],
    [
      "podAnnotations",
      '{"container.apparmor.security.beta.kubernetes.io/hello":"unconfined"}',
      '"container.apparmor.security.beta.kubernetes.io/hello: unconfined" turns AppArmor off, and Pod Security refuses such pods: remove it, or use "runtime/default"',
    ],
    [
      "namespace",
      "Apps",
      '"Apps" is not a DNS label: use 1 to 63 lower-case letters, digits, and "-", starting and ending with a letter or digit, e.g. "hello-api"',
    ],
    ["replicas", "0", "0 is out of range: use a whole number from 1 to 1000"],
    ["replicas", "1001", "1001 is out of range: use a whole number from 1 to 1000"],
    ["port", "80", "80 is out of range: use a whole number from 1024 to 65535"],
    ["port", "65536", "65536 is out of range: use a whole number from 1024 to 65535"],
    ["memoryRequest", "256MB", `"256MB" is not an amount of memory: ${memory}; did you mean "256Mi"?`],
    ["memoryRequest", "", `"" is not an amount of memory: ${memory}`],
    ["memoryLimit", "0.5 Gi", `"0.5 Gi" is not an amount of memory: ${memory}; did you mean "0.5Gi"?`],
    ["memoryLimit", "256", `"256" is less than 1Mi: ${memory}; did you mean "256Mi"?`],
    ["cpuRequest", "100Mi", `"100Mi" is not an amount of CPU: ${cpu}`],
    ["cpuLimit", "0", `"0" is less than 1m, the minimum: ${cpu}`],
    ["livenessPath", "healthz", '"healthz" is not an HTTP path: start it with "/" and use no spaces, e.g. "/healthz"'],
    ["livenessInitialDelaySeconds", "-1", "-1 is out of range: use a whole number from 0 to 3600"],
    ["livenessPeriodSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
    ["livenessTimeoutSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
    ["livenessFailureThreshold", "101", "101 is out of range: use a whole number from 1 to 100"],
    ["readinessPath", "", '"" is not an HTTP path: start it with "/" and use no spaces, e.g. "/healthz"'],
    ["readinessInitialDelaySeconds", "3601", "3601 is out of range: use a whole number from 0 to 3600"],
    ["readinessPeriodSeconds", "5s", '"5s" is not a whole number'],
    ["readinessTimeoutSeconds", "3601", "3601 is out of range: use a whole number from 1 to 3600"],
    ["readinessFailureThreshold", "0", "0 is out of range: use a whole number from 1 to 100"],
    ["preStopSeconds", "301", "301 is out of range: use a whole number from 0 to 300"],
    ["drainSeconds", "301", "301 is out of range: use a whole number from 0 to 300"],
    ["gracePeriodSeconds", "0", "0 is out of range: use a whole number from 1 to 3600"],
    ["tmpSize", "64 MB", `"64 MB" is not an amount of memory: ${memory}; did you mean "64Mi"?`],
    ["autoscale", '{"min":3}', `max is missing: ${autoscale}`],
    ["autoscale", '{"max":3}', `min is missing: ${autoscale}`],
    ["autoscale", '{"min":"3","max":10}', `min is not a number: ${autoscale}`],
    ["autoscale", '{"min":0,"max":10}', "min: 0 is out of range: use a whole number from 1 to 1000"],
    ["autoscale", '{"min":3,"max":10,"cpu":70}', `"cpu" is not a property of an autoscaler: ${autoscale}`],
    [
      "autoscale",
      '{"min":10,"max":3}',
      "max (3) is not greater than min (10): use a larger max, or a fixed number of replicas",
    ],
    ["autoscale", "true", `"true" ${map}`],
    ["startupSeconds", "3601", "3601 is out of range: use a whole number from 0 to 3600"],
    [
      "writablePaths",
      '{"var/cache":"1Mi"}',
      '"var/cache" is not a path in a container: start it with "/", use letters, digits, ".", "_", and "-", and do not end it with "/", e.g. "/var/cache/app"',
    ],
    [
      "writablePaths",
      '{"/sys/x":"1Mi"}',
      '"/sys/x" is in /sys, which belongs to the container runtime: use another path',
    ],
    ["writablePaths", '{"/tmp":"1Gi"}', '"/tmp" is always writable: remove it here, and set its size with tmpSize'],
    ["writablePaths", '{"/data":"1"}', `"1" is less than 1Mi: ${memory}; did you mean "1Mi"?`],
    ["writablePaths", '{"/data":1}', `"/data" has no size: ${folder}`],
    ["writablePaths", '{"/data":{"memory":true}}', `"/data" has no size: ${folder}`],
    [
      "writablePaths",
      '{"/data":{"size":"1Mi","medium":"Memory"}}',
      `"/data" has "medium", which is not a property of a folder: ${folder}`,
    ],
    ["writablePaths", '{"/data":{"size":"1Mi","memory":"yes"}}', `memory of "/data" is not true or false: ${folder}`],
    ["writableRoot", "no", '"no" is not a boolean: use "true" or "false"'],
    ["userId", "1000", "1000 is out of range: use a whole number from 10000 to 2147483647"],
    [
      "labels",
      '{"app.kubernetes.io/name":"x"}',
      "app.kubernetes.io/name is set by tarmac to select the pods: use another label",
    ],
    [
      "labels",
      '{"team":1}',
      'the value of "team" is not a string: put it in quotes, or add --type string to pulumi config set --path',
    ],
    [
      "podAnnotations",
      '{"a b":"1"}',
      '"a b" is not an annotation key: use letters, digits, "-", "_", and ".", optionally after "DOMAIN/", e.g. "example.com/owner"',
    ],
  ],
  together: [
    [
      "an app named like a namespace of Kubernetes",
      { appName: "default" },
      [
        'tarmac:appName: "default" is a namespace that Kubernetes never deletes, so it cannot be created and deleted with the service: use a name of its own, e.g. "hello"',
      ],
    ],
    [
      "a memory request over the limit",
      { memoryRequest: "512Mi" },
      [
        'tarmac:memoryRequest: the memory request "512Mi" exceeds the limit "256Mi", and Kubernetes rejects such a pod: lower the request or raise the limit',
      ],
    ],
    [
      "a CPU limit under the request",
      { cpuLimit: "50m" },
      [
        'tarmac:cpuRequest: the cpu request "100m" exceeds the limit "50m", and Kubernetes rejects such a pod: lower the request or raise the limit',
      ],
    ],
    [
      "too little time for pause and drain",
      { gracePeriodSeconds: "10" },
      [
        "tarmac:gracePeriodSeconds: 10 s end before preStop (5 s) and drain (5 s) do, so the kubelet would kill the pod while it still serves: use more than 10, plus the duration of your slowest request",
      ],
    ],
    [
      "one path for both probes",
      { readinessPath: "/healthz" },
      [
        'tarmac:readinessPath: "/healthz" is also the liveness path, so Kubernetes would restart a pod that is only not ready: use two paths, e.g. "/healthz" and "/ready"',
      ],
    ],
    [
      "a fixed number of pods beside an autoscaler",
      { replicas: "5", autoscale: '{"min":3,"max":10}' },
      ["tarmac:replicas: 5 is a fixed number, but autoscale decides the number of pods: remove one of the two"],
    ],
    [
      "a target that no pod can reach",
      { autoscale: '{"min":3,"max":10,"memoryPercent":250}' },
      [
        'tarmac:autoscale: memoryPercent 250 of the request "128Mi" is not below the limit "256Mi", at which the container is killed, so the number of pods would never grow: use less than 200',
      ],
    ],
    [
      "folders in memory that leave none for the process",
      { writablePaths: '{"/run/app":{"size":"256Mi","memory":true}}' },
      [
        'tarmac:writablePaths: the in-memory folders (256Mi in total) count toward the memory limit "256Mi" and leave no memory for the process: make them smaller or raise the limit',
      ],
    ],
    [
      "several of these at once",
      { memoryRequest: "512Mi", livenessPath: "/ready" },
      [
        'tarmac:memoryRequest: the memory request "512Mi" exceeds the limit "256Mi", and Kubernetes rejects such a pod: lower the request or raise the limit',
        'tarmac:readinessPath: "/ready" is also the liveness path, so Kubernetes would restart a pod that is only not ready: use two paths, e.g. "/healthz" and "/ready"',
      ],
    ],
  ],
};

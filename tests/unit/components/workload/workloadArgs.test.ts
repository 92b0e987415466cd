import { withDefaults, workloadDefaults } from "../../../../components/workload/workloadArgs.ts";
import { throwIfWorkloadInvalid } from "../../../../components/workload/workloadValidation.ts";

const args = { namespace: "apps", image: `hello.azurecr.io/hello:1.4.2@sha256:${"ab".repeat(32)}` };

describe("defaults", () => {
  test("are the same for every caller", () => {
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
      ...{ imagePullSecrets: [], startupSeconds: 0, writablePaths: {}, writableRoot: false, userId: 10001 },
      ...{ configValues: {}, secretValues: {}, configFiles: {}, secretFiles: {} },
      ...{ zoneSpread: "preferred", nodeSelector: {}, tolerations: [] },
      ...{ serviceType: "ClusterIP", servicePort: 80, serviceAnnotations: {}, ingressFrom: [], egressTo: [] },
      ...{ labels: {}, podAnnotations: {} },
    });
  });

  test("are valid", () => {
    expect(() => throwIfWorkloadInvalid("hello", withDefaults(args), args)).not.toThrow();
  });

  test("complete the given values, also within requests, limits and probes", () => {
    const given = { replicas: 1, requests: { memory: "64Mi" }, limits: { cpu: "1" }, liveness: { path: "/alive" } };
    expect(withDefaults({ ...args, ...given, readiness: { periodSeconds: 1 } })).toMatchObject({
      replicas: 1,
      requests: { memory: "64Mi", cpu: "100m" },
      limits: { memory: "256Mi", cpu: "1" },
      liveness: { ...workloadDefaults.liveness, path: "/alive" },
      readiness: { ...workloadDefaults.readiness, periodSeconds: 1 },
    });
  });

  test("replace undefined values", () => {
    const nothing = { replicas: undefined, requests: { memory: undefined }, liveness: { path: undefined } };
    expect(withDefaults({ ...args, ...nothing, limits: undefined })).toEqual(withDefaults(args));
  });
});

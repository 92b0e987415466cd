import {
  metadataFindings,
  ownLabelProblem,
  podAnnotationProblem,
  serviceAnnotationProblem,
} from "../../../../components/workload/reservedMetadata.ts";

const loadBalancer = {
  serviceType: "PublicLoadBalancer" as const,
  ingressFrom: [] as string[],
  serviceAnnotations: {},
};

test("refuses a label that selects the pods, and accepts another", () => {
  expect(ownLabelProblem("app.kubernetes.io/name", "other")).toBe(
    "app.kubernetes.io/name is set by tarmac to select the pods: use another label",
  );
  expect(ownLabelProblem("example.com/team", "shop")).toBeUndefined();
});

test("refuses an annotation that turns AppArmor off, and accepts one that selects its profile", () => {
  const key = "container.apparmor.security.beta.kubernetes.io/app";
  expect(podAnnotationProblem(key, "unconfined")).toBe(
    `"${key}: unconfined" turns AppArmor off, and Pod Security refuses such pods: remove it, or use "runtime/default"`,
  );
  expect(podAnnotationProblem(key, "runtime/default")).toBeUndefined();
});

test("refuses a pod annotation that has no effect", () => {
  expect(podAnnotationProblem("pulumi.com/skipAwait", "true")).toBe(
    '"pulumi.com/skipAwait" has no effect on pods: remove it',
  );
});

test("refuses Service annotations of Pulumi and of kubectl", () => {
  expect(serviceAnnotationProblem("pulumi.com/skipAwait", "true", loadBalancer)).toBe(
    '"pulumi.com/skipAwait" is set by tarmac, which decides what an update waits for: remove it',
  );
  expect(serviceAnnotationProblem("kubectl.kubernetes.io/last-applied-configuration", "{}", loadBalancer)).toBe(
    '"kubectl.kubernetes.io/last-applied-configuration" belongs to kubectl apply: remove it',
  );
});

test("checks a Service annotation with an unknown value by its key alone", () => {
  expect(serviceAnnotationProblem("example.com/team", undefined, loadBalancer)).toBeUndefined();
});

test("checks labels with an unknown value by their key alone", () => {
  const findings = metadataFindings({
    labels: { "example.com/team": Promise.resolve("not a label value!") },
    podAnnotations: {},
    ...loadBalancer,
  });
  expect(findings.filter(([, problem]) => problem !== undefined)).toEqual([]);
});

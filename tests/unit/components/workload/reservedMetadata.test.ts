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

test("a label that selects the pods is refused, and another is not", () => {
  expect(ownLabelProblem("app.kubernetes.io/name", "other")).toBe(
    "app.kubernetes.io/name is set by tarmac to select the pods: use another label",
  );
  expect(ownLabelProblem("example.com/team", "shop")).toBeUndefined();
});

test("an annotation that turns AppArmor off is refused, and one that selects its profile is not", () => {
  const key = "container.apparmor.security.beta.kubernetes.io/app";
  expect(podAnnotationProblem(key, "unconfined")).toBe(
    `"${key}: unconfined" turns AppArmor off, and Pod Security refuses such pods: remove it, or use "runtime/default"`,
  );
  expect(podAnnotationProblem(key, "runtime/default")).toBeUndefined();
});

test("a pod annotation that has no effect is refused", () => {
  expect(podAnnotationProblem("pulumi.com/skipAwait", "true")).toBe(
    '"pulumi.com/skipAwait" has no effect on pods: remove it',
  );
});

test("Service annotations of Pulumi and of kubectl are refused", () => {
  expect(serviceAnnotationProblem("pulumi.com/skipAwait", "true", loadBalancer)).toBe(
    '"pulumi.com/skipAwait" is set by tarmac, which decides what an update waits for: remove it',
  );
  expect(serviceAnnotationProblem("kubectl.kubernetes.io/last-applied-configuration", "{}", loadBalancer)).toBe(
    '"kubectl.kubernetes.io/last-applied-configuration" belongs to kubectl apply: remove it',
  );
});

test("a Service annotation whose value is not known yet is checked by its key alone", () => {
  expect(serviceAnnotationProblem("example.com/team", undefined, loadBalancer)).toBeUndefined();
});

test("labels whose value is not known yet are checked by their key alone", () => {
  const findings = metadataFindings({
    labels: { "example.com/team": Promise.resolve("not a label value!") },
    podAnnotations: {},
    ...loadBalancer,
  });
  expect(findings.filter(([, problem]) => problem !== undefined)).toEqual([]);
});

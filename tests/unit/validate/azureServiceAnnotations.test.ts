import { azureAnnotation, azureAnnotationProblem } from "../../../validate/azureServiceAnnotations.ts";

const problem = (
  name: string,
  value: string,
  type: Parameters<typeof azureAnnotationProblem>[2] = "PublicLoadBalancer",
  limited = false,
) => azureAnnotationProblem(`${azureAnnotation}${name}`, value, type, limited);

test.each([
  ["load-balancer-tcp-idle-timeout", "4"],
  ["load-balancer-tcp-idle-timeout", "100"],
  ["load-balancer-disable-tcp-reset", "true"],
  ["load-balancer-ipv4", "203.0.113.7"],
  ["load-balancer-health-probe-protocol", "Https"],
  ["load-balancer-health-probe-request-path", "/healthz"],
  ["pip-name", "contoso-address"],
])("%s can be %j", (name, value) => {
  expect(problem(name, value)).toBeUndefined();
});

test.each([
  ["load-balancer-tcp-idle-timeout", "3", '"3" is not a number of minutes from 4 to 100'],
  ["load-balancer-tcp-idle-timeout", "101", '"101" is not a number of minutes from 4 to 100'],
  ["load-balancer-tcp-idle-timeout", "5m", '"5m" is not a number of minutes from 4 to 100'],
  ["load-balancer-disable-tcp-reset", "yes", '"yes" is not "true" or "false"'],
  ["load-balancer-ipv4", "fd00::1", '"fd00::1" is not an IPv4 address'],
  ["load-balancer-health-probe-protocol", "udp", '"udp" is not "tcp", "http", or "https"'],
  ["load-balancer-health-probe-request-path", "healthz", '"healthz" is not a path: start it with "/"'],
])("%s cannot be %j", (name, value, wrong) => {
  expect(problem(name, value)).toBe(`the value of "${azureAnnotation}${name}": ${wrong}`);
});

test("an annotation that is not about Azure's load balancer is ignored", () => {
  expect(azureAnnotationProblem("example.com/owner", "me", "ClusterIP", false)).toBeUndefined();
});

test("a name that Azure does not know is refused if it is similar to a known one, and accepted otherwise", () => {
  expect(problem("load-balancer-internl", "true")).toBe(
    `"${azureAnnotation}load-balancer-internl" is not an annotation that Azure knows; did you mean "${azureAnnotation}load-balancer-internal"?`,
  );
  expect(problem("something-of-tomorrow", "true")).toBeUndefined();
  expect(problem("constructor", "true")).toBeUndefined();
});

test("no annotation has an effect on a Service without a load balancer", () => {
  expect(problem("pip-name", "contoso-address", "ClusterIP")).toBe(
    `"${azureAnnotation}pip-name" has no effect on a Service of type ClusterIP: set serviceType to "InternalLoadBalancer" or "PublicLoadBalancer", or remove it`,
  );
});

test("the annotation for an internal load balancer must match the type of the Service", () => {
  expect(problem("load-balancer-internal", "true", "InternalLoadBalancer")).toBeUndefined();
  expect(problem("load-balancer-internal", "false", "PublicLoadBalancer")).toBeUndefined();
  expect(problem("load-balancer-internal", "true", "PublicLoadBalancer")).toBe(
    `"${azureAnnotation}load-balancer-internal: true" would make the load balancer internal, but serviceType is "PublicLoadBalancer": set serviceType to "InternalLoadBalancer", and remove the annotation`,
  );
  expect(problem("load-balancer-internal", "false", "InternalLoadBalancer")).toBe(
    `"${azureAnnotation}load-balancer-internal: false" would make the load balancer public, but serviceType is "InternalLoadBalancer": set serviceType to "PublicLoadBalancer", and remove the annotation`,
  );
});

test("an annotation for one kind of load balancer is rejected on the other", () => {
  expect(problem("load-balancer-internal-subnet", "apps", "InternalLoadBalancer")).toBeUndefined();
  expect(problem("load-balancer-internal-subnet", "apps", "PublicLoadBalancer")).toBe(
    `"${azureAnnotation}load-balancer-internal-subnet" is for internal load balancers, and serviceType is "PublicLoadBalancer": remove it, or change serviceType`,
  );
  expect(problem("pip-name", "contoso-address", "InternalLoadBalancer")).toBe(
    `"${azureAnnotation}pip-name" is for public load balancers, and serviceType is "InternalLoadBalancer": remove it, or change serviceType`,
  );
});

test("no annotation admits sources beyond the ranges of the Service", () => {
  expect(problem("allowed-ip-ranges", "203.0.113.0/24")).toBeUndefined();
  expect(problem("allowed-ip-ranges", "203.0.113.0/24", "PublicLoadBalancer", true)).toBe(
    `"${azureAnnotation}allowed-ip-ranges" admits sources in addition to ingressFrom: list all of them in ingressFrom, and remove the annotation`,
  );
});

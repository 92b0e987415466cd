import fc from "fast-check";
import { repositoryProblem } from "../../../validate/imageReference.ts";
import { registryNameProblem } from "../../../validate/azureNames.ts";
import {
  annotationsSizeProblem,
  appNameProblem,
  dnsLabelProblem,
  httpPathProblem,
  labelProblem,
  routePathProblem,
  variableNameProblem,
} from "../../../validate/kubernetesNames.ts";
import { listOf } from "../../../validate/valueCheck.ts";
import { nodeLabelsProblem, taintProblem } from "../../../validate/nodePoolRules.ts";

interface Kind {
  problem: (value: string) => string | undefined;
  good: string[];
  bad: string[];
  message: (value: string) => string;
}

const kinds: Record<string, Kind> = {
  "a DNS label": {
    problem: dnsLabelProblem,
    good: ["a", "0", "hello-api", "a--b", "a".repeat(63)],
    bad: ["", "-a", "a-", "Hello", "a_b", "a.b", "a b", "a\n", "é", "a".repeat(64)],
    message: (value) =>
      `"${value}" is not a DNS label: use 1 to 63 lower-case letters, digits, and "-", starting and ending with a letter or digit, e.g. "hello-api"`,
  },
  "the name of an app": {
    problem: appNameProblem,
    good: ["a", "hello", "hello-api2", "a".repeat(30)],
    bad: ["", "2hello", "-a", "a-", "Hello", "hello_api", "a".repeat(31)],
    message: (value) =>
      `"${value}" is not an app name: use 1 to 30 lower-case letters, digits, and "-", starting with a letter and not ending with "-", e.g. "hello-api"`,
  },
  "the name of an environment variable": {
    problem: variableNameProblem,
    good: ["A", "_", "LOG_LEVEL", "a1"],
    bad: ["", "1A", "A-B", "A B", "A.B", "A=B", "Ä"],
    message: (value) =>
      `"${value}" is not an environment variable name: use letters, digits, and "_", not starting with a digit`,
  },
  "the path of an endpoint": {
    problem: httpPathProblem,
    good: ["/", "/healthz", "/health/live?full=1", "/a%20b"],
    bad: ["", "healthz", " /healthz", "/a b", "/ä", "/a\n", "http://x/"],
    message: (value) => `"${value}" is not an HTTP path: start it with "/" and use no spaces, e.g. "/healthz"`,
  },
};

describe.each(Object.entries(kinds))("%s", (_, { problem, good, bad, message }) => {
  test.each(good)("can be %j", (value) => {
    expect(problem(value)).toBeUndefined();
  });

  test.each(bad)("cannot be %j", (value) => {
    expect(problem(value)).toBe(message(value));
  });

  test("is reported with the value itself, whatever that is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (value) => {
        fc.pre(problem !== httpPathProblem || !value.includes("#"));
        expect([undefined, message(value)]).toContain(problem(value));
      }),
    );
  });
});

test.each([
  ["team", "a".repeat(63), true],
  ["team", "a".repeat(64), false],
  ["team", "", true],
  ["team", "-a", false],
  ["a".repeat(63), "x", true],
  ["a".repeat(64), "x", false],
  [`${"a".repeat(253)}/team`, "x", true],
  [`${"a".repeat(254)}/team`, "x", false],
])("a label has a length that Kubernetes accepts, on a pod and on a node: %s=%s", (key, value, fits) => {
  expect(labelProblem(key, value) === undefined).toBe(fits);
  expect(listOf(nodeLabelsProblem({ [key]: value })).length === 0).toBe(fits);
  expect(taintProblem(`${key}=${value}:NoSchedule`) === undefined).toBe(fits);
});

test("a valid app name is valid for everything that is named after it", () => {
  const name = fc.string({ unit: fc.constantFrom(..."abz019-"), minLength: 1, maxLength: 31 });
  fc.assert(
    fc.property(name, (app) => {
      fc.pre(appNameProblem(app) === undefined);
      expect(dnsLabelProblem(app)).toBeUndefined();
      expect(repositoryProblem(app)).toBeUndefined();
      // Kubernetes requires that names of Services start with a letter, and that names of objects leave room for suffixes.
      expect(app).toMatch(/^[a-z]/);
      expect(dnsLabelProblem(`${app}-${"x".repeat(30)}`)).toBeUndefined();
      // Pulumi appends eight characters to the registry's name. Azure accepts names of 5 to 50 characters.
      expect(registryNameProblem(`${app.replace(/[^a-zA-Z0-9]/g, "")}1a2b3c4d`)).toBeUndefined();
    }),
  );
});

test("the fragment of a path is never sent", () => {
  expect(httpPathProblem("/healthz#part")).toBe(
    `"/healthz#part" has a "#", and what follows it is never sent: remove that part`,
  );
});

test.each([
  ["/shop?a=1", "a query"],
  ["/shop#part", "a fragment"],
  ["/shop//cart", 'an empty part ("//")'],
  ["/shop/../admin", 'a part "." or ".."'],
  ["/shop%2Fcart", 'an encoded "/"'],
])("a route cannot lead %s to a service", (path, wrong) => {
  expect(routePathProblem(path)).toBe(
    `"${path}" has ${wrong}, and routes match only paths: use the prefix of a path, e.g. "/shop"`,
  );
});

test("the annotations of an object are at most 256 KiB together, keys included", () => {
  expect(annotationsSizeProblem({ a: "x".repeat(256 * 1024 - 1) })).toBeUndefined();
  expect(annotationsSizeProblem({ a: "x".repeat(256 * 1024) })).toBe(
    "257 KiB of annotations exceed the 256 KiB that Kubernetes stores: put large texts into configFiles",
  );
  // A value that is not a string is a separate problem.
  expect(annotationsSizeProblem({ a: "x".repeat(256 * 1024 - 2), b: 12345 })).toBeUndefined();
});

import { isBuiltIn, parseTypeToken } from "../../../../../local/plugins/kubernetes/typeToken.ts";

test.each([
  ["kubernetes:core/v1:Service", { apiVersion: "v1", kind: "Service" }],
  ["kubernetes:apps/v1:Deployment", { apiVersion: "apps/v1", kind: "Deployment" }],
  ["kubernetes:networking.k8s.io/v1:NetworkPolicy", { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" }],
  ["kubernetes:shop.example.com/v1:OrderList", { apiVersion: "shop.example.com/v1", kind: "OrderList" }],
])("%s is a kind of the API", (token, kind) => {
  expect(parseTypeToken(token)).toEqual(kind);
});

test.each([
  "kubernetes:helm.sh/v3:Release",
  "kubernetes:helm.sh/v4:Chart",
  "kubernetes:yaml:ConfigFile",
  "kubernetes:yaml/v2:ConfigGroup",
  "kubernetes:kustomize/v2:Directory",
  "kubernetes:core/v1:ConfigMapList",
  "kubernetes:apps/v1:DeploymentPatch",
])("%s is refused, and the adapter says what it is", (token) => {
  expect(() => parseTypeToken(token)).toThrow(`tarmac's local kubernetes adapter does not serve ${token}`);
});

test("groups with a domain of their own are not built in", () => {
  expect(["v1", "apps/v1", "policy/v1", "rbac.authorization.k8s.io/v1"].every(isBuiltIn)).toBe(true);
  expect(isBuiltIn("shop.example.com/v1")).toBe(false);
});

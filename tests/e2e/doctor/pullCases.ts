/** Images that cannot be pulled. */
import { user } from "../ownRegistry.ts";
import type { Case, Ground, PodParts } from "./faultCase.ts";

const image = (name: (ground: Ground) => string, spec: Record<string, unknown> = {}, also: object[] = []) => {
  return (ground: Ground): PodParts => ({ container: { image: name(ground), imagePullPolicy: "Always" }, spec, also });
};

const closed = ({ closedRegistry }: Ground): string => `${closedRegistry}/team/app:v1`;

const withSecret = (name: string, secret: (ground: Ground) => object | undefined) => (ground: Ground) => {
  const object = secret(ground);
  return image(closed, { imagePullSecrets: [{ name }] }, object === undefined ? [] : [object])(ground);
};

/** A pull secret with any content: the API server only checks that it is JSON. */
export const pullSecret = (name: string, auths: object) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  type: "kubernetes.io/dockerconfigjson",
  stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
});

export const pullCases: readonly Case[] = [
  {
    name: "image-name-invalid",
    code: "image-name-invalid",
    made: "image name with a capital letter",
    parts: image(({ openRegistry }) => `${openRegistry}/Node:24`),
  },
  {
    name: "image-without-host",
    code: "image-without-host",
    made: 'image "team-app:v1"',
    parts: image(() => "team-app:v1"),
  },
  {
    name: "image-without-tag",
    code: "image-without-tag",
    made: "image without tag in a repository that has no `latest`",
    parts: image(({ openRegistry }) => `${openRegistry}/node`),
  },
  {
    name: "registry-name-unresolved",
    code: "registry-name-unresolved",
    made: "registry host that DNS does not know",
    parts: image(() => "registry.invalid/team/app:v1"),
  },
  {
    name: "registry-unreachable",
    code: "registry-unreachable",
    made: "registry port on which nothing listens",
    parts: image(() => "localhost:1/team/app:v1"),
  },
  {
    name: "registry-tls-plain",
    code: "registry-tls",
    made: "registry without TLS at an address that is not loopback",
    parts: image(({ plainOnBridge }) => `${plainOnBridge}/team/app:v1`),
  },
  {
    name: "registry-tls-untrusted",
    code: "registry-tls",
    made: "registry with a self-signed certificate",
    parts: image(({ selfSigned }) => `${selfSigned}/team/app:v1`),
  },
  {
    name: "pull-rate-limited",
    code: "pull-rate-limited",
    made: "registry that answers 429",
    parts: image(({ rateLimited }) => `${rateLimited}/team/app:v1`),
  },
  {
    name: "pull-secret-missing",
    code: "pull-secret-missing",
    made: "imagePullSecrets with a name that no namespace has",
    parts: withSecret("nowhere", () => undefined),
  },
  {
    name: "pull-secret-elsewhere",
    code: "pull-secret-other-namespace",
    made: "pull secret in another namespace",
    parts: withSecret("elsewhere", () => undefined),
  },
  {
    name: "pull-secret-malformed",
    code: "pull-secret-malformed",
    made: "pull secret whose `auth` is not base64",
    parts: withSecret("malformed", ({ closedRegistry }) =>
      pullSecret("malformed", { [closedRegistry]: { auth: "%%%" } }),
    ),
  },
  {
    name: "pull-secret-wrong-type",
    code: "pull-secret-malformed",
    made: "pull secret of type Opaque",
    parts: withSecret("opaque", () => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "opaque" },
      stringData: user,
    })),
  },
  {
    name: "pull-secret-other-host",
    code: "pull-secret-other-host",
    made: "pull secret for another registry",
    parts: withSecret("other-host", () => pullSecret("other-host", { "example.com": user })),
  },
  {
    name: "pull-secret-wrong-password",
    code: "pull-secret-wrong-password",
    made: "pull secret with a wrong password",
    parts: withSecret("wrong-password", ({ closedRegistry }) =>
      pullSecret("wrong-password", { [closedRegistry]: { ...user, password: "wrong" } }),
    ),
  },
  {
    name: "pull-secret-absent",
    code: "pull-secret-absent",
    made: "registry that requires credentials, and no pull secret",
    parts: image(closed),
  },
  {
    name: "acrpull-missing",
    code: "acrpull-missing",
    made: "simulated Azure: no grant on the registry",
    parts: image(({ azure }) => `${azure.missing}/team/app:v1`),
  },
  {
    name: "acrpull-control-plane",
    code: "acrpull-on-control-plane",
    made: "simulated Azure: AcrPull granted to the control plane identity",
    parts: image(({ azure }) => `${azure.controlPlane}/team/app:v1`),
  },
  {
    name: "acrpull-client-id",
    code: "acrpull-on-client-id",
    made: "simulated Azure: AcrPull granted to the kubelet identity's client ID",
    parts: image(({ azure }) => `${azure.clientId}/team/app:v1`),
  },
  {
    name: "acrpull-abac",
    code: "acrpull-ignored-by-abac",
    made: "simulated Azure: AcrPull on a registry in ABAC mode",
    parts: image(({ azure }) => `${azure.abac}/team/app:v1`),
  },
  {
    name: "acrpull-fresh",
    code: "acrpull-not-propagated",
    made: "simulated Azure: AcrPull granted moments ago, with a propagation delay",
    parts: image(({ azure }) => `${azure.fresh}/team/app:v1`),
  },
  {
    name: "repository-not-found",
    code: "repository-not-found",
    made: "misspelled repository",
    parts: image(({ openRegistry }) => `${openRegistry}/nodee:24.21.0-trixie-slim`),
  },
  {
    name: "tag-not-found",
    code: "tag-not-found",
    made: "misspelled tag",
    parts: image(({ base }) => `${base}m`),
  },
  {
    name: "digest-not-found",
    code: "digest-not-found",
    made: "digest that the registry does not have",
    parts: image(({ openRegistry }) => `${openRegistry}/node@sha256:${"0".repeat(64)}`),
  },
  {
    name: "wrong-platform-index",
    code: "wrong-platform",
    made: "image index for linux/arm64 only",
    parts: image(({ closedRegistry }) => `${closedRegistry}/team/foreign:index`, {
      imagePullSecrets: [{ name: "good" }],
    }),
  },
];

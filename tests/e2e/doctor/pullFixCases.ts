/** Images that cannot be pulled, and the commands that fix them. */
import { user } from "../ownRegistry.ts";
import { type FixCase, type FixGround, fixLabel, otherPod, serve, stay } from "./brokenWorkload.ts";
import { pullSecret } from "./pullCases.ts";

const image = ["change pod: containers.image"] as const;
const tagOf = ({ base }: FixGround): string => base.slice(base.lastIndexOf(":") + 1);
const filled = (ground: FixGround) => ({ IMAGE: ground.base, USER: user.username, PASSWORD: user.password });
const closed = ({ closedRegistry }: FixGround): string => `${closedRegistry}/team/named:v1`;
const create = "kubectl create secret";
const add = "change pod: imagePullSecrets.name";

/** A Deployment whose image requires a sign-in. */
const secured = (name: string, parts: Partial<FixCase> & Pick<FixCase, "code" | "forms">): FixCase => ({
  name,
  kind: "Deployment",
  onRequest: true,
  image: closed,
  container: { command: stay, imagePullPolicy: "Always" },
  spec: { imagePullSecrets: [{ name: "pull" }] },
  fill: filled,
  ...parts,
});

export const pullFixCases: readonly FixCase[] = [
  {
    name: "typo",
    code: "tag-not-found",
    forms: [...image, "kubectl delete"],
    kind: "StatefulSet",
    image: ({ base }) => `${base}m`,
    container: { command: serve(8080) },
  },
  {
    name: "load-once",
    code: "tag-not-found",
    forms: image,
    kind: "Job",
    image: ({ base }) => `${base}m`,
    container: { command: ["/bin/true"] },
  },
  {
    name: "nightly",
    onRequest: true,
    code: "tag-not-found",
    forms: [...image, "kubectl delete", "kubectl create job"],
    kind: "CronJob",
    image: ({ base }) => `${base}m`,
    container: { command: ["/bin/true"] },
    breaks: ["kubectl create job nightly-1 --from=cronjob/nightly --namespace NAMESPACE"],
  },
  {
    name: "capitals",
    code: "image-name-invalid",
    forms: image,
    kind: "Deployment",
    image: (ground) => `${ground.openRegistry}/Node:${tagOf(ground)}`,
    container: { command: stay },
  },
  {
    name: "hostless",
    code: "image-without-host",
    forms: image,
    kind: "Deployment",
    image: (ground) => `node:${tagOf(ground)}`,
    container: { command: stay },
    // The other pod shows which registry is meant.
    also: [otherPod("neighbor")],
  },
  {
    name: "tagless",
    onRequest: true,
    code: "image-without-tag",
    forms: image,
    kind: "Deployment",
    image: ({ openRegistry }) => `${openRegistry}/node`,
    container: { command: stay },
  },
  {
    name: "repository",
    onRequest: true,
    code: "repository-not-found",
    forms: image,
    kind: "Deployment",
    image: (ground) => `${ground.openRegistry}/nodee:${tagOf(ground)}`,
    container: { command: stay },
  },
  {
    name: "digest",
    onRequest: true,
    code: "digest-not-found",
    forms: image,
    kind: "Deployment",
    image: ({ openRegistry }) => `${openRegistry}/node@sha256:${"0".repeat(64)}`,
    container: { command: stay },
  },
  {
    name: "unknown-host",
    onRequest: true,
    code: "registry-name-unresolved",
    forms: image,
    kind: "Deployment",
    image: () => "registry.invalid/team/app:v1",
    container: { command: stay },
    fill: filled,
  },
  {
    name: "closed-port",
    onRequest: true,
    code: "registry-unreachable",
    forms: image,
    kind: "Deployment",
    image: () => "localhost:1/team/app:v1",
    container: { command: stay },
    fill: filled,
  },
  {
    name: "never",
    onRequest: true,
    code: "image-never-pulled",
    forms: ["change pod: containers.imagePullPolicy"],
    kind: "Deployment",
    // A name that no other pod pulls.
    image: ({ closedRegistry }) => `${closedRegistry}/team/unused:v1`,
    container: { command: stay, imagePullPolicy: "Never" },
    spec: { imagePullSecrets: [{ name: "pull" }] },
    also: ({ closedRegistry }) => [pullSecret("pull", { [closedRegistry]: user })],
  },
  secured("secret-nowhere", {
    code: "pull-secret-missing",
    forms: [create],
    // No other namespace has a Secret of this name.
    spec: { imagePullSecrets: [{ name: "nowhere" }] },
  }),
  secured("secret-elsewhere", {
    code: "pull-secret-other-namespace",
    forms: ["change secret: metadata.namespace"],
    spec: { imagePullSecrets: [{ name: "NAMESPACE" }] },
    also: ({ closedRegistry }) => [
      {
        ...pullSecret("NAMESPACE", { [closedRegistry]: user }),
        metadata: { name: "NAMESPACE", namespace: "default", labels: fixLabel },
      },
    ],
  }),
  secured("secret-malformed", {
    code: "pull-secret-malformed",
    forms: [`${create}, kubectl replace`],
    also: ({ closedRegistry }) => [pullSecret("pull", { [closedRegistry]: { auth: "%%%" } })],
  }),
  secured("secret-other-host", {
    code: "pull-secret-other-host",
    forms: [create, add],
    also: () => [pullSecret("pull", { "example.com": user })],
  }),
  secured("secret-old", {
    code: "pull-secret-wrong-password",
    forms: [`${create}, kubectl replace`],
    also: ({ closedRegistry }) => [pullSecret("pull", { [closedRegistry]: { ...user, password: "wrong" } })],
  }),
  secured("secret-absent", { code: "pull-secret-absent", forms: [create, add], spec: {} }),
];

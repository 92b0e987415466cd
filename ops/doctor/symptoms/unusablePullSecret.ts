/** The registry requires credentials, and the pod's pull secret does not provide the right ones. */
import type { Diagnosis } from "../finding.ts";
import type { PullSecretLook } from "../observation.ts";
import { inNamespace } from "../remedy.ts";
import type { PodView } from "../podView.ts";
import { pullProblem, type PullProblem, unreadable } from "./failingPull.ts";

/** How registries and containerd say that the credentials are missing or insufficient. */
export const refused = (text: string): boolean =>
  /401 Unauthorized|403 Forbidden|unauthorized|authorization failed|access denied|no basic auth|insufficient_scope|authentication required|failed to authorize/i.test(
    text,
  );

/** Docker Hub has two host names. */
export const sameHost = (left: string, right: string): boolean => plainHost(left) === plainHost(right);

const plainHost = (host: string): string =>
  host
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "")
    .replace(/^index\.docker\.io$/, "docker.io");

export function pullSecret(view: PodView): Diagnosis | undefined {
  const problem = pullProblem(view);
  if (problem === undefined || !(refused(problem.text) || unreadable(problem.text))) return undefined;
  const host = problem.reference?.host ?? "";
  const looks = (view.pod.spec?.imagePullSecrets ?? []).flatMap(({ name = "" }) => {
    const look = view.observation.pullSecrets[name];
    return look === undefined ? [] : [{ name, look }];
  });
  // If the registry accepts the credentials, the cause is a missing permission for this repository, not the Secret.
  if (looks.some(({ look }) => look.signIn === "accepted")) return undefined;
  // The Secret for this registry was meant to work. One that cannot be parsed makes the kubelet ignore all others.
  const stopper = unreadable(problem.text) ? looks.find(({ look }) => look.malformed !== undefined) : undefined;
  const meant = stopper ?? looks.find(({ look }) => look.hosts.some((entry) => sameHost(entry, host))) ?? looks[0];
  return meant === undefined ? undefined : judge(view, problem, host, meant.name, meant.look);
}

function judge(
  view: PodView,
  problem: PullProblem,
  host: string,
  name: string,
  look: PullSecretLook,
): Diagnosis | undefined {
  const { namespace } = view.observation.target;
  const found = (
    code: Diagnosis["code"],
    title: string,
    seen: string,
    mend = [{ say: "Create it again:", command: create(view, name, host) }],
  ): Diagnosis => ({
    code,
    title,
    container: problem.container.name,
    evidence: [...problem.evidence, seen],
    mend,
  });
  if (!look.exists) {
    const [elsewhere] = look.elsewhere;
    if (elsewhere === undefined) {
      return found(
        "pull-secret-missing",
        `The pull secret "${name}" does not exist`,
        `the pod names imagePullSecrets "${name}"; but namespace "${namespace}" has no such Secret`,
        [{ say: "Create it:", command: create(view, name, host) }],
      );
    }
    return found(
      "pull-secret-other-namespace",
      `The pull secret "${name}" is in namespace "${elsewhere}" instead of the pod's`,
      `a pod can use only Secrets of its own namespace, "${namespace}"; "${name}" exists in: ${look.elsewhere.join(", ")}`,
      [
        {
          say: "Copy it:",
          command: `kubectl get secret ${name} --namespace ${elsewhere} --output json | jq 'del(.metadata.namespace,.metadata.uid,.metadata.resourceVersion,.metadata.creationTimestamp)' | kubectl create ${inNamespace(view)} --filename -`,
        },
      ],
    );
  }
  if (look.malformed !== undefined) {
    return found(
      "pull-secret-malformed",
      `The pull secret "${name}" does not contain valid registry credentials`,
      `Secret "${name}": ${look.malformed}`,
      recreate(view, name, host),
    );
  }
  if (!look.hosts.some((entry) => sameHost(entry, host))) {
    return found(
      "pull-secret-other-host",
      `The pull secret "${name}" is for ${look.hosts.join(", ") || "no registry"}, not for ${host}`,
      `the image comes from "${host}"; Secret "${name}" has credentials for: ${look.hosts.join(", ") || "nothing"}`,
      recreate(view, name, host),
    );
  }
  if (look.signIn !== "refused") return undefined;
  return found(
    "pull-secret-wrong-password",
    `The registry ${host} rejects the user name and password of the pull secret "${name}"`,
    `the registry also rejected the credentials of Secret "${name}" when the doctor tried them`,
    recreate(view, name, host),
  );
}

const create = (view: PodView, name: string, host: string): string =>
  `kubectl create secret docker-registry ${name} ${inNamespace(view)} --docker-server=${host} --docker-username=USER --docker-password=PASSWORD`;

const recreate = (view: PodView, name: string, host: string) => [
  { say: "Delete it:", command: `kubectl delete secret ${name} ${inNamespace(view)}` },
  {
    say: "Create it again. The pods pull at their next attempt:",
    command: create(view, name, host),
  },
];

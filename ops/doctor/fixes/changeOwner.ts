/**
 * Steps that change what a pod is created from. The owner determines what can be changed, and how: a Job's template is
 * immutable, a StatefulSet waits for its stuck pod, and a pod without an owner must be recreated. If a stack owns the
 * object, its next update would revert a change made on the cluster, so the stack's setting comes first.
 */
import type { Step } from "../causes/cause.ts";
import type { Job } from "../../cluster/kubernetesObjects.ts";
import type { Owner } from "../facts/podOwner.ts";
import type { OwnerFacts } from "../facts/ownerFacts.ts";
import type { PodFacts } from "../facts/podFacts.ts";

/** What is changed: a pod, or an owner whose pods do not exist. */
export interface Changed {
  owner: Owner;
  namespace: string;
  /** Undefined if there is no pod. */
  podName?: string;
  stack?: string;
}

export const changedBy = (pod: PodFacts): Changed => ({
  owner: pod.owner,
  namespace: pod.namespace,
  podName: pod.podName,
  ...(pod.observation.target.stack === undefined ? {} : { stack: pod.observation.target.stack }),
});

/** A stack setting with the same effect. */
export interface Setting {
  /** e.g. "port", or with `path` "environment.LOG_LEVEL". */
  key: string;
  value: string;
  /** Whether the key is a path to an entry of a map or a list. */
  path?: true;
}

/** Quotes text as one POSIX shell word. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** Command that changes a stack setting. */
export const configure = (stack: string, { key, value, path }: Setting): string =>
  `pulumi config set ${path === true ? "--path " : ""}${quoted(`tarmac:${key}`)} ${quoted(value)} --stack ${stack} && pulumi up --stack ${stack}`;

/** Placeholders in capitals that the reader fills in. */
const placeholders = (command: string): { fill?: string[] } => {
  const fill = [
    ...new Set(
      command.match(
        /(?<![\w${-])(?:VALUE|USER|PASSWORD|GROUP|CLUSTER|POOL|REGISTRY|REPOSITORY|TAG|HOST|REGION|IMAGE|SUBNET|DISK|NUMBER|NAME)(?![\w}]|:\.)/g,
      ) ?? [],
    ),
  ];
  return fill.length === 0 ? {} : { fill };
};

/** A step with a command; words in capitals such as VALUE are listed as placeholders. */
export const run = (say: string, command: string): Step => ({ say, command, ...placeholders(command) });

/** Uses the stack's setting if a stack owns the pod, else a strategic merge patch of the pod's spec. */
export function changePod(changed: Changed, say: string, podSpec: object, setting?: Setting): Step[] {
  return change(changed, say, { spec: podSpec }, setting);
}

/** The same for labels and annotations of the pod. */
export function changePodMetadata(changed: Changed, say: string, metadata: object, setting?: Setting): Step[] {
  return change(changed, say, { metadata }, setting);
}

function change(changed: Changed, say: string, template: object, setting?: Setting): Step[] {
  const { owner, namespace, stack } = changed;
  if (stack !== undefined) return [byStack(stack, say, setting)];
  const patch = (object: object) => quoted(JSON.stringify(object));
  switch (owner.kind) {
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
    case "DaemonSet":
      return [
        run(say, `kubectl patch ${owner.ref} --namespace ${namespace} --patch ${patch({ spec: { template } })}`),
        ...restartOf(changed),
      ];
    case "CronJob":
      return [
        run(
          say,
          `kubectl patch ${owner.ref} --namespace ${namespace} --patch ${patch({ spec: { jobTemplate: { spec: { template } } } })}`,
        ),
        ...restartOf(changed),
      ];
    case "Job":
    case "Pod":
      return [again(changed, `${say} ${againWords(owner)}`, template)];
    case "Other":
      return [{ say: `${say} Change it in ${owner.ref}, which creates the pods.` }];
  }
}

/** For a change that the stack makes: by its setting, or else by its program. */
export function byStack(stack: string, say: string, setting: Setting | undefined): Step {
  return setting === undefined
    ? run(`${say} Change the stack's program, then update the stack.`, `pulumi up --stack ${stack}`)
    : run(say, configure(stack, setting));
}

const againWords = ({ kind }: Owner): string =>
  kind === "Job"
    ? "The template of a Job cannot be changed, so this creates the Job again."
    : "A pod's containers cannot be changed, so this creates the pod again.";

/** Deletes the object and creates it with the change: `kubectl patch --local` changes its input, not the cluster. */
function again({ owner, namespace }: Changed, say: string, template: object): Step {
  const labels = { "controller-uid": null, "batch.kubernetes.io/controller-uid": null };
  const { metadata = {}, spec = {} } = template as { metadata?: { labels?: object }; spec?: object };
  const whole =
    owner.kind === "Job"
      ? {
          spec: {
            selector: null,
            template: { metadata: { ...metadata, labels: { ...metadata.labels, ...labels } }, spec },
          },
        }
      : { ...(Object.keys(metadata).length === 0 ? {} : { metadata }), spec: { ...spec, nodeName: null } };
  return run(
    say,
    `kubectl get ${owner.ref} --namespace ${namespace} --output json | kubectl patch --local --filename - --patch ${quoted(JSON.stringify(whole))} --output json | kubectl replace --force --filename -`,
  );
}

/** Further steps until pods of the changed template run. */
export function restartOf({ owner, namespace, podName }: Changed): Step[] {
  if (owner.kind === "StatefulSet" && podName !== undefined)
    return [
      run(
        "A StatefulSet waits for a pod that does not become ready. Delete it, so that it is created from the new template:",
        `kubectl delete pod ${podName} --namespace ${namespace}`,
      ),
    ];
  if (owner.kind === "ReplicaSet" && podName !== undefined)
    return [
      run(
        "A ReplicaSet leaves its existing pods as they are. Delete the pod, so that it is created from the new template:",
        `kubectl delete pod ${podName} --namespace ${namespace}`,
      ),
    ];
  if (owner.kind === "CronJob")
    return [
      // Jobs keep the template that they were created with.
      ...(owner.job === undefined || hasEnded(owner.job)
        ? []
        : [
            run(
              "The Job that was created from the old template keeps trying. Delete it:",
              `kubectl delete job ${owner.job.metadata?.name} --namespace ${namespace}`,
            ),
          ]),
      run(
        "Run it now, without waiting for the schedule:",
        `kubectl create job ${owner.name.slice(0, 40)}-now --from=cronjob/${owner.name} --namespace ${namespace}`,
      ),
    ];
  return [];
}

const hasEnded = ({ status }: Job): boolean =>
  status?.conditions?.some(({ type, status: is }) => ["Complete", "Failed"].includes(type) && is === "True") === true;

/** The kubelet waits up to 5 minutes between attempts; a new pod tries at once. */
export function restartNow({ owner, podName, namespace, containers }: PodFacts): Step[] {
  const waits = containers.some(
    ({ waiting, end, ready }) =>
      waiting?.reason === "CrashLoopBackOff" || (end !== undefined && end.exitCode !== 0 && !ready),
  );
  if (!waits || !["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"].includes(owner.kind)) return [];
  return [
    run(
      "The kubelet waits up to 5 minutes before it tries again. Delete the pod, so that a new one tries at once:",
      `kubectl delete pod ${podName} --namespace ${namespace}`,
    ),
  ];
}

/** A failed Job does not restart. Its template needs no change, so this recreates it as it is. */
export const runAgain = (changed: Changed, say: string): Step[] =>
  ["Job", "Pod"].includes(changed.owner.kind) && changed.stack === undefined
    ? [again(changed, say, {})]
    : restartOf(changed);

/** The list of the pod's spec that contains the container. */
const listOf = ({ owner }: Changed, container: string): "containers" | "initContainers" =>
  owner.template?.spec?.initContainers?.some(({ name }) => name === container) === true
    ? "initContainers"
    : "containers";

/** Changes one container, by the stack's setting or by a strategic merge patch, which merges containers by name. */
export function changeContainer(
  changed: Changed,
  container: string,
  say: string,
  part: object,
  setting?: Setting,
): Step[] {
  return changePod(changed, say, { [listOf(changed, container)]: [{ name: container, ...part }] }, setting);
}

/** Sets another image for the container. */
export function setImage(changed: Changed, container: string, say: string, image: string): Step[] {
  const { owner, namespace, stack } = changed;
  if (stack !== undefined) return [byStack(stack, say, undefined)];
  if (owner.kind === "Job" || owner.kind === "Other") return changeContainer(changed, container, say, { image });
  return [
    run(say, `kubectl set image ${owner.ref} --namespace ${namespace} ${container}=${image}`),
    ...restartOf(changed),
  ];
}

/** Sets an environment variable of the container. */
export function setVariable(
  changed: Changed,
  container: string,
  say: string,
  name: string,
  value: string,
  setting?: Setting,
): Step[] {
  const { owner, namespace, stack } = changed;
  if (stack !== undefined)
    return [run(say, configure(stack, setting ?? { key: `environment.${name}`, value, path: true }))];
  if (["Job", "Pod", "Other"].includes(owner.kind))
    return changeContainer(changed, container, say, { env: [{ name, value }] });
  return [
    run(
      say,
      `kubectl set env ${owner.ref} --namespace ${namespace} --containers ${container} ${quoted(`${name}=${value}`)}`,
    ),
    ...restartOf(changed),
  ];
}

/** Sets a limit or request of the container. */
export function setResource(
  changed: Changed,
  container: string,
  say: string,
  kind: "limits" | "requests",
  resource: string,
  value: string,
): Step[] {
  const key = { memory: "memory", cpu: "cpu" }[resource];
  const setting = key === undefined ? undefined : { key: `${key}${kind === "limits" ? "Limit" : "Request"}`, value };
  return changeContainer(changed, container, say, { resources: { [kind]: { [resource]: value } } }, setting);
}

/** Builds a new image from changed sources. */
export function rebuild({ stack }: Changed, say: string): Step {
  return stack === undefined
    ? { say: `${say} Then build and push the image, and deploy its new tag or digest.` }
    : run(say, `pulumi up --stack ${stack}`);
}

/** For an owner whose pods do not exist. */
export const changedOwner = ({ kind, name, ref, namespace, template, observation }: OwnerFacts): Changed => ({
  owner: { kind, name, ref, ...(template === undefined ? {} : { template }) },
  namespace,
  ...(observation.target.stack === undefined ? {} : { stack: observation.target.stack }),
});

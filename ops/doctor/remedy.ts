/** Steps of mending that several causes share, in the form that fits: a stack's settings, or kubectl on what the stack does not manage. */
import type { Step } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** The tail of every kubectl command about the target. */
export const inNamespace = ({ observation }: Subject): string => `--namespace ${observation.target.namespace}`;

/** Is the pod a stack's, so that a change on the cluster alone would be undone by the next update? */
export const stackOf = ({ observation }: Subject): string | undefined => observation.target.stack;

/** A change of the stack's settings. */
export const configure = (stack: string, key: string, value: string): string =>
  `pulumi config set tarmac:${key} ${value} --stack ${stack} && pulumi up --stack ${stack}`;

/** Another value for a setting of the stack; without a stack, the kubectl command. */
export function setting(subject: Subject, say: string, key: string, value: string, kubectl: string): Step {
  const stack = stackOf(subject);
  return { say, command: stack === undefined ? kubectl : configure(stack, key, value) };
}

/** Memory or CPU for a container, as limits or requests. */
export function resources(
  subject: Subject,
  container: string,
  kind: "limits" | "requests",
  resource: "memory" | "cpu",
  value: string,
): Step {
  const say = `Give it ${kind === "limits" ? "a higher limit" : "a smaller request"}: ${resource} ${value}.`;
  const key = `${resource}${kind === "limits" ? "Limit" : "Request"}`;
  // Of a pod that nothing made, resources cannot be changed: it has to be made again.
  if (subject.owner.startsWith("pod/")) return edit(subject, say);
  const command = `kubectl set resources ${subject.owner} ${inNamespace(subject)} --containers ${container} --${kind}=${resource}=${value}`;
  return setting(subject, say, key, value, command);
}

/** A change of the pod's template that no single kubectl command makes. */
export function edit(subject: Subject, say: string, key?: string, value?: string): Step {
  const stack = stackOf(subject);
  if (stack !== undefined && key !== undefined && value !== undefined)
    return { say, command: configure(stack, key, value) };
  if (stack !== undefined) return { say, command: `pulumi up --stack ${stack}` };
  // A pod without owner cannot be edited in these parts: it has to be made again from its source.
  return subject.owner.startsWith("pod/")
    ? { say: `${say} Then delete the pod and make it again: a pod's containers cannot be changed.` }
    : { say, command: `kubectl edit ${subject.owner} ${inNamespace(subject)}` };
}

/** Another image for the container. */
export function setImage(subject: Subject, container: string, say: string, image: string): Step {
  const stack = stackOf(subject);
  return {
    say,
    command:
      stack === undefined
        ? `kubectl set image ${subject.owner} ${inNamespace(subject)} ${container}=${image}`
        : `pulumi up --stack ${stack}`,
  };
}

/** A new image from changed sources. */
export function rebuild(subject: Subject, say: string): Step {
  const stack = stackOf(subject);
  return stack === undefined
    ? { say: `${say} Build and push it, and deploy the new tag or digest.` }
    : { say, command: `pulumi up --stack ${stack}` };
}

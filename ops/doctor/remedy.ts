/** Fixes that several causes share: by the settings of a stack, or by kubectl on what no stack manages. */
import type { Step } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** Option of every kubectl command about the target. */
export const inNamespace = ({ observation }: Subject): string => `--namespace ${observation.target.namespace}`;

/** The stack that manages the pod: its next update would undo a change made on the cluster. */
export const stackOf = ({ observation }: Subject): string | undefined => observation.target.stack;

/** Command that changes a setting of the stack. */
export const configure = (stack: string, key: string, value: string): string =>
  `pulumi config set tarmac:${key} ${value} --stack ${stack} && pulumi up --stack ${stack}`;

/** Changes a setting of the stack, or runs the kubectl command if there is no stack. */
export function setting(subject: Subject, say: string, key: string, value: string, kubectl: string): Step {
  const stack = stackOf(subject);
  return { say, command: stack === undefined ? kubectl : configure(stack, key, value) };
}

/** Changes the memory or CPU limit or request of a container. */
export function resources(
  subject: Subject,
  container: string,
  kind: "limits" | "requests",
  resource: "memory" | "cpu",
  value: string,
): Step {
  const say = `${kind === "limits" ? "Raise the limit" : "Lower the request"}: ${resource} ${value}.`;
  const key = `${resource}${kind === "limits" ? "Limit" : "Request"}`;
  // The resources of a pod without an owner cannot be changed: the pod has to be created again.
  if (subject.owner.startsWith("pod/")) return edit(subject, say);
  const command = `kubectl set resources ${subject.owner} ${inNamespace(subject)} --containers ${container} --${kind}=${resource}=${value}`;
  return setting(subject, say, key, value, command);
}

/** Changes the pod template in a way that takes an editor. */
export function edit(subject: Subject, say: string, key?: string, value?: string): Step {
  const stack = stackOf(subject);
  if (stack !== undefined && key !== undefined && value !== undefined)
    return { say, command: configure(stack, key, value) };
  if (stack !== undefined) return { say, command: `pulumi up --stack ${stack}` };
  // These parts of a pod without an owner cannot be edited: the pod has to be created again.
  return subject.owner.startsWith("pod/")
    ? { say: `${say} Then delete the pod and create it again, because a pod's containers cannot be changed.` }
    : { say, command: `kubectl edit ${subject.owner} ${inNamespace(subject)}` };
}

/** Sets another image for the container. */
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

/** Builds a new image from changed sources. */
export function rebuild(subject: Subject, say: string): Step {
  const stack = stackOf(subject);
  return stack === undefined
    ? { say: `${say} Then build and push the image, and deploy its new tag or digest.` }
    : { say, command: `pulumi up --stack ${stack}` };
}

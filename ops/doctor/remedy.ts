/** Fixes that several causes share: by the settings of a stack, or by kubectl on what no stack manages. */
import type { Step } from "./finding.ts";
import type { PodView } from "./podView.ts";

/** Option of every kubectl command about the target. */
export const inNamespace = ({ observation }: PodView): string => `--namespace ${observation.target.namespace}`;

/** The stack that manages the pod: its next update would undo a change made on the cluster. */
export const stackOf = ({ observation }: PodView): string | undefined => observation.target.stack;

/** Command that changes a setting of the stack. */
export const configure = (stack: string, key: string, value: string): string =>
  `pulumi config set tarmac:${key} ${value} --stack ${stack} && pulumi up --stack ${stack}`;

/** Changes a setting of the stack, or runs the kubectl command if there is no stack. */
export function setting(view: PodView, say: string, key: string, value: string, kubectl: string): Step {
  const stack = stackOf(view);
  return { say, command: stack === undefined ? kubectl : configure(stack, key, value) };
}

/** Changes the memory or CPU limit or request of a container. */
export function resources(
  view: PodView,
  container: string,
  kind: "limits" | "requests",
  resource: "memory" | "cpu",
  value: string,
): Step {
  const say = `${kind === "limits" ? "Raise the limit" : "Lower the request"}: ${resource} ${value}.`;
  const key = `${resource}${kind === "limits" ? "Limit" : "Request"}`;
  // The resources of a pod without an owner cannot be changed: the pod has to be created again.
  if (view.owner.startsWith("pod/")) return edit(view, say);
  const command = `kubectl set resources ${view.owner} ${inNamespace(view)} --containers ${container} --${kind}=${resource}=${value}`;
  return setting(view, say, key, value, command);
}

/** Changes the pod template in a way that takes an editor. */
export function edit(view: PodView, say: string, key?: string, value?: string): Step {
  const stack = stackOf(view);
  if (stack !== undefined && key !== undefined && value !== undefined)
    return { say, command: configure(stack, key, value) };
  if (stack !== undefined) return { say, command: `pulumi up --stack ${stack}` };
  // These parts of a pod without an owner cannot be edited: the pod has to be created again.
  return view.owner.startsWith("pod/")
    ? { say: `${say} Then delete the pod and create it again, because a pod's containers cannot be changed.` }
    : { say, command: `kubectl edit ${view.owner} ${inNamespace(view)}` };
}

/** Sets another image for the container. */
export function setImage(view: PodView, container: string, say: string, image: string): Step {
  const stack = stackOf(view);
  return {
    say,
    command:
      stack === undefined
        ? `kubectl set image ${view.owner} ${inNamespace(view)} ${container}=${image}`
        : `pulumi up --stack ${stack}`,
  };
}

/** Builds a new image from changed sources. */
export function rebuild(view: PodView, say: string): Step {
  const stack = stackOf(view);
  return stack === undefined
    ? { say: `${say} Then build and push the image, and deploy its new tag or digest.` }
    : { say, command: `pulumi up --stack ${stack}` };
}

/** The container ran out of memory or disk space: the kernel's limit, V8's heap limit, or the limit of its volumes. */
import type { Diagnosis } from "../finding.ts";
import { amount, mebibytes } from "../resourceAmount.ts";
import { edit, rebuild, resources } from "../remedy.ts";
import { type ContainerView, findEvent, lastEnd, nameOf, quoteEvent, type PodView } from "../podView.ts";

export function memory(view: PodView): Diagnosis | undefined {
  for (const container of view.containers) {
    const end = lastEnd(container);
    // V8's message comes first: V8 gives up before the kernel does, and then its heap limit is what to change.
    const found = heap(view, container) ?? (end?.reason === "OOMKilled" ? outOfMemory(view, container) : undefined);
    if (found !== undefined) return found;
  }
  return storage(view);
}

const limitOf = ({ spec }: ContainerView): string | undefined => spec.resources?.limits?.memory;

function doubled(container: ContainerView): string {
  const bytes = amount(limitOf(container));
  return bytes === undefined ? "512Mi" : mebibytes(bytes * 2);
}

function outOfMemory(view: PodView, container: ContainerView): Diagnosis {
  const end = lastEnd(container);
  const limit = limitOf(container);
  const peak = container.usage?.peakBytes;
  const lived = (Date.parse(end?.finishedAt ?? "") - Date.parse(end?.startedAt ?? "")) / 1000;
  return {
    code: "oom-killed",
    title: `The kernel killed the container because it exceeded ${limit === undefined ? "the node's memory" : `its memory limit of ${limit}`}`,
    container: container.name,
    evidence: [
      `${nameOf(view, container)} ended: OOMKilled, exit code ${end?.exitCode}, after ${lived} s, ${container.status?.restartCount ?? 0} restarts`,
      `memory limit ${limit ?? "none"}; peak ${peak === undefined ? "the limit, at which the kernel kills" : mebibytes(peak)}`,
    ],
    mend: [
      resources(view, container.name, "limits", "memory", doubled(container)),
      rebuild(
        view,
        "Node.js: derive the heap size from the limit (--max-old-space-size-percentage=60), so that V8 collects garbage in time or reports a full heap.",
      ),
    ],
  };
}

function heap(view: PodView, container: ContainerView): Diagnosis | undefined {
  const end = lastEnd(container);
  if (end === undefined || end.exitCode === 0) return undefined;
  const fatal = /FATAL ERROR:.*(?:heap out of memory|Allocation failed).*/.exec(container.log)?.[0];
  if (fatal === undefined) return undefined;
  const heaps = [...container.log.matchAll(/(\d+(?:\.\d+)?) \(\d+(?:\.\d+)?\) -> /g)].map(([, size]) => Number(size));
  const peak = heaps.length === 0 ? undefined : Math.max(...heaps);
  return {
    code: "heap-exhausted",
    title: `The heap of Node.js was full${peak === undefined ? "" : ` at ${Math.round(peak)} MiB`}, so V8 ended the process`,
    container: container.name,
    evidence: [
      `${nameOf(view, container)} ended: exit code ${end.exitCode}, ${container.status?.restartCount ?? 0} restarts; its log: ${fatal.trim()}`,
      `memory limit ${limitOf(container) ?? "none"}${peak === undefined ? "" : `; heap before its last collections ${peak} MiB`}`,
    ],
    mend: [
      resources(view, container.name, "limits", "memory", doubled(container)),
      {
        say: "If the heap keeps growing, the process leaks memory. Take a heap snapshot near the limit: --heapsnapshot-near-heap-limit=1, written to /tmp.",
      },
    ],
  };
}

/** The kubelet evicts a pod that writes more than its limits allow. */
function storage(view: PodView): Diagnosis | undefined {
  const event = findEvent(view, ["Evicted"]);
  const message = view.pod.status?.reason === "Evicted" ? view.pod.status.message : event?.message;
  const volume = /Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message ?? "");
  const local = /ephemeral[- ](?:local )?storage.*exceeds|exceeded its local ephemeral storage limit/i.test(
    message ?? "",
  );
  if (volume === null && !local) return undefined;
  return {
    code: "storage-limit-exceeded",
    title:
      volume === null
        ? "The pod exceeded its limit of ephemeral storage"
        : `The volume "${volume[1]}" exceeded its limit of ${volume[2]}`,
    evidence: [
      `pod/${view.podName} was evicted: ${(message ?? "").trim()}`,
      ...(event === undefined ? [] : [quoteEvent(event)]),
    ],
    mend: [
      { say: "Delete temporary files or store them elsewhere, and write logs to standard output." },
      volume?.[1] === "tmp"
        ? edit(view, "Or raise the limit.", "tmpSize", "256Mi")
        : edit(view, "Or raise the volume's sizeLimit or the limit of ephemeral-storage."),
    ],
  };
}

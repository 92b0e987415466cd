/** The process met the end of its memory or its disk: the kernel's limit, V8's own, or that of its temporary files. */
import type { Diagnosis } from "../finding.ts";
import { amount, mebibytes } from "../quantity.ts";
import { edit, rebuild, resources } from "../remedy.ts";
import { type ContainerView, findEvent, lastEnd, nameOf, quoteEvent, type Subject } from "../subject.ts";

export function memory(subject: Subject): Diagnosis | undefined {
  for (const container of subject.containers) {
    const end = lastEnd(container);
    // V8's own words come first: it gives up before the kernel does, and its heap's limit is what to change.
    const found =
      heap(subject, container) ?? (end?.reason === "OOMKilled" ? outOfMemory(subject, container) : undefined);
    if (found !== undefined) return found;
  }
  return storage(subject);
}

const limitOf = ({ spec }: ContainerView): string | undefined => spec.resources?.limits?.memory;

function doubled(container: ContainerView): string {
  const bytes = amount(limitOf(container));
  return bytes === undefined ? "512Mi" : mebibytes(bytes * 2);
}

function outOfMemory(subject: Subject, container: ContainerView): Diagnosis {
  const end = lastEnd(container);
  const limit = limitOf(container);
  const peak = container.usage?.peakBytes;
  const lived = (Date.parse(end?.finishedAt ?? "") - Date.parse(end?.startedAt ?? "")) / 1000;
  return {
    code: "oom-killed",
    title: `The kernel killed it: more memory than its limit of ${limit ?? "the node"}`,
    container: container.name,
    evidence: [
      `${nameOf(subject, container)} ended: OOMKilled, exit code ${end?.exitCode}, after ${lived} s, ${container.status?.restartCount ?? 0} restarts`,
      `memory limit ${limit ?? "none"}; peak ${peak === undefined ? "the limit (the kernel kills at it)" : mebibytes(peak)}`,
    ],
    mend: [
      resources(subject, container.name, "limits", "memory", doubled(container)),
      rebuild(
        subject,
        "Node: let the heap follow the limit (--max-old-space-size-percentage=60), so that it collects in time or says what it holds.",
      ),
    ],
  };
}

function heap(subject: Subject, container: ContainerView): Diagnosis | undefined {
  const end = lastEnd(container);
  if (end === undefined || end.exitCode === 0) return undefined;
  const fatal = /FATAL ERROR:.*(?:heap out of memory|Allocation failed).*/.exec(container.log)?.[0];
  if (fatal === undefined) return undefined;
  const heaps = [...container.log.matchAll(/(\d+(?:\.\d+)?) \(\d+(?:\.\d+)?\) -> /g)].map(([, size]) => Number(size));
  const peak = heaps.length === 0 ? undefined : Math.max(...heaps);
  return {
    code: "heap-exhausted",
    title: `Node's heap was full${peak === undefined ? "" : ` at ${Math.round(peak)} MiB`}: V8 gave up, not the kernel`,
    container: container.name,
    evidence: [
      `${nameOf(subject, container)} ended: exit code ${end.exitCode}, ${container.status?.restartCount ?? 0} restarts; its log: ${fatal.trim()}`,
      `memory limit ${limitOf(container) ?? "none"}${peak === undefined ? "" : `; heap before its last collections ${peak} MiB`}`,
    ],
    mend: [
      resources(subject, container.name, "limits", "memory", doubled(container)),
      {
        say: "If it grows without end it leaks: take a heap snapshot near the limit (--heapsnapshot-near-heap-limit=1, to /tmp).",
      },
    ],
  };
}

/** The kubelet evicts a pod that writes more than its own limits allow. */
function storage(subject: Subject): Diagnosis | undefined {
  const event = findEvent(subject, ["Evicted"]);
  const message = subject.pod.status?.reason === "Evicted" ? subject.pod.status.message : event?.message;
  const volume = /Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message ?? "");
  const local = /ephemeral[- ](?:local )?storage.*exceeds|exceeded its local ephemeral storage limit/i.test(
    message ?? "",
  );
  if (volume === null && !local) return undefined;
  return {
    code: "storage-limit-exceeded",
    title:
      volume === null
        ? "The pod wrote more than its limit of ephemeral storage"
        : `The volume "${volume[1]}" grew over its limit of ${volume[2]}`,
    evidence: [
      `pod/${subject.podName} was evicted: ${(message ?? "").trim()}`,
      ...(event === undefined ? [] : [quoteEvent(event)]),
    ],
    mend: [
      { say: "Delete temporary files, or keep them elsewhere; logs go to standard output." },
      volume?.[1] === "tmp"
        ? edit(subject, "Or allow more.", "tmpSize", "256Mi")
        : edit(subject, "Or raise the volume's sizeLimit, or the limit of ephemeral-storage."),
    ],
  };
}

/** The hardened pod denies what the process tries: writing to the image's files, or listening on a port below 1024. */
import type { Diagnosis } from "../finding.ts";
import { edit, rebuild, setting } from "../remedy.ts";
import { type ContainerView, nameOf, type PodView } from "../podView.ts";
import { isTroubled } from "./troubledContainer.ts";

export function refusedAccess(view: PodView): Diagnosis | undefined {
  for (const container of view.containers.filter((candidate) => isTroubled(candidate))) {
    const found = readOnly(view, container) ?? lowPort(view, container);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readOnly(view: PodView, container: ContainerView): Diagnosis | undefined {
  const line = container.log.split("\n").find((text) => /EROFS|read-only file system/i.test(text));
  if (line === undefined) return undefined;
  // Node.js and Python quote the path last ("open '/app/x'", "Read-only file system: '/x'"), shells name it first ("can't create /x:").
  const path =
    /(?:EROFS|Read-only file system).*?['"](\/[^'"]+)['"]/i.exec(line)?.[1] ??
    /(\/[^\s:'"]+)['"]?:? Read-only file system/i.exec(line)?.[1];
  return {
    code: "read-only-filesystem",
    title: `The process writes to ${path ?? "a file"}, but the container's root filesystem is read-only`,
    container: container.name,
    evidence: [`${nameOf(view, container)} logged: ${line.trim().slice(0, 300)}`],
    mend: [
      rebuild(view, "Write below /tmp, which is writable."),
      edit(view, `Or mount an emptyDir at ${path === undefined ? "the directory" : folderOf(path)}.`),
    ],
  };
}

const folderOf = (path: string): string => path.replace(/\/[^/]*$/, "") || "/";

function lowPort(view: PodView, container: ContainerView): Diagnosis | undefined {
  const line = container.log
    .split("\n")
    .find((text) => /EACCES|permission denied|Permission denied/.test(text) && /listen|bind|:\d{1,3}\b/.test(text));
  const port = /(?:[:\s])(\d{1,4})\b(?!.*(?:[:\s])\d{1,4}\b)/.exec(line ?? "")?.[1];
  if (line === undefined || port === undefined || Number(port) >= 1024) return undefined;
  return {
    code: "privileged-port",
    title: `The process listens on port ${port}, but only root may use ports below 1024`,
    container: container.name,
    evidence: [`${nameOf(view, container)} logged: ${line.trim().slice(0, 300)}`],
    mend: [
      setting(
        view,
        "Listen on port 8080, and use it for containerPort and the probes. The port of the Service can stay as it is.",
        "port",
        "8080",
        `kubectl set env ${view.owner} --namespace ${view.observation.target.namespace} PORT=8080`,
      ),
    ],
  };
}

/** Type tokens such as `kubernetes:apps/v1:Deployment`, and which of them this adapter serves. */
import { UnimplementedError } from "../rpc/engineErrors.ts";

export interface Kind {
  /** As in a manifest: `apps/v1`, or `v1` for the core group. */
  apiVersion: string;
  kind: string;
}

// Parts of the official package that are no kinds of the Kubernetes API.
const otherModules = /^(helm\.sh|kustomize|yaml)(\/|$)/;

/** True for API groups that Kubernetes itself serves, whose conventions for empty values are known. */
export function isBuiltIn(apiVersion: string): boolean {
  const [group = ""] = apiVersion.includes("/") ? apiVersion.split("/") : [""];
  return !group.includes(".") || group.endsWith(".k8s.io");
}

/** @throws UnimplementedError for what is not one kind of object of the Kubernetes API. */
export function parseTypeToken(token: string): Kind {
  const [, module = "", kind = ""] = token.split(":");
  const [group = "", version] = module.split("/");
  const apiVersion = group === "core" ? (version ?? "") : module;
  const virtualKind = isBuiltIn(apiVersion) && /.(List|Patch)$/.test(kind);
  if (version === undefined || kind === "" || otherModules.test(module) || virtualKind) {
    throw new UnimplementedError(
      `tarmac's local kubernetes adapter does not serve ${token}. It serves single objects of the Kubernetes API ` +
        "(such as kubernetes:apps/v1:Deployment), and no Helm charts, Kustomize folders, YAML components, lists or " +
        "Patch resources: those need Pulumi's official kubernetes plugin.",
    );
  }
  return { apiVersion, kind };
}

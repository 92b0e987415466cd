/**
 * The programs that no package registry offers as binaries, and the Go modules that they are built from.
 *
 * Each version is in one place: the go.mod in `go/NAME`, which go.sum pins by checksum.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { languageHostLauncher } from "./languageHost.ts";

const goFolder = join(dirname(fileURLToPath(import.meta.url)), "go");

export interface Tool {
  /** Name of its folder in `go/` and of the binary. */
  name: string;
  /** Its title in messages. */
  title: string;
  /** Package to build, as `go build` takes it. */
  package: string;
  /** Module whose version is the version of the tool. */
  module: string;
  /** The release, if go.mod has a pseudo-version of a commit because the release has no tag. */
  release?: string;
  /** Files that the `main` next to go.mod embeds, by their path in the module. They are copied from the module at build time. */
  embeds?: readonly string[];
  /** Variables that get the version at link time; `{v}` becomes "v1.2.3", `{n}` becomes "1.2.3". */
  versionFlags: string[];
  /** The names of the program: several if its behavior depends on the name. */
  programs: string[];
  /** Shell script that starts the binary, if it needs more than its name. */
  launcher?: (binary: string) => string;
  /** Measured on two cores, for the announcement. */
  buildMinutes: number;
}

export const tools: readonly Tool[] = [
  {
    name: "pulumi",
    title: "Pulumi CLI",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    versionFlags: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={n}"],
    programs: ["pulumi"],
    buildMinutes: 4,
  },
  {
    name: "language-nodejs",
    title: "Pulumi's Node language host",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    module: "github.com/pulumi/pulumi/sdk/v3",
    versionFlags: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version={n}"],
    programs: ["pulumi-language-nodejs"],
    launcher: languageHostLauncher,
    buildMinutes: 1,
  },
  {
    name: "kubernetes",
    title: "Kubernetes, etcd, CoreDNS, metrics-server and a policy controller, in one binary",
    package: ".",
    module: "k8s.io/kubernetes",
    versionFlags: ["k8s.io/component-base/version.gitVersion={v}", "k8s.io/client-go/pkg/version.gitVersion={v}"],
    programs: [
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-proxy",
      "kubelet",
      "kubectl",
      "kubeadm",
      "coredns",
      "metrics-server",
      "network-policy-controller",
    ],
    buildMinutes: 5,
  },
  {
    name: "kubernetes-provider",
    title: "Pulumi's Kubernetes provider",
    package: ".",
    module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
    release: "4.25.0",
    embeds: ["cmd/pulumi-resource-kubernetes/schema.json", "cmd/pulumi-resource-kubernetes/terraform-mapping.json"],
    versionFlags: ["github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version={n}"],
    programs: ["pulumi-resource-kubernetes"],
    buildMinutes: 5,
  },
];

/** Folder with the tool's go.mod. */
export const moduleFolder = (tool: Tool): string => join(goFolder, tool.name);

/** The pinned version without "v", e.g. "1.34.10". @throws Error when go.mod does not name the module */
export function toolVersion(tool: Tool): string {
  if (tool.release !== undefined) return tool.release;
  const goMod = readFileSync(join(moduleFolder(tool), "go.mod"), "utf8");
  const line = goMod.split("\n").find((candidate) =>
    candidate
      .trim()
      .replace(/^require /, "")
      .startsWith(`${tool.module} v`),
  );
  const version = /\sv(\S+)/.exec(line ?? "")?.[1];
  if (version === undefined) throw new Error(`${moduleFolder(tool)}/go.mod does not require ${tool.module}`);
  return version;
}

/** The linker's flags: no symbol tables, and the version, which Go does not record for a program built from a module. */
export function linkerFlags(tool: Tool): string {
  const version = toolVersion(tool);
  const stamps = tool.versionFlags.map((flag) => `-X ${flag.replace("{v}", `v${version}`).replace("{n}", version)}`);
  return ["-s", "-w", ...stamps].join(" ");
}

/** The version, and a digest of everything that determines the binary. Any change creates another cache entry. */
export function toolKey(tool: Tool): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${tool.package} ${linkerFlags(tool)}`);
  for (const file of readdirSync(moduleFolder(tool)).sort()) {
    hash.update(`\0${file}\0`).update(readFileSync(join(moduleFolder(tool), file)));
  }
  return `${tool.name}-${toolVersion(tool)}-${hash.digest("hex").slice(0, 8)}`;
}

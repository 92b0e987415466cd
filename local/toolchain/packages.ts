/**
 * The packages that the environment needs from the system's package manager: the container runtime and the network tools.
 */
import { accessSync, chmodSync, constants, existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { throttled, type Report } from "../progress.ts";
import { follow } from "./follow.ts";

/** A program or file that shows that a Debian package is installed. */
const wanted: readonly { debianPackage: string; shownBy: string }[] = [
  { debianPackage: "docker.io", shownBy: "dockerd" },
  { debianPackage: "containerd", shownBy: "containerd" },
  { debianPackage: "runc", shownBy: "runc" },
  { debianPackage: "docker-registry", shownBy: "docker-registry" },
  { debianPackage: "containernetworking-plugins", shownBy: "/usr/lib/cni/bridge" },
  { debianPackage: "iptables", shownBy: "iptables" },
  { debianPackage: "ipset", shownBy: "ipset" },
  { debianPackage: "iproute2", shownBy: "ip" },
  { debianPackage: "conntrack", shownBy: "conntrack" },
  { debianPackage: "busybox-static", shownBy: "/bin/busybox" },
  { debianPackage: "openssl", shownBy: "openssl" },
];

/** Daemons' programs live in folders that are not on every user's PATH. */
const searchPath = [...(process.env.PATH ?? "").split(delimiter), "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin"];

/** The Debian packages that are missing. */
export function missingPackages(): string[] {
  return wanted.filter(({ shownBy }) => !isThere(shownBy)).map(({ debianPackage }) => debianPackage);
}

function isThere(program: string): boolean {
  const candidates = program.startsWith("/") ? [program] : searchPath.map((folder) => join(folder, program));
  return candidates.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether this machine has the package manager for these packages. */
export const canInstallPackages = (): boolean => isThere("apt-get");

/**
 * Installs Debian packages without starting their services, because the environment runs its own, with its own state.
 * @throws Error with the end of apt's output
 */
export async function installPackages(packages: readonly string[], report: Report): Promise<void> {
  // Debian's way to prevent services from starting at installation. An existing policy is kept.
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  if (ours) {
    writeFileSync(policy, "#!/bin/sh\nexit 101\n");
    chmodSync(policy, 0o755);
  }
  const apt = (...args: string[]) =>
    follow("apt-get", ["-o", "DPkg::Lock::Timeout=120", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      onLine: throttled(report),
    });
  try {
    await apt("update");
    await apt("install", "--yes", "--no-install-recommends", ...packages);
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

import { accessSync, chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { follow } from "../../../../local/toolchain/follow.ts";
import { canInstallPackages, installPackages, missingPackages } from "../../../../local/toolchain/packages.ts";

jest.mock("node:fs", () => ({
  ...jest.requireActual<object>("node:fs"),
  ...{
    accessSync: jest.fn(),
    chmodSync: jest.fn(),
    existsSync: jest.fn(),
    rmSync: jest.fn(),
    writeFileSync: jest.fn(),
  },
}));
jest.mock("../../../../local/toolchain/follow.ts", () => ({ follow: jest.fn() }));

const policy = "/usr/sbin/policy-rc.d";
const followed = jest.mocked(follow);

/** What happened, in order. */
const events: string[] = [];
beforeEach(() => {
  events.length = 0;
  jest
    .mocked(writeFileSync)
    .mockImplementation((path, text) => void events.push(`write ${String(path)} ${JSON.stringify(text)}`));
  jest
    .mocked(chmodSync)
    .mockImplementation((path, mode) => void events.push(`chmod ${String(path)} ${mode.toString(8)}`));
  jest.mocked(rmSync).mockImplementation((path) => void events.push(`remove ${String(path)}`));
  jest.mocked(existsSync).mockReturnValue(false);
  followed.mockImplementation((command, args) => {
    events.push([command, ...args].join(" "));
    return Promise.resolve();
  });
});

/** Pretends that only these files can be run. */
function withPrograms(...paths: string[]) {
  jest.mocked(accessSync).mockImplementation((path) => {
    if (!paths.includes(String(path))) throw new Error("ENOENT");
  });
}

const all = {
  "docker.io": "/usr/sbin/dockerd",
  containerd: "/usr/bin/containerd",
  runc: "/usr/sbin/runc",
  "docker-registry": "/usr/bin/docker-registry",
  "containernetworking-plugins": "/usr/lib/cni/bridge",
  iptables: "/usr/sbin/iptables",
  ipset: "/usr/sbin/ipset",
  iproute2: "/sbin/ip",
  conntrack: "/usr/sbin/conntrack",
  "busybox-static": "/bin/busybox",
  openssl: "/usr/bin/openssl",
};

describe("missing packages", () => {
  test("none if each package's program exists, also in folders for administrators", () => {
    withPrograms(...Object.values(all));
    expect(missingPackages()).toEqual([]);
  });

  test("all on a bare machine", () => {
    withPrograms();
    expect(missingPackages()).toEqual(Object.keys(all));
  });

  test.each(Object.entries(all))("%s without %s", (debianPackage, program) => {
    withPrograms(...Object.values(all).filter((path) => path !== program));
    expect(missingPackages()).toEqual([debianPackage]);
  });
});

test.each([
  [["/usr/bin/apt-get"], true],
  [["/usr/bin/dnf"], false],
])("with %j, Debian packages can be installed: %s", (programs, can) => {
  withPrograms(...programs);
  expect(canInstallPackages()).toBe(can);
});

const apt = "apt-get -o DPkg::Lock::Timeout=120";
const install = [`${apt} update`, `${apt} install --yes --no-install-recommends runc openssl`];
const forbid = [`write ${policy} "#!/bin/sh\\nexit 101\\n"`, `chmod ${policy} 755`];

describe("the installation", () => {
  test("starts no service, and prompts for nothing", async () => {
    await installPackages(["runc", "openssl"], () => undefined);
    expect(events).toEqual([...forbid, ...install, `remove ${policy}`]);
    expect(followed.mock.calls[0]?.[2].env).toMatchObject({ DEBIAN_FRONTEND: "noninteractive" });
  });

  test("leaves no policy file behind when it fails", async () => {
    followed.mockRejectedValueOnce(new Error("no network"));
    await expect(installPackages(["runc", "openssl"], () => undefined)).rejects.toThrow("no network");
    expect(events).toEqual([...forbid, `remove ${policy}`]);
  });

  test("keeps an administrator's own policy file", async () => {
    jest.mocked(existsSync).mockImplementation((path) => path === policy);
    await installPackages(["runc", "openssl"], () => undefined);
    expect(events).toEqual(install);
  });
});

import { writtenPaths } from "../../../../../ops/checkImage/run/written.ts";

const changes = (...paths: string[]) => paths.map((Path) => ({ Path, Kind: 1 }));

it("names the deepest paths, without mounts and what the engine writes there", () => {
  expect(
    writtenPaths(
      changes(
        ...["/etc", "/etc/hosts", "/etc/resolv.conf", "/dev", "/dev/console", "/tmp", "/tmp/x", "/run"],
        ...["/app", "/app/cache", "/app/cache/a", "/app/cache-b", "/var", "/var/cache", "/var/cache/nginx"],
      ),
      ["/tmp", "/var/cache/nginx"],
    ),
  ).toEqual(["/app/cache-b", "/app/cache/a"]);
});

it("names a file of /etc that belongs to the image", () => {
  expect(writtenPaths(changes("/etc", "/etc/app.conf"), ["/tmp"])).toEqual(["/etc/app.conf"]);
});

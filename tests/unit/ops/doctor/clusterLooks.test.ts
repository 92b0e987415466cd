/** The requests to a cluster, and how its answers are read. */
import type { ClusterReader } from "../../../../ops/cluster/clusterReader.ts";
import { ReadRefused } from "../../../../ops/cluster/clusterReader.ts";
import { lookAtLogs } from "../../../../ops/doctor/cluster/containerLogs.ts";
import { type AskDns, lookAtHosts } from "../../../../ops/doctor/cluster/hostLook.ts";
import { lookAtPorts, lookAtServicesNamed } from "../../../../ops/doctor/cluster/reachLook.ts";
import { Notes } from "../../../../ops/doctor/notes.ts";
import { before, pod } from "./exampleObservations.ts";

const readerOf = (parts: Partial<Record<"text" | "list", (...args: never[]) => Promise<unknown>>>): ClusterReader =>
  parts as unknown as ClusterReader;

describe("logs", () => {
  const terminated = { exitCode: 1, startedAt: before(40), finishedAt: before(38) };
  const logs = (status: object, answers: Record<string, string | Error>) =>
    lookAtLogs(
      readerOf({
        text: (_: string, query: { previous: string }) => {
          const answer = answers[query.previous] ?? "";
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      }),
      new Notes(),
      "shop",
      [pod("web-1", { status })],
    );

  it("of a container that waits for its restart are those of the run that ended, even if the next run has just begun", async () => {
    const waiting = { state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated } };
    expect(await logs(waiting, { true: "Error: no", false: "" })).toEqual([
      { pod: "web-1", container: "main", previous: "Error: no" },
    ]);
  });

  it("of a container that ended once are the only ones it has", async () => {
    expect(await logs({ state: { terminated } }, { false: "Error: no" })).toEqual([
      { pod: "web-1", container: "main", previous: "Error: no" },
    ]);
  });

  it("of a container that runs again are those of both runs", async () => {
    const running = { state: { running: { startedAt: before(5) } }, lastState: { terminated } };
    expect(await logs(running, { true: "Error: no", false: "started" })).toEqual([
      { pod: "web-1", container: "main", previous: "Error: no", current: "started" },
    ]);
  });

  it("that the node no longer has are left out", async () => {
    expect(
      await logs({ state: { terminated } }, { false: "unable to retrieve container logs for containerd://1c17" }),
    ).toEqual([{ pod: "web-1", container: "main" }]);
    expect(await logs({ state: { terminated } }, { false: new ReadRefused(400, "not found") })).toEqual([
      { pod: "web-1", container: "main" },
    ]);
  });
});

describe("ports of pods", () => {
  const asked = async (answer: string | Error) => {
    const notes = new Notes();
    const text = () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer));
    const ports = await lookAtPorts(readerOf({ text }), notes, "shop", [{ pod: "web-1", port: 8080 }]);
    return { ...ports, notes: notes.notSeen };
  };
  const trying = "error trying to reach service: ";

  it.each([
    ["an answer", "ok", "open"],
    ["a failure of the process itself", new ReadRefused(404, "HTTP 404"), "open"],
    ["another protocol", new ReadRefused(503, `${trying}malformed HTTP response "\\x00"`), "open"],
    [
      "a refused connection",
      new ReadRefused(503, `${trying}dial tcp 10.0.0.5:8080: connect: connection refused`),
      "refused",
    ],
    ["a timeout", new ReadRefused(503, `${trying}dial tcp 10.0.0.5:8080: i/o timeout`), "unknown"],
    ["an API server that does not answer", new Error("no answer within 10 s"), "unknown"],
  ])("%s: %s", async (_, answer, state) => {
    const { refusedPorts, openPorts, notes } = await asked(answer);
    expect(Object.keys(refusedPorts)).toEqual(state === "refused" ? ["web-1:8080"] : []);
    expect(openPorts).toEqual(state === "open" ? ["web-1:8080"] : []);
    expect(notes).toEqual([]);
  });

  it("a missing permission is noted", async () => {
    const { openPorts, notes } = await asked(new ReadRefused(403, 'cannot get resource "pods/proxy"'));
    expect(openPorts).toEqual([]);
    expect(notes.join()).toContain("port 8080 of pod/web-1");
  });
});

it("Services are looked up by name in every namespace, and forbidden ones are left out", async () => {
  const list = (_: string, { fieldSelector }: { fieldSelector: string }) =>
    fieldSelector === "metadata.name=db"
      ? Promise.resolve([{ metadata: { namespace: "data" } }])
      : Promise.reject(new ReadRefused(403, "no"));
  const notes = new Notes();
  expect(await lookAtServicesNamed(readerOf({ list }), notes, ["db", "cache"])).toEqual({ db: ["data"] });
  expect(notes.notSeen.join()).toContain('Service "cache"');
});

describe("names in DNS", () => {
  const failing = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));
  const dns = (four: string[] | string, six: string[] | string, aliases: Record<string, string> = {}) => ({
    resolve4: () => (typeof four === "string" ? failing(four) : Promise.resolve(four)),
    resolve6: () => (typeof six === "string" ? failing(six) : Promise.resolve(six)),
    resolveCname: (name: string) =>
      aliases[name] === undefined ? failing("ENODATA") : Promise.resolve([aliases[name]]),
  });
  const look = (answers: ReturnType<typeof dns>) => lookAtHosts(["shop.example.com"], answers as unknown as AskDns);

  it.each([
    ["an address", dns(["20.1.1.1"], "ENODATA"), { addresses: ["20.1.1.1"] }],
    [
      "an alias of an alias",
      dns(["20.1.1.1"], [], { "shop.example.com": "shop.example.net", "shop.example.net": "shop.azurefd.net" }),
      { addresses: ["20.1.1.1"], aliases: ["shop.example.net", "shop.azurefd.net"] },
    ],
    [
      "aliases of each other",
      dns(["20.1.1.1"], [], { "shop.example.com": "a.example.com", "a.example.com": "shop.example.com" }),
      { addresses: ["20.1.1.1"], aliases: ["a.example.com", "shop.example.com"] },
    ],
    ["no such name", dns("ENOTFOUND", "ENOTFOUND"), { addresses: [] }],
  ])("%s", async (_, answers, expected) => {
    expect(await look(answers)).toEqual({ "shop.example.com": expected });
  });

  it.each([
    ["a server that fails", dns("ESERVFAIL", "ENOTFOUND")],
    ["a timeout", dns("ETIMEOUT", "ETIMEOUT")],
    ["a name with other records only", dns("ENODATA", "ENODATA")],
  ])("%s reports nothing", async (_, answers) => {
    expect(await look(answers)).toEqual({});
  });
});

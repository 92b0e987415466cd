import { decodeBuildTrace } from "../../../../../local/plugins/docker/buildTrace.ts";
import { BuildLog } from "../../../../../local/plugins/docker/buildOutput.ts";
import { silentLog } from "../azure-native/sampleRequests.ts";
import { encodeTrace } from "./encodedTrace.ts";

it("decodes steps with their state and the output of commands, and skips the rest", () => {
  const encoded = encodeTrace({
    steps: [
      { digest: "sha256:a", name: "[1/2] FROM node", started: true, completed: true, cached: true },
      { digest: "sha256:b", name: "[2/2] RUN false", started: true, error: "exit code: 1" },
    ],
    logs: [{ step: "sha256:b", text: "grüezi\n" }],
  });
  expect(decodeBuildTrace(encoded)).toEqual({
    steps: [
      { digest: "sha256:a", name: "[1/2] FROM node", started: true, completed: true, cached: true, error: "" },
      {
        digest: "sha256:b",
        name: "[2/2] RUN false",
        started: true,
        completed: false,
        cached: false,
        error: "exit code: 1",
      },
    ],
    logs: [{ step: "sha256:b", text: "grüezi\n" }],
  });
});

it("can be empty", () => {
  expect(decodeBuildTrace("")).toEqual({ steps: [], logs: [] });
});

describe("BuildLog", () => {
  const said = (...messages: Parameters<BuildLog["take"]>) => {
    const lines: string[] = [];
    const log = new BuildLog({ ...silentLog, status: (line) => lines.push(line) });
    for (const message of messages) log.take(message);
    return { lines, tail: log.tail };
  };
  const trace = (content: Parameters<typeof encodeTrace>[0]) => ({
    id: "moby.buildkit.trace",
    aux: encodeTrace(content),
  });

  it("shows each step once, and whether it came from the cache", () => {
    const log = new BuildLog(silentLog);
    const step = { digest: "a", name: "RUN x", started: true };
    log.take(trace({ steps: [{ ...step, started: false }] }));
    log.take(trace({ steps: [step] }));
    log.take(trace({ steps: [{ ...step, completed: true }] }));
    log.take(trace({ steps: [{ digest: "b", name: "COPY y", started: true, completed: true, cached: true }] }));
    log.take(trace({ steps: [{ digest: "c", name: "[internal] load metadata", started: true }] }));
    expect(log.tail).toEqual(["RUN x", "CACHED COPY y"]);
  });

  it("shows the last state of a progress bar, and no blank lines", () => {
    expect(said({ stream: "10%\r50%\r100%\n\n done\n" }).lines).toEqual(["100%", " done"]);
  });

  it("keeps the last lines for an error", () => {
    const log = new BuildLog(silentLog);
    for (let line = 1; line <= 100; line += 1) log.take({ stream: `line ${line}\n` });
    expect(log.tail).toHaveLength(40);
    expect(log.tail.at(-1)).toBe("line 100");
  });
});

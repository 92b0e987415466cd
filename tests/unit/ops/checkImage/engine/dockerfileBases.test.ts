import { readFileSync } from "node:fs";
import { dockerfileBases, dockerfileImages } from "../../../../../ops/checkImage/engine/dockerfileBases.ts";

it.each<[string, Record<string, string>, string[]]>([
  ["FROM node:24", {}, ["node:24"]],
  ["from --platform=linux/amd64 node:24 as build\nFROM scratch\nCOPY --from=build / /", {}, ["node:24"]],
  ["ARG V=24\nFROM node:$V", {}, ["node:24"]],
  ["ARG V=24\nFROM node:${V}-slim", { V: "25" }, ["node:25-slim"]],
  ["ARG V\nFROM node:${V:-22}", {}, ["node:22"]],
  ['ARG A="x" \nARG B=${A}y\nFROM $B', {}, ["xy"]],
  ["FROM node:24 AS a\nFROM a AS b\nFROM b", {}, ["node:24"]],
  ["FROM a:1\nCOPY --from=tools:2 /x /x\nCOPY --from=0 /y /y", {}, ["a:1", "tools:2"]],
  ["# FROM nothing\nFROM \\\n  node:24", {}, ["node:24"]],
  ["FROM a:1\nARG V=24\nFROM node:$V", {}, ["a:1", "node:"]],
  ["FROM a:1\nRUN --mount=type=bind,from=tools:2,target=/x --network=none x --mount=from=no:1", {}, ["a:1", "tools:2"]],
  ["FROM a:1 AS b\nRUN --mount=from=b,target=/x x", {}, ["a:1"]],
  ["ARG A=x B='y:2' C\nFROM $B", {}, ["y:2"]],
  ["FROM a:1\nRUN <<EOF cat <<-'END'\nFROM no:1\n# x\nEOF\nFROM no:2\n\tEND\nFROM c:1", {}, ["a:1", "c:1"]],
  ["FROM a:1\nRUN x \\\n# FROM no:1\n\n  FROM no:2\nFROM c:1", {}, ["a:1", "c:1"]],
  ["# syntax=x\r\n# escape=`\r\nFROM `\r\n  a:1\r\nRUN C:\\\r\nFROM c:1\r\n", {}, ["a:1", "c:1"]],
])("%j with %j: %j", (text, buildArgs, bases) => {
  expect(dockerfileBases(text, buildArgs)).toEqual(bases);
});

it("reads the service's own Dockerfile", () => {
  expect(dockerfileBases(readFileSync("app/Dockerfile", "utf8"), {})).toEqual([
    // A digest may follow.
    expect.stringMatching(/^node:\d+\.\d+\.\d+-trixie-slim(?:@sha256:[0-9a-f]{64})?$/),
  ]);
  expect(dockerfileBases(readFileSync("app/Dockerfile", "utf8"), { NODE_IMAGE: "mine:1" })).toEqual(["mine:1"]);
});

describe("where a base is written", () => {
  it.each<[string, string, string[]]>([
    ["a reference in FROM", "# FROM x\nFROM --platform=linux/amd64 «node:24» AS a\n", ["node:24"]],
    ["over several lines", "FROM \\\n# comment\n\n  «node:24» \\\n  AS a", ["node:24"]],
    ["one image twice", "FROM «a:1» AS x\nRUN y\nFROM «a:1»", ["a:1", "a:1"]],
    [
      "COPY and RUN",
      "FROM «a:1»\nCOPY --chown=1:1 --from=«b:2» / /\nRUN --mount=type=bind,from=«c:3» x",
      ["a:1", "b:2", "c:3"],
    ],
    ["an ARG that several stages use", "ARG V=1\nARG BASE=«a:1»\nFROM $BASE AS x\nFROM ${BASE}", ["a:1"]],
    ["an ARG in quotes", "ARG V='1' BASE=\"«a:1»\"\r\nFROM $BASE\r\n", ["a:1"]],
    ["an ARG of another ARG", "ARG A=«a:1»\nARG B=${A}\nFROM $B", ["a:1"]],
    ["the default of a variable", "ARG BASE\nFROM ${BASE:-«a:1»} AS x", ["a:1"]],
  ])("%s", (_, marked, written) => {
    const text = marked.replaceAll(/[«»]/g, "");
    const images = dockerfileImages(text);
    expect(images.map(({ unwritable }) => unwritable)).toEqual(images.map(() => undefined));
    const places = images.flatMap((one) => one.places);
    expect(places.map(({ start, end }) => text.slice(start, end))).toEqual(written);
    const back = places
      .toSorted((a, b) => b.start - a.start)
      .reduce((all, { start, end }) => `${all.slice(0, start)}«${all.slice(start, end)}»${all.slice(end)}`, text);
    expect(back).toBe(marked);
  });

  it.each([
    ["ARG V=24\nFROM node:$V", '"node:$V" is put together from parts'],
    ["ARG V=24\nARG BASE=node:${V}\nFROM ${BASE}", '"node:${V}" is put together from parts'],
    ["ARG BASE\nFROM ${BASE}", '"${BASE}": ARG BASE has no default before the first FROM'],
    ["FROM a:1\nARG BASE=b:1\nFROM $BASE", '"$BASE": ARG BASE has no default before the first FROM'],
  ])("nowhere as a whole: %j", (text, reason) => {
    const last = dockerfileImages(text).at(-1);
    expect(last?.places).toEqual([]);
    expect(last?.unwritable).toContain(reason);
  });
});

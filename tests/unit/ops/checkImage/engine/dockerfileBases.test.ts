import { readFileSync } from "node:fs";
import { dockerfileBases } from "../../../../../ops/checkImage/engine/dockerfileBases.ts";

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
])("%j with %j: %j", (text, buildArgs, bases) => {
  expect(dockerfileBases(text, buildArgs)).toEqual(bases);
});

it("reads the service's own Dockerfile", () => {
  expect(dockerfileBases(readFileSync("app/Dockerfile", "utf8"), {})).toEqual(["node:24.21.0-trixie-slim"]);
  expect(dockerfileBases(readFileSync("app/Dockerfile", "utf8"), { NODE_IMAGE: "mine:1" })).toEqual(["mine:1"]);
});

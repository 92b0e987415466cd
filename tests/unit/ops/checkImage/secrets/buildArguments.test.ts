import { buildArgumentsIn } from "../../../../../ops/checkImage/secrets/buildArguments.ts";

it("reads the build arguments of a step, with either builder", () => {
  expect(buildArgumentsIn("|2 NPM_TOKEN=abc VERSION=1.2=3 /bin/sh -c npm ci")).toEqual([
    ["NPM_TOKEN", "abc"],
    ["VERSION", "1.2=3"],
  ]);
  expect(buildArgumentsIn("RUN |1 A=b /bin/sh -c true # buildkit")).toEqual([["A", "b"]]);
  expect(buildArgumentsIn("RUN /bin/sh -c A=b true # buildkit")).toEqual([]);
});

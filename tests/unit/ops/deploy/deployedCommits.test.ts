import { deployedCommits, noteNewest, notePassed } from "../../../../ops/deploy/deployedCommits.ts";

const [first, second] = ["1".repeat(40), "2".repeat(40)];

test("a stack records the commit that passed, and the newest that started", async () => {
  const tags: Record<string, string> = {};
  const cli = {
    run: ([, , command, name = "", value = ""]: readonly string[]) => {
      if (command === "set") tags[name] = value;
      return Promise.resolve(JSON.stringify(tags));
    },
  };
  expect(await deployedCommits(cli, "dev")).toEqual({});
  await notePassed(cli, "dev", first);
  expect(await deployedCommits(cli, "dev")).toEqual({ passed: first, newest: first });
  await noteNewest(cli, "dev", second);
  expect(await deployedCommits(cli, "dev")).toEqual({ passed: first, newest: second });
  tags["tarmac:newest-commit"] = "--output=/etc/passwd";
  expect(await deployedCommits(cli, "dev")).toEqual({ passed: first, newest: first });
});

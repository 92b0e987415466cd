/** `npm run rehearsal`: the life of a pull request on this machine, told as it happens. */
import { commandLine } from "../../local/commandLine.ts";
import { newNamespace, Rehearsal, sandboxStack, type Told } from "./rehearsal.ts";

const help = `
npm run rehearsal [-- --quiet]

The life of a pull request on the local environment (npm start), by the very lines of .github/workflows: previewed, stopped,
let pass, tried in a sandbox, merged, deployed; the sandbox expires; somebody changes the environment by hand, which is
noticed and put right. GitHub is a stand-in on this machine, everything else is real. What it makes is its own and goes in
the end; the stack of this machine is not touched.

  --quiet      without what the commands print
  -h, --help   this text

Exit code: 0 everything went as it should, 1 something did not, 2 could not run, and why.
`;

/** What did not go as it should. */
class Unexpected extends Error {}

const say = (line: string) => void process.stdout.write(`${line}\n`);

let number = 0;
const station = (text: string) => say(`\n${++number}. ${text}`);

/** Says what was run and how it ended. @throws Unexpected */
function ended(told: Told, code: number): Told {
  say(`   ${told.command}   (${told.seconds} s, exit code ${told.code})`);
  if (told.code !== code) throw new Unexpected(`exit code ${told.code} in place of ${code}:\n${told.said}`);
  return told;
}

/** @throws Unexpected */
function expect(what: string, holds: boolean): void {
  if (!holds) throw new Unexpected(what);
  say(`   ✓ ${what}`);
}

/** The lines of a text that match. */
const linesOf = (text: string, pattern: RegExp) => text.split("\n").filter((line) => pattern.test(line));
const quote = (lines: readonly string[]) => {
  for (const line of lines) say(`   > ${line}`);
};

async function live(rehearsal: Rehearsal): Promise<void> {
  station("What is on main is deployed, tried and remembered as good (deploy.yml)");
  quote(linesOf(ended(await rehearsal.deploy(), 0).said, /^ {2}ok:|which is good/));

  station(`A pull request: a greeting, and another namespace (preview.yml)`);
  await rehearsal.openPullRequest();
  ended(await rehearsal.collectPreview(), 0);
  ended(await rehearsal.judgePreview(), 1);
  quote(linesOf(rehearsal.comment(), /^## |\*\*(?:replaces|deletes)\*\*/));
  expect(
    "the comment on the pull request says that it is stopped",
    rehearsal.comment().includes("## Preview: stopped"),
  );

  station("Somebody who may decides that this is meant: the label preview-override (preview.yml, again)");
  rehearsal.label("preview-override");
  // On GitHub the first job runs as well; it would see the same.
  ended(await rehearsal.judgePreview(), 0);
  expect("the same comment says who lets it pass", rehearsal.comment().includes("`preview-override` lets it pass"));

  station("The label sandbox: an environment of its own (sandbox.yml)");
  quote(linesOf(ended(await rehearsal.sandboxUp(), 0).said, /is up|expires in/));
  expect("it answers", (await rehearsal.ask(sandboxStack)) === 200);

  station("Merged, and deployed (deploy.yml)");
  await rehearsal.merge();
  quote(linesOf(ended(await rehearsal.deploy(), 0).said, /^ {2}(?:ok|accepted|new):|which is good/));
  expect(`the service answers, from namespace ${newNamespace}`, (await rehearsal.ask()) === 200);

  station("Nobody took the sandbox down; its time is over (sandbox.yml, every hour)");
  await rehearsal.letSandboxExpire();
  ended(await rehearsal.reap(), 0);
  expect("nothing is left of it", (await rehearsal.tracesOf(sandboxStack)).length === 0);

  station("Somebody changes the environment with kubectl; the daily look finds it (drift.yml)");
  await rehearsal.changeByHand();
  quote(linesOf(ended(await rehearsal.drift(), 0).said, /not as the last|changed|->/));
  expect(`an issue is open: "${rehearsal.issue().title}"`, rehearsal.issue().state === "open");

  station("Put back by the pipeline (deploy.yml, by hand with refresh), and looked at again");
  ended(await rehearsal.deploy("refresh"), 0);
  quote(linesOf(ended(await rehearsal.drift(), 0).said, /no drift/));
  expect("the issue is closed", rehearsal.issue().state === "closed");
}

const given = commandLine(help, { quiet: { type: "boolean", default: false } });
const started = Date.now();
let rehearsal: Rehearsal | undefined;
try {
  rehearsal = await Rehearsal.begin(given.quiet ? () => undefined : (line) => say(`     ${line}`));
} catch (error) {
  process.stderr.write(`Cannot rehearse (does the local environment run? npm start): ${(error as Error).message}\n`);
  process.exitCode = 2;
}
if (rehearsal !== undefined) {
  try {
    await live(rehearsal);
    say(`\nAll as it should be, after ${Math.round((Date.now() - started) / 1000)} s.`);
  } catch (error) {
    process.stderr.write(`\nNot as it should be: ${(error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    say("Taking down what the rehearsal made.");
    await rehearsal.end();
  }
}

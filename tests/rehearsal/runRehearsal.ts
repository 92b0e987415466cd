/** `npm run rehearsal`: runs the rehearsal on this machine and prints its progress. */
import { commandLine } from "../../local/commandLine.ts";
import { Rehearsal } from "./rehearsal.ts";
import { chosenStations, stations, type Teller, Unexpected } from "./stations.ts";

const help = `
npm run rehearsal [-- --quiet] [--stations NAME,...]

The life of pull requests on the local environment (npm start): the workflows of .github/workflows, run by act, which is built
on first use (needs Go). Deployed, previewed, stopped, accepted, tried in a sandbox, merged, changed by hand and put back; and what
should not get through: a fork, a forged report, a label that is too old, two changes that are harmless alone. GitHub and the
actions of others are stand-ins on this machine, everything else is real. What the rehearsal creates is its own and is removed at
the end; the stack of this machine is not touched.

  --quiet      without what the commands print
  --stations   only these, and those that they need:
               ${stations.map(({ name }) => name).join(", ")}
  -h, --help   this text

Exit code: 0 everything went as it should, 1 something did not, 2 could not run, and why.
`;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Prints what a station does. */
const teller: Teller = {
  expect: (what, holds, seen = "") => {
    if (!holds) throw new Unexpected(`${what}: not so\n${seen}`);
    say(`   ✓ ${what}`);
  },
  quote: (lines) => {
    for (const line of lines) say(`   > ${line}`);
  },
};

const given = commandLine(help, { quiet: { type: "boolean", default: false }, stations: { type: "string" } });
const started = Date.now();
let chosen = stations;
let rehearsal: Rehearsal | undefined;
try {
  chosen = chosenStations(given.stations?.split(","));
  rehearsal = await Rehearsal.begin(given.quiet ? () => undefined : (line) => say(`     ${line}`));
} catch (error) {
  process.stderr.write(`Cannot rehearse: ${(error as Error).message}\nDoes the local environment run? npm start\n`);
  process.exitCode = 2;
}
if (rehearsal !== undefined) {
  try {
    for (const { name, title, play } of chosen) {
      const since = Date.now();
      say(`\n${name}: ${title}`);
      await play(rehearsal, teller);
      say(`   ${Math.round((Date.now() - since) / 1000)} s`);
    }
    say(`\nAll as it should be, after ${Math.round((Date.now() - started) / 1000)} s.`);
  } catch (error) {
    process.stderr.write(`\nNot as it should be: ${(error as Error).message}\n`);
    process.exitCode = 1;
  } finally {
    say("Taking down what the rehearsal made.");
    await rehearsal.end();
  }
}
